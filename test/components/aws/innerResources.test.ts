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
  const { managedPolicyArns, permissionsBoundary } = resource(result, "Role", "a-extract").inputs;
  assert.equal(managedPolicyArns, ["arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"]);
  const boundary = "arn:aws:iam::aws:policy/PowerUserAccess";
  assert.equal(
    [permissionsBoundary, resource(result, "Role", "a-schedule").inputs.permissionsBoundary],
    [boundary, boundary],
  );
  const { variables } = resource(result, "Function", "a-extract").inputs.environment as {
    variables: { KMS_KEY_ID: string };
  };
  assert.is(variables.KMS_KEY_ID, "alias/own");
  assert.is(result.outputs.role, "arn:aws:iam::123456789012:role/a-extract");
  assert.equal(result.outputs.alarms, ["a-alarm-extract-errors"]);
});

test("options of a component reach its data if the component's own switches are off", async () => {
  const off = JSON.stringify({ retainData: false, protect: false });
  const options = JSON.stringify({ protect: true });
  const config = { "test:component": "SpotifyExtractor", "test:args": off };
  const without = await runTestProgram("oneComponent", config);
  const { resources } = await runTestProgram("oneComponent", { ...config, "test:options": options });
  const inside = resources.filter(({ type }) => type.startsWith("aws:"));
  assert.is(inside.length, 24);
  assert.equal(
    inside.filter(({ options }) => !options.protect),
    [],
  );
  assert.is(resource(without, "Bucket", "playlake-raw").options.protect, false);
  assert.is(resource(without, "Parameter", "playlake-token").options.protect, false);
});

test.run();
