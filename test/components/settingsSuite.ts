/** What the tests of settings share: a suite over the program as it is by default. */
import { suite } from "uvu";
import type { ProgramResult } from "../../lake/local/program";
import { resource, stackWith } from "./support";

/** A suite with the program's result, there from before its first test. */
export function settingsSuite(name: string) {
  const test = suite(name);
  const program = {} as ProgramResult;
  const inputsOf = (type: string, name: string) => resource(program, type, `playlake-${name}`).inputs;

  test.before(async () => {
    Object.assign(program, await stackWith("declared"));
  });

  return { test, program, inputsOf };
}
