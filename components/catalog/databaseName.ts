import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

/**
 * The name of a component's database in a stack: letters, digits and underscores, as Athena requires. If a stack's name has
 * to be changed, a suffix is added, so that `a-b` and `a.b` differ. If the component's name already ends in the stack's
 * name, that is not repeated.
 */
export function databaseNameOf(component: string, stack = pulumi.getStack()): string {
  const own = component.replace(/-/g, "_");
  const name = stack.toLowerCase().replace(/[^a-z0-9_]/g, "_");
  const mark = name === stack ? "" : `_${createHash("sha256").update(stack).digest("hex").slice(0, 6)}`;
  const ending = `_${name}${mark}`;
  return own.endsWith(ending) ? own : own + ending;
}
