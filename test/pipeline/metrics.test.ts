// Alarms and metrics held together: what an alarm watches, a function must have told, from the archive that is uploaded.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { extractMetrics, transformMetrics } from "../../components/alarms/metrics";
import { metricsRecord } from "../../components/callbacks/metricsLine";
import { type AlarmReport, createCloudWatch, type MetricSummary } from "../../emulator/cloudWatch";
import { readMetricsLine } from "../../emulator/cloudWatch/metricsLine";
import type { LogLine } from "../../emulator/lambda";
import type { Registered } from "../../emulator/resources";
import type { Pipeline } from "../../lake/local/pipeline";
import { consentedSource, sampleSource, withPipeline } from "./support";

const test = suite("pipeline/metrics");

/** What AWS's services tell of themselves, by namespace: the metrics' names and their one dimension. */
const services: Record<string, { names: string[]; dimension: string }> = {
  "AWS/Lambda": { names: ["Errors", "Throttles", "Duration", "Invocations"], dimension: "FunctionName" },
  "AWS/SQS": { names: ["ApproximateNumberOfMessagesVisible"], dimension: "QueueName" },
  "AWS/Events": { names: ["TriggeredRules"], dimension: "RuleName" },
};
const typesOf: Record<string, string> = {
  FunctionName: "aws:lambda/function:Function",
  QueueName: "aws:sqs/queue:Queue",
  RuleName: "aws:cloudwatch/eventRule:EventRule",
};

interface Run {
  resources: Registered[];
  logs: LogLine[];
  metrics: MetricSummary[];
  alarms: AlarmReport[];
}

async function runOnce(
  source: Parameters<typeof withPipeline>[0]["source"],
  before: (pipeline: Pipeline) => Promise<void> = async () => undefined,
): Promise<Run> {
  const logs: LogLine[] = [];
  return withPipeline({ source, onLog: (line) => logs.push(line) }, async (pipeline) => {
    await before(pipeline);
    const [instant] = pipeline.runsAfter(undefined, 1);
    await pipeline.simulate(instant as Date);
    const { cloudWatch } = pipeline.cloud;
    return { resources: pipeline.program.resources, logs, metrics: cloudWatch.metrics(), alarms: cloudWatch.alarms() };
  });
}

let run: Run;

test.before(async () => {
  const consentedAt = "2026-05-15T00:00:00Z";
  run = await runOnce(await consentedSource(), async ({ cloud, program }) => {
    const token = { refreshToken: "refresh-token-of-the-user", consentedAt };
    cloud.ssm.put(String(program.outputs.tokenParameterArn), JSON.stringify(token));
  });
});

test("each of a function's metrics is told by it, and no other", () => {
  const told = (functionName: string) => [
    ...new Set(
      run.logs
        .filter((line) => line.functionName === functionName)
        .flatMap(({ line }) => readMetricsLine(line).map(({ metricName }) => metricName)),
    ),
  ];
  assert.equal(told("playlake-extract").sort(), Object.keys(extractMetrics).sort());
  assert.equal(told("playlake-transform").sort(), Object.keys(transformMetrics).sort());
});

test("each alarm watches a metric that somebody tells, with the same dimension", () => {
  const own = run.metrics.filter(({ namespace }) => namespace === "Playlake");
  const emitted = own.map(({ metricName, dimensions }) => JSON.stringify([metricName, dimensions]));
  const alarms = run.resources.filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm");
  for (const { name, inputs } of alarms) {
    const { namespace, metricName, dimensions } = inputs as {
      namespace: string;
      metricName: string;
      dimensions: object;
    };
    if (namespace === "Playlake") {
      assert.ok(emitted.includes(JSON.stringify([metricName, dimensions])), name);
      continue;
    }
    const service = services[namespace];
    assert.ok(service?.names.includes(metricName), `${name}: ${namespace} ${metricName}`);
    const [[dimension, id], ...others] = Object.entries(dimensions) as [[string, string], ...[string, string][]];
    assert.equal([dimension, others], [service?.dimension, []], name);
    const type = typesOf[dimension];
    assert.ok(
      run.resources.some((one) => one.type === type && one.outputs.name === id),
      `${name}: ${id}`,
    );
  }
});

