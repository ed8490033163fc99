// Compares alarms with metrics: a function's uploaded archive must emit every metric that an alarm watches.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { extractMetrics, transformMetrics } from "../../components/alarms/metrics";
import type { AlarmReport, MetricSummary } from "../../emulator/cloudWatch";
import { readMetricsLine } from "../../emulator/cloudWatch/metrics";
import type { LogLine } from "../../emulator/lambda";
import type { Registered } from "../../emulator/resources";
import type { Pipeline } from "../../lake/local/pipeline";
import { consentedSource, sampleSource, withPipeline } from "../support/pipeline/pipelines";

const test = suite("pipeline/metrics");

/** The metrics of AWS's services, by namespace: their names and their one dimension. */
const services: Record<string, { names: string[]; dimension: string }> = {
  "AWS/Lambda": { names: ["Errors"], dimension: "FunctionName" },
  "AWS/SQS": { names: ["ApproximateNumberOfMessagesVisible", "NumberOfMessagesSent"], dimension: "QueueName" },
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

test("each function emits its metrics and no others", () => {
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

test("each alarm watches an emitted metric, with the same dimension", () => {
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

test("after a good day, only near end of consent and an unreadable entry fire", () => {
  const fired = run.alarms.filter(({ firedAt }) => firedAt.length > 0).map(({ name }) => name);
  assert.equal(fired, ["playlake-alarm-consent", "playlake-alarm-transform-attention"]);
  const of = (metricName: string) => run.metrics.find((one) => one.metricName === metricName)?.sum;
  assert.equal(["RunSucceeded", "ObjectsTransformed", "RowsRejected", "ConsentDaysLeft"].map(of), [1, 4, 1, 13]);
  const attention = run.logs.flatMap(({ line }) => /"attention":(\[.*?\])/.exec(line)?.[1] ?? []);
  assert.equal([...new Set(attention)], ['["rowsRejected"]']);
});

test("an ended consent fails the run, and its alarms fire", async () => {
  const source = await sampleSource();
  const refused = { ...source, credentials: { ...source.credentials, refreshToken: "ended" } };
  const { alarms, metrics } = await runOnce(refused);
  const fired = alarms
    .filter(({ firedAt }) => firedAt.length > 0)
    .map(({ name }) => name.replace("playlake-alarm-", ""));
  assert.equal(fired, ["consent", "extract-errors", "extract-failures"]);
  const told = metrics
    .filter(({ namespace }) => namespace === "Playlake")
    .map(({ metricName, maximum }) => [metricName, maximum]);
  assert.equal(Object.fromEntries(told).RunSucceeded, undefined);
  assert.equal(Object.fromEntries(told).ConsentDaysLeft, 0);
});

test.run();
