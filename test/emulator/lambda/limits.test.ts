import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, type writeSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { scratchFolder } from "../../../emulator/lambda/scratch";
import type { Registered } from "../../../emulator/resources";
import {
  asyncConfigType,
  closeBenches,
  createBench,
  failuresArn,
  functionType,
  owner,
  probeResources,
  withChange,
} from "../../support/emulator/lambda/setup";

let resources: Registered[];

const limits = suite<{ writeSync?: typeof writeSync }>("emulator/lambda/limits");
limits.before(async () => {
  resources = await probeResources();
});
limits.after.each(async (context) => {
  if (context.writeSync !== undefined) Object.assign(require("node:fs"), { writeSync: context.writeSync });
  await closeBenches();
});

/** Replaces everything that changes from run to run. */
function normalised(text: string): string {
  return text
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID")
    .replace(/\d{4}-\d\d-\d\dT[0-9:.]+Z/g, "TIME")
    .replace(/\d+(\.\d+)? (ms|MB)/g, "N $2");
}

limits("a process logs to a file of its group, Lambda's lines around the function's", async () => {
  const bench = createBench(resources);
  bench.clock.set(new Date("2026-11-01T06:00:00Z"));
  await bench.lambda.invoke("probe", { do: "print", text: "two\nlines" }, owner);
  await bench.lambda.invoke("probe", { do: "throw", text: "oh" }, owner);
  const folder = join(bench.stateDir, "logs", "aws", "lambda", "probe", "2026", "11", "01");
  const [file = "", ...others] = readdirSync(folder);
  assert.match(file, /^\[\$LATEST\][0-9a-f]{32}\.log$/);
  assert.equal(others, []);
  const text = readFileSync(join(folder, file), "utf8");
  assert.is(text, `${bench.lines.join("\n")}\n`);
  const lines = normalised(text).split("\n").slice(0, -1);
  assert.equal(lines.slice(0, 1), ["START RequestId: ID Version: $LATEST"]);
  assert.equal(new Set(lines.slice(1, 3)), new Set(["TIME\tID\tINFO\ttwo\rlines", "an end without a line's"]));
  assert.equal(lines.slice(3, 6), [
    "END RequestId: ID",
    "REPORT RequestId: ID\tDuration: N ms\tBilled Duration: N ms\tMemory Size: N MB\tMax Memory Used: N MB\tInit Duration: N ms\t",
    "START RequestId: ID Version: $LATEST",
  ]);
  assert.match(
    lines[6] ?? "",
    /^TIME\tID\tERROR\tInvoke Error \t \{"errorType":"TypeError","errorMessage":"oh","trace":\[/,
  );
  assert.equal(lines.slice(7), [
    "END RequestId: ID",
    "REPORT RequestId: ID\tDuration: N ms\tBilled Duration: N ms\tMemory Size: N MB\tMax Memory Used: N MB\tStatus: error\tError Type: TypeError\t",
  ]);
});

limits("the memory that a function used is without its starter's", async () => {
  const held = Buffer.alloc(400 * 1024 * 1024, 1);
  const bench = createBench(resources);
  await bench.lambda.invoke("silent", {}, owner);
  const used = Number(/Max Memory Used: (\d+) MB/.exec(bench.lines.join("\n"))?.[1]);
  assert.ok(used > 0 && used < held.length / 1024 / 1024, `${used} MiB`);
});

limits("a full disk fails the invocation with one line that names the log", async (context) => {
  const bench = createBench(resources);
  await bench.lambda.invoke("probe", {}, owner);
  const fs = require("node:fs") as { writeSync: typeof writeSync };
  context.writeSync = fs.writeSync;
  fs.writeSync = () => {
    throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  };
  const refusal = await bench.lambda.invoke("probe", {}, owner).then(String, (error: Error) => error.message);
  fs.writeSync = context.writeSync;
  assert.match(refusal, /^\S+\/logs\/aws\/lambda\/probe\/\S+\.log: no space left on the disk \(ENOSPC\)$/);
  assert.equal((await bench.lambda.invoke("probe", { n: 1 }, owner)).payload, { echo: { n: 1 } });
});

limits("a run removes the folder of a killed run in the same state, and no other", async () => {
  const [other, bench] = [createBench(resources), createBench(resources)];
  await other.lambda.invoke("silent", {}, owner);
  const left = join(scratchFolder(bench.stateDir), "left");
  mkdirSync(left, { recursive: true });
  await bench.lambda.invoke("silent", {}, owner);
  assert.is(existsSync(left), false);
  assert.equal(await other.lambda.invoke("silent", {}, owner), { payload: "done" });
  const scratch = scratchFolder(bench.stateDir);
  assert.is(statSync(scratch).mode & 0o777, 0o700);
  await bench.lambda.close();
  assert.is(existsSync(scratch), false);
});

limits("a role that may not write logs leaves no log, and the refusals are recorded", async () => {
  const bench = createBench(resources);
  assert.equal(await bench.lambda.invoke("silent", {}, owner), { payload: "done" });
  assert.equal(
    bench.iam.denied.map(({ action }) => action),
    ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
  );
  assert.equal(readdirSync(bench.stateDir), ["lambda"]);
  assert.is(bench.lines.length, 4);
});

const refused: [what: string, inputs: Record<string, unknown>, message: string][] = [
  [
    "another runtime",
    { runtime: "python3.14" },
    'aws:lambda/function:Function "probe": the runtime python3.14 is not modelled by the local run',
  ],
  [
    "a dead-letter queue",
    { deadLetterConfig: { targetArn: "arn" } },
    'aws:lambda/function:Function "probe": deadLetterConfig is not modelled by the local run',
  ],
  ["layers", { layers: ["arn"] }, 'aws:lambda/function:Function "probe": layers is not modelled by the local run'],
  [
    "reserved concurrency",
    { reservedConcurrentExecutions: 1 },
    'aws:lambda/function:Function "probe": reservedConcurrentExecutions is not modelled by the local run',
  ],
  [
    "logs as JSON",
    { loggingConfig: { logFormat: "JSON" } },
    'aws:lambda/function:Function "probe": loggingConfig.logFormat JSON is not modelled by the local run',
  ],
];
for (const [what, inputs, message] of refused) {
  limits(`refused in one line: ${what}`, () => {
    assert.throws(
      () => createBench(withChange(resources, functionType, "probe", inputs)),
      (error: Error) => error.message === message,
    );
  });
}

const refusedCalls: [inputs: Record<string, unknown>, what: string][] = [
  [{ destinationConfig: { onSuccess: { destination: failuresArn } } }, "destinationConfig.onSuccess"],
  [{ maximumEventAgeInSeconds: 179 }, "a maximumEventAgeInSeconds under 180"],
];
for (const [inputs, what] of refusedCalls) {
  limits(`refused by name: ${what}`, () => {
    assert.throws(
      () => createBench(withChange(resources, asyncConfigType, "probe-async", inputs)),
      (error: Error) =>
        error.message === `aws:lambda/function:Function "probe": ${what} is not modelled by the local run`,
    );
  });
}

limits("a failure queue that the role may not send to is refused at the start", async () => {
  const statements = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sqs:ReceiveMessage", Resource: failuresArn }],
  };
  const bench = createBench(
    withChange(resources, "aws:iam/rolePolicy:RolePolicy", "policy", { policy: JSON.stringify(statements) }),
  );
  const refusal = await bench.lambda.start().then(
    () => "accepted",
    (error: Error) => error.message,
  );
  assert.is(
    refusal,
    `function probe: The function's execution role does not have permissions to call SendMessage on ${failuresArn}`,
  );
});

limits.run();
