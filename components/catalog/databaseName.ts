import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

/**
 * The name of a component's database in a stack: letters, digits and underscores, as Athena takes it. Stacks and components
 * of other names are kept apart: a name that had to be changed gets a mark, so that `a-b` and `a.b` differ.
 */
export function databaseNameOf(component: string, stack = pulumi.getStack()): string {
  const name = stack.toLowerCase().replace(/[^a-z0-9_]/g, "_");
  const mark = name === stack ? "" : `_${createHash("sha256").update(stack).digest("hex").slice(0, 6)}`;
  return `${component.replace(/-/g, "_")}_${name}${mark}`;
}
