import { readdirSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Principal } from "../../../emulator/iam";
import {
  type Bench,
  closeBenches,
  createBench,
  type Failure,
  owner,
  probeArn,
  probeResources,
  until,
} from "../../support/emulator/lambda/setup";

const processes = suite<{ bench: Bench }>("emulator/lambda/processes");

processes.before(async (context) => {
  context.bench = createBench(await probeResources());
  await context.bench.lambda.start();
});
processes.after(closeBenches);

processes("nothing runs before the first invocation, then one process serves them all", async ({ bench }) => {
  assert.equal(bench.lambda.processes(), []);
  for (let served = 1; served <= 40; served += 1) {
    const { payload, functionError } = await bench.lambda.invoke("probe", { do: "look" }, owner);
    assert.is(functionError, undefined);
    assert.equal(payload, {
      served,
      word: "captured",
      client: "function",
      fetch: "function",
      requestId: 36,
      memory: "256",
      arn: probeArn,
      remaining: true,
    });
  }
  assert.is(bench.lambda.processes().length, 1);
});

processes("a process that was warmed serves the first invocation", async () => {
  const { lambda } = createBench(await probeResources());
  lambda.warm("probe");
  lambda.warm("probe");
  await until("the process starts", () => lambda.processes().length > 0);
  const [warmed] = lambda.processes();
  const { payload } = await lambda.invoke("probe", { do: "look" }, owner);
  assert.is((payload as { served: number }).served, 1);
  assert.equal(lambda.processes(), [warmed]);
});

processes("the environment is the declaration's and Lambda's, not this process's", async ({ bench }) => {
  const { payload } = await bench.lambda.invoke(probeArn, { do: "environment" }, owner);
  const environment = payload as Record<string, string>;
  const authorization = `AWS4-HMAC-SHA256 Credential=${environment.AWS_ACCESS_KEY_ID}/x`;
  const headers = { authorization, "x-amz-security-token": environment.AWS_SESSION_TOKEN };
  const role = { kind: "role", arn: "arn:aws:iam::123456789012:role/role", session: "probe" };
  assert.equal(bench.iam.callerOf({ headers }), role);
  const own = new Set([
    "PATH",
    "LANG",
    "TZ",
    "HOME",
    "TMPDIR",
    "NODE_PATH",
    "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED",
  ]);
  const { COLOUR, AWS_ENDPOINT_URL_S3, TZ, NODE_PATH = "", HOME = "", LAMBDA_TASK_ROOT = "" } = environment;
  assert.equal([COLOUR, AWS_ENDPOINT_URL_S3, TZ], ["blue", "http://127.0.0.1:9", ":UTC"]);
  assert.equal(readdirSync(NODE_PATH), ["@aws-sdk"]);
  assert.equal(readdirSync(HOME), []);
  assert.equal(readdirSync(LAMBDA_TASK_ROOT).sort(), ["__index.js", "node_modules"]);
  assert.equal(
    Object.keys(environment)
      .filter((name) => !own.has(name))
      .sort(),
    [
      "AWS_ACCESS_KEY_ID",
      "AWS_DEFAULT_REGION",
      "AWS_ENDPOINT_URL_S3",
      "AWS_EXECUTION_ENV",
      "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
      "AWS_LAMBDA_FUNCTION_NAME",
      "AWS_LAMBDA_FUNCTION_VERSION",
      "AWS_LAMBDA_INITIALIZATION_TYPE",
      "AWS_LAMBDA_LOG_GROUP_NAME",
      "AWS_LAMBDA_LOG_STREAM_NAME",
      "AWS_REGION",
      "AWS_SECRET_ACCESS_KEY",
      "AWS_SESSION_TOKEN",
      "COLOUR",
      "LAMBDA_RUNTIME_DIR",
      "LAMBDA_TASK_ROOT",
      "_HANDLER",
      "_X_AMZN_TRACE_ID",
    ],
  );
});

