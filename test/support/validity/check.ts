/** Applies the rules to whole stacks. */
import type { Test } from "uvu";
import * as assert from "uvu/assert";
import type { Registered } from "../../../emulator/resources";
import { brokenRules } from "./rule";
import { rules } from "./rules";
import type { Stack } from "./stacks";

/** A stack's resources of the AWS providers. */
export async function awsResources({ run }: Stack): Promise<Registered[]> {
  return (await run()).resources.filter(({ type }) => /^awsx?:/.test(type));
}

/** Adds a test for each stack that no resource in it breaks a rule. */
export function addStackTests(test: Test, stacks: readonly Stack[]): void {
  for (const stack of stacks) {
    test(`${stack.name}: provider and services accept every input`, async () => {
      const resources = await awsResources(stack);
      const broken = resources.flatMap((resource) => brokenRules(rules, { ...resource, place: stack.place }));
      assert.equal(broken, []);
    });
  }
}

/** The types, by their last part, that have no rule. */
export async function typesWithoutRule(stacks: readonly Stack[]): Promise<string[]> {
  const ruled = new Set(rules.map(({ type }) => type));
  const types = new Set<string>();
  for (const stack of stacks) {
    for (const { type } of await awsResources(stack)) types.add(type.split(":")[2] as string);
  }
  return [...types].filter((type) => !ruled.has(type)).sort();
}
