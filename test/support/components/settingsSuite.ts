/** Shared by the tests of settings: a suite over the program with default settings. */
import { suite } from "uvu";
import type { ProgramResult } from "../../../lake/local/program";
import { resource, stackWith } from "./testPrograms";

/** A suite whose `program` is filled before its first test. */
export function settingsSuite(name: string) {
  const test = suite(name);
  const program = {} as ProgramResult;
  const inputsOf = (type: string, name: string) => resource(program, type, `playlake-${name}`).inputs;

  test.before(async () => {
    Object.assign(program, await stackWith("declared"));
  });

  return { test, program, inputsOf };
}
