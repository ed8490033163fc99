// Loaded before the tests, because uvu does not print an error thrown in a suite's `before`.
import type * as Uvu from "uvu";

const uvu = require("uvu") as { suite: typeof Uvu.suite };
const { suite } = uvu;

uvu.suite = (...args) => {
  const test = suite(...args);
  const { before } = test;
  const shown = (hook: Parameters<typeof before>[0]) =>
    before(async (context) => {
      try {
        await hook(context);
      } catch (error) {
        console.error(`${args[0]}, before its tests:`, error);
        throw error;
      }
    });
  test.before = Object.assign(shown, { each: before.each });
  return test;
};
