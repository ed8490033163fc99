import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { awsOutputs } from "../../emulator/awsOutputs";
import { type ProgramOptions, runProgram } from "../../lake/local/program";
import { goodConfig } from "../support/components/testPrograms";
import { addStackTests, typesWithoutRule } from "../support/validity/check";
import { everything, otherStacks } from "../support/validity/stacks";

const test = suite("components/validity");

addStackTests(test, otherStacks);

test("a first preview, which knows no outputs, has every resource", async () => {
  const config = {
    ...goodConfig,
    ...Object.fromEntries(Object.entries(everything).map(([k, v]) => [`playlake:${k}`, v])),
  };
  const urnsOf = async (more: Partial<ProgramOptions>) =>
    (await runProgram({ config, ...more })).resources.map(({ urn }) => urn);
  const unknown: typeof awsOutputs = (_type, _name, inputs) => ({ id: "", state: inputs });
  const whole = await urnsOf({});
  assert.is(whole.length, 166);
  assert.equal(await urnsOf({ preview: true, outputsOf: unknown }), whole);
});

test("every registered type has its own rule", async () => {
  // Only booleans, which the types already check.
  assert.equal(await typesWithoutRule(otherStacks), ["BucketPublicAccessBlock"]);
});

test.run();
