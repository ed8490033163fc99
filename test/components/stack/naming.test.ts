import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { componentNameRule } from "../../../components/arguments/rules";
import { stackPrefix } from "../../../components/stack/naming";

const test = suite("components/stack/naming");

test("names begin with project and stack, or only the project in the local stack", () => {
  assert.is(stackPrefix("playlake", "prod"), "playlake-prod");
  assert.is(stackPrefix("playlake", "local"), "playlake");
});

test("a changed name gets a suffix", () => {
  assert.is(stackPrefix("playlake", "eu.1"), "playlake-eu-1-081a68");
  assert.is(stackPrefix("playlake", "eu-1"), "playlake-eu-1");
});

test("any project and stack give a valid name for components and trail", () => {
  const names = fc.stringMatching(/^[A-Za-z0-9_.-]{1,100}$/);
  fc.assert(
    fc.property(names, names, (project, stack) => {
      const name = stackPrefix(project, stack);
      assert.is(componentNameRule.fault(name), undefined, name);
      // CloudTrail's own rule.
      assert.match(name, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    }),
  );
});

test.run();
