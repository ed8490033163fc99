import { suite } from "uvu";
import * as assert from "uvu/assert";
import { resource, runTestProgram } from "../../support/components/testPrograms";

const test = suite("components/aws/innerResources");

test("transform changes arguments and options of single resources", async () => {
  const result = await runTestProgram("transformed");
  assert.is(resource(result, "Function", "a-extract").inputs.reservedConcurrentExecutions, 1);
  assert.is(resource(result, "Function", "a-extract").inputs.memorySize, 512);
  assert.equal(resource(result, "Bucket", "a-raw").inputs.tags, { team: "music", name: "a-raw" });
  assert.is(resource(result, "Bucket", "a-raw").options.protect, false);
  assert.is(resource(result, "BucketPolicy", "a-raw").options.protect, true);
  assert.is(result.outputs.role, "arn:aws:iam::123456789012:role/a-extract");
  assert.equal(result.outputs.alarms, ["a-alarm-extract-errors"]);
});

test.run();