const packages: [name: string, found: unknown, why: string][] = [
  ["@aws-sdk/client-ssm", true, "the runtime brings the SDK"],
  ["papaparse", "MODULE_NOT_FOUND", "installed here, not in the archive"],
  ["@smithy/core", "MODULE_NOT_FOUND", "installed beside the SDK, not the runtime's to lend"],
  ["node-fetch", "ERR_REQUIRE_ESM", "in the archive, but an ES module"],
];
for (const [name, found, why] of packages) {
  processes(`require("${name}"): ${why}`, async ({ bench }) => {
    assert.equal(await bench.lambda.invoke("probe", { do: "resolve", text: name }, owner), { payload: found });
  });
}

processes("the clock is the machine's until one is set, then stands still", async ({ bench }) => {
  const before = Date.now();
  const machine = (await bench.lambda.invoke("probe", { do: "clock" }, owner)).payload as { stamp: number };
  assert.ok(machine.stamp >= before && machine.stamp <= Date.now());
  bench.clock.set(new Date("2026-11-01T23:59:59.500Z"));
  const standing = {
    now: "2026-11-01T23:59:59.500Z",
    stamp: Date.parse("2026-11-01T23:59:59.500Z"),
    text: "Sun Nov 01 2026 23:59:59 GMT+0000 (Coordinated Universal Time)",
    day: "2026-11-01",
    kept: "1970-01-01T00:00:00.000Z",
    same: true,
  };
  const { loadedAt, ...warm } = (await bench.lambda.invoke("probe", { do: "clock" }, owner)).payload as {
    loadedAt: string;
  };
  assert.equal(warm, standing);
  assert.ok(Date.parse(loadedAt) < before);
  await bench.lambda.invoke("probe", { do: "exit", code: 1 }, owner);
  assert.equal((await bench.lambda.invoke("probe", { do: "clock" }, owner)).payload, {
    loadedAt: standing.now,
    ...standing,
  });
  bench.clock.set(undefined);
});

processes("two invocations run at a time, the third waits", async ({ bench }) => {
  const orders = [1, 2, 3].map(() => bench.lambda.invoke("probe", { do: "sleep", ms: 60 }, owner));
  const pids = (await Promise.all(orders)).map(({ payload }) => (payload as { pid: number }).pid);
  assert.is(new Set(pids).size, 2);
  assert.equal(new Set(bench.lambda.processes().map(({ pid }) => pid)), new Set(pids));
});

processes("kill -9 of a busy process is a failed invocation", async ({ bench }) => {
  const order = bench.lambda.invoke("probe", { do: "sleep", ms: 30_000 }, owner);
  await until("the sleep to begin", () => bench.lines.at(-1)?.startsWith("START") === true);
  for (const { pid } of bench.lambda.processes()) process.kill(pid, "SIGKILL");
  const failure = (await order).payload as Failure;
  assert.is(failure.errorType, "Runtime.ExitError");
  assert.match(failure.errorMessage, /Runtime exited with error: signal: killed$/);
});

processes("code that cannot be loaded fails each invocation with the reason", async ({ bench }) => {
  for (let times = 0; times < 2; times += 1) {
    const failure = (await bench.lambda.invoke("broken", {}, owner)).payload as Failure;
    assert.is(failure.errorType, "Runtime.ImportModuleError");
    assert.is(failure.errorMessage.split("\n")[0], "Error: Cannot find module 'no-such-package-anywhere'");
  }
  assert.equal(
    bench.lambda.processes().filter(({ functionName }) => functionName === "broken"),
    [],
  );
});

processes("a caller without permission is refused; a missing function is named", async ({ bench }) => {
  const stranger: Principal = { kind: "role", arn: "arn:aws:iam::123456789012:role/role", session: "x" };
  const message = (error: Error) => error.message;
  assert.is(
    await bench.lambda.invoke("probe", {}, stranger).catch(message),
    `User: arn:aws:sts::123456789012:assumed-role/role/x is not authorized to perform: lambda:InvokeFunction on resource: ${probeArn} because no identity-based policy allows the lambda:InvokeFunction action`,
  );
  assert.is(await bench.lambda.invoke("nobody", {}, owner).catch(message), "Function not found: nobody");
});

processes.run();