test("each line of a function's own is JSON with the request's id", () => {
  const platform = /^(START|END|REPORT) RequestId: /;
  const lines = run.logs.filter(({ line }) => !platform.test(line));
  assert.ok(lines.length > 10);
  for (const { line } of lines) assert.match((JSON.parse(line) as { requestId: string }).requestId, /^[0-9a-f-]{36}$/);
});

test("a day that went well: what fires is the consent that is near its end, and the sample's unreadable entry", () => {
  const fired = run.alarms.filter(({ firedAt }) => firedAt.length > 0).map(({ name }) => name);
  assert.equal(fired, ["playlake-alarm-consent-ending", "playlake-alarm-rows-rejected"]);
  assert.is(run.alarms.length, 21);
  const of = (metricName: string) => run.metrics.find((one) => one.metricName === metricName)?.sum;
  assert.equal(
    ["RunSucceeded", "PlaylistsStored", "ItemsRead", "RowsRead", "ObjectsTransformed"].map(of),
    [1, 3, 183, 183, 3],
  );
  assert.is(of("ConsentDaysLeft"), 13);
});

test("overdue: silent before the first run, however long; after it red as long as nothing succeeds, and out with a success", async () => {
  const { resources } = run;
  let time = Date.parse("2026-11-22T05:00:00Z");
  const cloudWatch = createCloudWatch({ resources, now: () => new Date(time), messages: async () => 0 });
  const after = async (hours: number) => {
    time += hours * 3_600_000;
    await cloudWatch.evaluate();
    const overdue = cloudWatch.alarms().filter(({ name, state }) => state === "ALARM" && name.endsWith("-overdue"));
    return overdue.map(({ name }) => name.replace(/playlake-alarm-|-overdue/g, ""));
  };
  const tell = (values: object) => {
    const record = metricsRecord(extractMetrics, {
      ...{ timestampMs: time, functionName: "playlake-extract", values: { ...values }, properties: {} },
    });
    const from = { functionName: "playlake-extract", logGroup: "g", logStream: "s" };
    cloudWatch.logged({ ...from, line: "START RequestId: x Version: $LATEST" });
    cloudWatch.logged({ ...from, line: JSON.stringify(record) });
  };
  assert.equal(await after(0), []);
  assert.equal(await after(14 * 24), []);
  tell({ RunSucceeded: 1 });
  cloudWatch.triggered("playlake-crawl-ok");
  assert.equal(await after(0), []);
  assert.equal(await after(25), []);
  assert.equal(await after(1), ["run"]);
  assert.equal(await after(14 * 24), ["run"]);
  tell({ RunSucceeded: 0 });
  cloudWatch.triggered("playlake-crawl-ok");
  assert.equal(await after(0), ["run"], "a run that fails does not put it out");
  assert.equal(await after(27), ["run"]);
  tell({ RunSucceeded: 1 });
  cloudWatch.triggered("playlake-crawl-ok");
  assert.equal(await after(0), []);
});

test("a consent that has ended: the run tells so and fails, and what watches it goes off", async () => {
  const source = await sampleSource();
  const refused = { ...source, credentials: { ...source.credentials, refreshToken: "ended" } };
  const { alarms, metrics } = await runOnce(refused);
  const fired = alarms
    .filter(({ firedAt }) => firedAt.length > 0)
    .map(({ name }) => name.replace("playlake-alarm-", ""));
  // The first try, and no success in the hours before it.
  assert.equal(fired, ["consent-ended", "extract-errors", "extract-failures", "run-overdue"]);
  const told = metrics
    .filter(({ namespace }) => namespace === "Playlake")
    .map(({ metricName, maximum }) => [metricName, maximum]);
  assert.equal(Object.fromEntries(told).RunSucceeded, 0);
  assert.equal(Object.fromEntries(told).ConsentEnded, 1);
});

test.run();
