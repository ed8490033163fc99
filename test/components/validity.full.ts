import { suite } from "uvu";
import * as assert from "uvu/assert";
import { addStackTests, typesWithoutRule } from "../support/validity/check";
import { otherStacks } from "../support/validity/stacks";

const test = suite("components/validity");

addStackTests(test, otherStacks);

test("every registered type has its own rule", async () => {
  // Only booleans, which the types already check.
  assert.equal(await typesWithoutRule(otherStacks), ["BucketPublicAccessBlock"]);
});

test.run();
