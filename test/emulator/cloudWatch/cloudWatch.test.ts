import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createCloudWatch } from "../../../emulator/cloudWatch";
import { type AlarmState, evaluateAlarm, type MetricAlarm } from "../../../emulator/cloudWatch/metricAlarm";
import { createMetricStore, readLambdaLine, readMetricsLine } from "../../../emulator/cloudWatch/metrics";
import { resource } from "../../support/emulator/resources";

const test = suite("emulator/cloudWatch/cloudWatch");

const hourMs = 3_600_000;
const now = Date.parse("2026-11-22T06:00:00Z");
const metric = { namespace: "Playlake", metricName: "M", dimensions: { FunctionName: "f" } };
const alarm: MetricAlarm = {
  ...metric,
  ...{ name: "a", description: "", periodSeconds: 3600, evaluationPeriods: 3, datapointsToAlarm: 3 },
  ...{ statistic: "Sum", comparison: "GreaterThanOrEqualToThreshold", threshold: 1, missing: "missing" },
  actsOnSilence: false,
};

/** A store with a value for each hour, the latest last: X breaches, 0 does not, - is missing. */
function hours(text: string) {
  const store = createMetricStore();
  const points = text.split(" ").reverse();
  points.forEach((point, i) => {
    if (point !== "-") store.put({ ...metric, value: point === "X" ? 1 : 0, timestampMs: now - i * hourMs });
  });
  return store;
}

test("the state of a 3 of 3 alarm after OK, for each treatment of missing data", () => {
  const cases: [points: string, missing: AlarmState, ignore: AlarmState, notBreaching: AlarmState][] = [
    ["X X X", "ALARM", "ALARM", "ALARM"],
    ["0 X X", "OK", "OK", "OK"],
    ["X - X", "ALARM", "OK", "OK"],
    ["- - -", "INSUFFICIENT_DATA", "OK", "OK"],
    ["0 - -", "OK", "OK", "OK"],
    ["- X -", "OK", "OK", "OK"],
    ["X - -", "ALARM", "OK", "OK"],
  ];
  for (const [points, ...states] of cases) {
    const given = (["missing", "ignore", "notBreaching"] as const).map((missing) =>
      evaluateAlarm({ ...alarm, missing }, hours(points), now, "OK"),
    );
    assert.equal(given, states, points);
  }
});

test("a 1 of 3 alarm that ignores gaps keeps its state until the next is known", () => {
  const oneOfThree = { ...alarm, datapointsToAlarm: 1, missing: "ignore" as const };
  assert.is(evaluateAlarm(oneOfThree, hours("0 - 0"), now, "ALARM"), "ALARM");
  assert.is(evaluateAlarm(oneOfThree, hours("0 0 0"), now, "ALARM"), "OK");
  assert.is(evaluateAlarm(oneOfThree, hours("- - -"), now, "INSUFFICIENT_DATA"), "INSUFFICIENT_DATA");
  assert.is(evaluateAlarm(oneOfThree, hours("X - -"), now, "OK"), "ALARM");
});

test("statistics, comparisons, and periods that end at the instant", () => {
  const store = createMetricStore();
  for (const value of [3, 1, 2]) store.put({ ...metric, value, timestampMs: now });
  store.put({ ...metric, value: 100, timestampMs: now - hourMs });
  store.put({ ...metric, dimensions: { FunctionName: "g" }, value: 100, timestampMs: now });
  const one = { ...alarm, evaluationPeriods: 1, datapointsToAlarm: 1 };
  const cases: [MetricAlarm["statistic"], MetricAlarm["comparison"], threshold: number, AlarmState][] = [
    ["Sum", "GreaterThanOrEqualToThreshold", 6, "ALARM"],
    ["Maximum", "GreaterThanOrEqualToThreshold", 3, "ALARM"],
    ["Maximum", "LessThanThreshold", 3, "OK"],
    ["Sum", "LessThanThreshold", 7, "ALARM"],
  ];
  for (const [statistic, comparison, threshold, state] of cases) {
    assert.is(evaluateAlarm({ ...one, statistic, comparison, threshold }, store, now, "OK"), state, statistic);
  }
});

const good = {
  _aws: {
    Timestamp: now,
    CloudWatchMetrics: [{ Namespace: "N", Dimensions: [["FunctionName"]], Metrics: [{ Name: "A" }, { Name: "B" }] }],
  },
  FunctionName: "f",
  A: 1,
  B: [2, 3],
};

test("only a line in the embedded metric format has values", () => {
  const of = (metricName: string, value: number) => ({
    ...{ namespace: "N", metricName, dimensions: { FunctionName: "f" }, value, timestampMs: now },
  });
  assert.equal(readMetricsLine(JSON.stringify(good)), [of("A", 1), of("B", 2), of("B", 3)]);
  const none = [
    `2026-11-22T06:00:00Z\tid\tINFO\t${JSON.stringify(good)}`,
    JSON.stringify({ message: good }),
    JSON.stringify({ ...good, FunctionName: undefined }),
    JSON.stringify({ ...good, _aws: { ...good._aws, Timestamp: "now" } }),
    '{"_aws": broken',
    "START RequestId: x Version: $LATEST",
  ];
  for (const line of none) assert.equal(readMetricsLine(line), [], line);
});

