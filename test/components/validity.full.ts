import { suite } from "uvu";
import * as assert from "uvu/assert";
import { addStackTests, typesWithoutRule } from "./validity/check";
import { otherStacks } from "./validity/stacks";

const test = suite("components/validity, every way to deploy");

addStackTests(test, otherStacks);

test("every type that the program registers has a rule of its own", async () => {
  // Booleans alone, which the types hold.
  assert.equal(await typesWithoutRule(otherStacks), ["BucketPublicAccessBlock"]);
});

test.run();
