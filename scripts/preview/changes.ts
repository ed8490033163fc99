// What a change of the program does to its resources.
import { forceNew } from "./forceNew";
import type { Properties, Resources } from "./properties";

/** A property in the base and in the changed program; undefined if it is not set. */
export interface PropertyChange {
  path: string;
  before: string | undefined;
  after: string | undefined;
  /** Whether the provider replaces the resource for it. */
  isReplacing: boolean;
}

/** What would happen to a resource. */
export interface ResourceChange {
  action: "create" | "update" | "replace" | "delete";
  type: string;
  name: string;
  /** What has changed, in order; empty for `create` and `delete`. */
  properties: readonly PropertyChange[];
}

/** The resources that differ, by action and name. */
export function resourceChanges(before: Resources, after: Resources): ResourceChange[] {
  return differing(before, after).flatMap((key): ResourceChange[] => {
    const [type, name] = [key.slice(0, key.indexOf(" ")), key.slice(key.indexOf(" ") + 1)];
    const [old, now] = [before[key], after[key]];
    if (old === undefined || now === undefined)
      return [{ action: old === undefined ? "create" : "delete", type, name, properties: [] }];
    const properties = propertyChanges(old, now).map((change) => ({
      ...change,
      isReplacing: forceNew[type]?.includes(propertyOf(change.path)) ?? false,
    }));
    const action = properties.some(({ isReplacing }) => isReplacing) ? "replace" : "update";
    return properties.length === 0 ? [] : [{ action, type, name, properties }];
  });
}

/** The paths whose values differ. */
export function propertyChanges(before: Properties, after: Properties): Omit<PropertyChange, "isReplacing">[] {
  return differing(before, after).map((path) => ({ path, before: before[path], after: after[path] }));
}

/** The keys whose values differ, sorted. */
export function differing(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
}

/** The property that a path begins with. */
export function propertyOf(path: string): string {
  return /^[^.[]+/.exec(path)?.[0] ?? path;
}
