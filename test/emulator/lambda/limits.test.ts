import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Registered } from "../../../emulator/resources";
import { closeBenches, createBench, failuresArn, functionType, owner, probeResources, withChange } from "./setup";

let resources: Registered[];

const limits = suite("lambda: limits and logs");
limits.before(async () => {
  resources = await probeResources();
});
limits.after.each(closeBenches);

/** Everything that changes from run to run replaced. */
function normalised(text: string): string {
  return text
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID")
    .replace(/\d{4}-\d\d-\d\dT[0-9:.]+Z/g, "TIME")
    .replace(/\d+(\.\d+)? (ms|MB)/g, "N $2");
}

limits("the log of a process is a file below its group, with Lambda's lines around the function's", async () => {
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

limits("JSON logs", async () => {
  const bench = createBench(
    withChange(resources, functionType, "silent", {
      loggingConfig: { logFormat: "JSON", applicationLogLevel: "INFO" },
    }),
  );
  bench.clock.set(new Date("2026-11-01T06:00:00Z"));
  await bench.lambda.invoke("silent", {}, owner);
  const [start, printed, report] = bench.lines.map((line) => JSON.parse(line));
  const requestId = start.record.requestId;
  assert.equal(start, {
    time: "2026-11-01T06:00:00.000Z",
    type: "platform.start",
    record: { requestId, version: "$LATEST" },
  });
  assert.equal(printed, { timestamp: "2026-11-01T06:00:00.000Z", level: "INFO", requestId, message: "unheard" });
  assert.equal(
    [report.type, report.record.status, report.record.metrics.memorySizeMB],
    ["platform.report", "success", 256],
  );
});

limits("a role that may write no logs leaves none, and the refusals are recorded", async () => {
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
    "a reserved name",
    { environment: { variables: { AWS_REGION: "x", B: "y" } } },
    "function probe: Lambda reserves these environment variables: AWS_REGION",
  ],
  [
    "an environment over 4 KB",
    { environment: { variables: { A: "x".repeat(4090) } } },
    "function probe: the environment takes 4098 bytes, Lambda allows 4096",
  ],
  [
    "another runtime",
    { runtime: "python3.14" },
    "function probe: the local run knows Node.js runtimes only, got python3.14",
  ],
  ["layers", { layers: ["arn"] }, "function probe: the local run does not model layers"],
];
for (const [what, inputs, message] of refused) {
  limits(`refused in one line: ${what}`, () => {
    assert.throws(
      () => createBench(withChange(resources, functionType, "probe", inputs)),
      (error: Error) => error.message === message,
    );
  });
}

limits("a destination that the role may not send to is refused at the start, as AWS does", async () => {
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
