// The differences that a reviewer must not miss.
import { differing, type ResourceChange } from "./changes";
import { inlineCode } from "./markdown";
import { type Permission, type Permissions, permissionText, without } from "./permissions";

/** What is lost with a resource, by the last part of its type; the worst first. */
const losses: Readonly<Record<string, string>> = {
  Bucket: "its objects are gone or stay behind, and Spotify does not serve past days again",
  CatalogDatabase:
    "stored days are not visible before `playlake crawl` or `playlake replay`; saved queries and other programs name the old database",
  Parameter: "its value is lost; the user's consent needs `playlake login` again",
  MetricAlarm: "the fault that it reports goes unnoticed",
  CompositeAlarm: "the fault that it reports goes unnoticed",
  Schedule: "a missed day cannot be recovered",
};
/** These can be made again without a loss. */
const replaceable = ["MetricAlarm", "CompositeAlarm", "Schedule"];

/** Property changes that remove a safeguard: the path, the new value, and what that means. */
const removals: readonly [path: string, value: string, meaning: string][] = [
  ["option protect", "false", "is no longer protected: Pulumi may delete or replace it"],
  ["option retainOnDelete", "false", "is deleted with the stack instead of kept"],
  ["forceDestroy", "true", "is deleted even if it holds objects"],
  ["state", '"DISABLED"', "is switched off: a missed day cannot be recovered"],
  ["actionsEnabled", "false", "notifies nobody any more"],
];

/** A sentence for each dangerous difference. */
export function dangers(changes: readonly ResourceChange[], before: Permissions, after: Permissions): string[] {
  const kinds = Object.keys(losses);
  const rank = ({ type }: ResourceChange) =>
    kinds.includes(kindOf(type)) ? kinds.indexOf(kindOf(type)) : kinds.length;
  const worstFirst = [...changes].sort((one, other) => rank(one) - rank(other));
  return [
    ...worstFirst.flatMap(ofResource),
    ...differing(before, after).flatMap((holder) => ofHolder(holder, before, after)),
  ];
}

function kindOf(type: string): string {
  return type.slice(type.lastIndexOf(":") + 1);
}

function ofResource({ action, type, name, properties }: ResourceChange): string[] {
  const kind = kindOf(type);
  const what = `${kind} ${inlineCode(name)}`;
  const loss = losses[kind];
  const isLost = action === "delete" || (action === "replace" && !replaceable.includes(kind));
  return [
    ...(isLost && loss !== undefined ? [`${what} is ${action}d: ${loss}.`] : []),
    ...removals
      .filter(([path, value]) => properties.some((change) => change.path === path && change.after === value))
      .map(([, , meaning]) => `${what} ${meaning}.`),
  ];
}

function ofHolder(holder: string, before: Permissions, after: Permissions): string[] {
  const [old, now] = [before[holder] ?? [], after[holder] ?? []];
  const isNew = before[holder] === undefined;
  const reasons = new Map<string, Permission[]>();
  const note = (reason: string | undefined, permission: Permission) => {
    if (reason !== undefined) reasons.set(reason, [...(reasons.get(reason) ?? []), permission]);
  };
  for (const permission of without(now, old))
    note(whyWide(permission, old, holder.startsWith("who may ") && !isNew), permission);
  for (const permission of without(old, now)) if (permission.effect === "Deny") note("is no longer denied", permission);
  return [...reasons].map(([reason, found]) => {
    const more = found.length > 1 ? `, and ${found.length - 1} more like it` : "";
    return `${inlineCode(holder)}: ${inlineCode(permissionText(found[0]!))} ${reason}${more}.`;
  });
}

/** Why a new permission is dangerous, if it is. */
function whyWide(permission: Permission, old: readonly Permission[], isForOthers: boolean): string | undefined {
  const { effect, action, on, to, condition } = permission;
  if (effect !== "Allow") return undefined;
  if (action.includes("*") || on === "*" || to === "*") return "has a wildcard";
  const like = old.filter((one) => one.effect === effect && one.action === action && one.to === to);
  if (like.some((one) => one.on === on && one.condition !== "" && condition === "")) return "has lost its condition";
  if (like.some((one) => one.on !== on && covers(on, one.on))) return "is wider than before";
  return isForOthers ? "gives access to someone else" : undefined;
}

/** Whether a pattern with `*` matches a text. */
function covers(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(text);
}
