import * as path from "node:path";
import type { CatalogMode } from "../../../components/arguments/rules";
import type { Registered } from "../../../emulator/resources";
import { type ProgramOptions, type ProgramResult, runProgram } from "../../../lake/local/program";
import { exampleStack, reusingCallbacks } from "../../../scripts/exampleStack";

export { exampleConfig as goodConfig } from "../../../scripts/exampleStack";

/** The project's program with a catalog of that kind. It runs once for all tests, which only read the result. */
export function stackWith(catalog: CatalogMode): Promise<ProgramResult> {
  return exampleStack({ catalog });
}

const runs = new Map<string, Promise<ProgramResult>>();

/** Runs one of the programs in `programs/`, once for all tests that use the same one. */
export function runTestProgram(
  name: string,
  config: Record<string, string> = {},
  options: Pick<ProgramOptions, "stack" | "outputsOf"> = {},
): Promise<ProgramResult> {
  const key = JSON.stringify([name, config, options]);
  const main = path.join(__dirname, "programs", `${name}.ts`);
  const run = runs.get(key) ?? reusingCallbacks(() => runProgram({ main, config, ...options }));
  runs.set(key, run);
  return run;
}

/** The only resource of that type and name, without the stack's tags. `type` is the last part of the type. */
export function resource({ resources }: ProgramResult, type: string, name: string): Registered {
  const found = resources.filter((one) => one.type.endsWith(`:${type}`) && one.name === name);
  if (found.length !== 1) throw new Error(`${found.length} resources are a ${type} named ${name}`);
  const [one] = found as [Registered];
  return { ...one, inputs: withoutStackTags(one.inputs) };
}

/** The inputs without the tags that every taggable resource has. test/index.test.ts checks those. Other tags stay. */
export function withoutStackTags({ tags, ...inputs }: Registered["inputs"]): Registered["inputs"] {
  const keys = Object.keys((tags as object | undefined) ?? {}).sort();
  return keys.length === 0 || keys.join() === "pulumi:project,pulumi:stack" ? inputs : { tags, ...inputs };
}

/** The error of a promise that is expected to fail. */
export async function errorOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("it did not fail");
}