test("Lambda's log lines give its metrics", () => {
  const read = (line: string) =>
    readLambdaLine({ functionName: "f", logGroup: "f", logStream: "s", line }, now).map((one) => [
      one.metricName,
      one.value,
    ]);
  assert.equal(read("START RequestId: x Version: $LATEST"), [["Invocations", 1]]);
  const report = "REPORT RequestId: x\tDuration: 12.50 ms\tBilled Duration: 13 ms\t";
  assert.equal(read(report), [
    ["Duration", 12.5],
    ["Errors", 0],
  ]);
  assert.equal(read(`${report}Status: timeout\t`), [
    ["Duration", 12.5],
    ["Errors", 1],
  ]);
  assert.equal(read("END RequestId: x"), []);
});

const inputs = {
  ...{ namespace: "AWS/SQS", metricName: "ApproximateNumberOfMessagesVisible", dimensions: { QueueName: "q" } },
  ...{ period: 300, evaluationPeriods: 1, statistic: "Maximum", threshold: 1 },
  ...{
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    treatMissingData: "notBreaching",
    alarmDescription: "says",
  },
};
const metricAlarm = (name: string, more: object = {}) =>
  resource("aws:cloudwatch/metricAlarm:MetricAlarm", name, { ...inputs, ...more });

test("an alarm that is refused or not modelled gives one line", () => {
  const at = 'aws:cloudwatch/metricAlarm:MetricAlarm "a"';
  const cases: [object, string][] = [
    [
      { treatMissingData: "notbreaching" },
      `${at}: treatMissingData: got "notbreaching", expected one of notBreaching, ignore, missing`,
    ],
    [{ statistic: "Average" }, `${at}: statistic: got "Average", expected one of Sum, Maximum`],
    [{ metricQueries: [] }, `${at}: metricQueries are not modelled by the local run`],
  ];
  for (const [more, message] of cases) {
    assert.throws(
      () => createCloudWatch({ resources: [metricAlarm("a", more)], now: () => new Date(now), messages: () => 0 }),
      (error: Error) => error.message === message,
    );
  }
});

test("alarms fire and clear as the run goes on", () => {
  let depth = 0;
  let time = now;
  const cloudWatch = createCloudWatch({
    resources: [
      resource("aws:sqs/queue:Queue", "q", {}),
      metricAlarm("waiting"),
      metricAlarm("arrived", { metricName: "NumberOfMessagesSent", statistic: "Sum" }),
      metricAlarm("silence", {
        ...{ namespace: "AWS/Events", metricName: "TriggeredRules", dimensions: { RuleName: "r" } },
        ...{ period: 3600, evaluationPeriods: 2, statistic: "Sum", comparisonOperator: "LessThanThreshold" },
        ...{ treatMissingData: "missing", insufficientDataActions: [] },
      }),
    ],
    now: () => new Date(time),
    messages: () => depth,
  });
  const states = (hoursLater: number) => {
    time += hoursLater * hourMs;
    cloudWatch.evaluate();
    return Object.fromEntries(cloudWatch.alarms().map(({ name, state, firedAt }) => [name, [state, firedAt.length]]));
  };
  const none = "INSUFFICIENT_DATA";
  assert.equal(states(0), { arrived: ["OK", 0], silence: [none, 0], waiting: ["OK", 0] });
  assert.equal(states(100), { arrived: ["OK", 0], silence: [none, 0], waiting: ["OK", 0] }, "silent at first");
  depth = 2;
  cloudWatch.triggered("r");
  cloudWatch.sent("arn:aws:sqs:us-east-1:123456789012:q");
  const firedAt = new Date(time).toISOString();
  assert.equal(states(0), { arrived: ["ALARM", 1], silence: ["OK", 0], waiting: ["ALARM", 1] });
  assert.equal(states(0), { arrived: ["ALARM", 1], silence: ["OK", 0], waiting: ["ALARM", 1] });
  depth = 0;
  assert.equal(states(1), { arrived: ["OK", 1], silence: ["OK", 0], waiting: ["OK", 1] });
  assert.equal(states(1), { arrived: ["OK", 1], silence: [none, 1], waiting: ["OK", 1] });
  assert.equal(states(1), { arrived: ["OK", 1], silence: [none, 1], waiting: ["OK", 1] });
  cloudWatch.triggered("r");
  assert.equal(states(0), { arrived: ["OK", 1], silence: ["OK", 1], waiting: ["OK", 1] });
  assert.equal(cloudWatch.alarms()[2], { name: "waiting", description: "says", state: "OK", firedAt: [firedAt] });
  assert.equal(
    cloudWatch.metrics().map(({ metricName, samples, sum, maximum }) => [metricName, samples, sum, maximum]),
    [
      ["TriggeredRules", 2, 2, 1],
      ["ApproximateNumberOfMessagesVisible", 8, 4, 2],
      ["NumberOfMessagesSent", 1, 1, 1],
    ],
  );
});

test("a queue's messages count although reading them takes time", () => {
  let time = now;
  const cloudWatch = createCloudWatch({
    resources: [resource("aws:sqs/queue:Queue", "q", {}), metricAlarm("waiting")],
    now: () => new Date(time),
    messages: () => {
      time += 5;
      return 1;
    },
  });

  cloudWatch.evaluate();

  assert.is(cloudWatch.alarms()[0]?.state, "ALARM");
});

test.run();
