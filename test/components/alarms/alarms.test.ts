import * as assert from "uvu/assert";
import { alarmTopics } from "../../../components/stack/alarmTopic";
import { exampleStack } from "../../../scripts/exampleStack";
import { settingsSuite } from "../settingsSuite";
import { resource, runTestProgram } from "../support";
import { everything } from "../validity/stacks";

const { test, program, inputsOf } = settingsSuite("components/alarms");

type Window = "now" | "hours" | "day" | "latest";

const windows: Record<Window, object> = {
  now: { period: 300, evaluationPeriods: 1, datapointsToAlarm: 1 },
  hours: { period: 3600, evaluationPeriods: 2, datapointsToAlarm: 1 },
  day: { period: 3600, evaluationPeriods: 24, datapointsToAlarm: 1 },
  latest: { period: 3600, evaluationPeriods: 1, datapointsToAlarm: 1 },
};
const lambda = (functionName: string) => ["AWS/Lambda", { FunctionName: `playlake-${functionName}` }] as const;
const own = (functionName: string) => ["Playlake", { FunctionName: `playlake-${functionName}` }] as const;
const queue = (name: string) => ["AWS/SQS", { QueueName: `playlake-${name}` }] as const;
const messages = "ApproximateNumberOfMessagesVisible";

const alarms: [
  name: string,
  metric: readonly [namespace: string, dimensions: object],
  metricName: string,
  statistic: string,
  threshold: number,
  window: Window,
][] = [
  ["extract-errors", lambda("extract"), "Errors", "Sum", 1, "hours"],
  ["extract-throttles", lambda("extract"), "Throttles", "Sum", 1, "hours"],
  ["extract-duration", lambda("extract"), "Duration", "Maximum", 720_000, "hours"],
  ["extract-failures", queue("extract-failures"), messages, "Maximum", 1, "now"],
  ["schedule-failures", queue("schedule-failures"), messages, "Maximum", 1, "now"],
  ["playlists-unavailable", own("extract"), "PlaylistsUnavailable", "Maximum", 1, "day"],
  ["days-missed", own("extract"), "DaysMissed", "Sum", 1, "day"],
  ["transform-errors", lambda("transform"), "Errors", "Sum", 1, "hours"],
  ["transform-throttles", lambda("transform"), "Throttles", "Sum", 1, "hours"],
  ["transform-duration", lambda("transform"), "Duration", "Maximum", 240_000, "hours"],
  ["transform-failures", queue("transform-failures"), messages, "Maximum", 1, "now"],
  ["rows-rejected", own("transform"), "RowsRejected", "Sum", 1, "day"],
  ["objects-refused", own("transform"), "ObjectsRefused", "Sum", 1, "day"],
  ["crawl-failures", queue("crawl-failures"), messages, "Maximum", 1, "now"],
  ["crawl-failed", ["AWS/Events", { RuleName: "playlake-crawl-bad" }], "TriggeredRules", "Sum", 1, "day"],
];

/** What CloudWatch is told, but for the words. */
function settingsOf(name: string): Record<string, unknown> {
  const { alarmDescription: _words, ...settings } = inputsOf("MetricAlarm", `alarm-${name}`);
  return settings;
}

for (const [name, [namespace, dimensions], metricName, statistic, threshold, window] of alarms) {
  test(`${name}: ${statistic} of ${metricName} at ${threshold} and above`, () => {
    assert.equal(settingsOf(name), {
      ...{ namespace, metricName, dimensions, statistic, threshold, ...windows[window] },
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      treatMissingData: "notBreaching",
      alarmActions: [],
    });
  });
}

test("consent: ending below 31 days; ended as long as the last run that knows says so", () => {
  const dimensions = { FunctionName: "playlake-extract" };
  assert.equal(settingsOf("consent-ending"), {
    ...{ namespace: "Playlake", metricName: "ConsentDaysLeft", dimensions, statistic: "Minimum", ...windows.day },
    ...{ comparisonOperator: "LessThanThreshold", threshold: 31 },
    ...{ treatMissingData: "notBreaching", alarmActions: [] },
  });
  assert.equal(settingsOf("consent-ended"), {
    ...{ namespace: "Playlake", metricName: "ConsentEnded", dimensions, statistic: "Minimum", ...windows.latest },
    ...{ comparisonOperator: "GreaterThanOrEqualToThreshold", threshold: 1 },
    ...{ treatMissingData: "ignore", alarmActions: [] },
  });
});

test("overdue: no success for so many hours, and tried once", () => {
  const runs = { FunctionName: "playlake-extract" };
  const crawls = { RuleName: "playlake-crawl-ok" };
  const cases = [
    [
      "run",
      { namespace: "Playlake", metricName: "RunSucceeded", dimensions: runs },
      { namespace: "AWS/Lambda", metricName: "Invocations", dimensions: runs },
    ],
    [
      "crawl",
      { namespace: "AWS/Events", metricName: "TriggeredRules", dimensions: crawls },
      { namespace: "AWS/Events", metricName: "TriggeredRules", dimensions: crawls },
    ],
  ] as const;
  for (const [what, success, tried] of cases) {
    const name = `playlake-alarm-${what}-overdue`;
    const { alarmDescription: _words, ...composite } = inputsOf("CompositeAlarm", `alarm-${what}-overdue`);
    assert.equal(composite, {
      alarmName: name,
      alarmRule: what === "crawl" ? "FALSE" : `NOT OK("${name}-success") AND OK("${name}-tried")`,
      alarmActions: [],
    });
    assert.equal(settingsOf(`${what}-overdue-success`), {
      ...success,
      ...{ period: 3600, evaluationPeriods: what === "crawl" ? 1 : 26, datapointsToAlarm: what === "crawl" ? 1 : 26 },
      ...{ statistic: "Sum", comparisonOperator: "LessThanThreshold", threshold: 1 },
      treatMissingData: what === "crawl" ? "missing" : "breaching",
    });
    assert.equal(settingsOf(`${what}-overdue-tried`), {
      ...tried,
      ...windows.latest,
      ...{
        statistic: "SampleCount",
        comparisonOperator: "LessThanThreshold",
        threshold: 0,
        treatMissingData: "ignore",
      },
    });
  }
});

test("the table holds every alarm", () => {
  const declared = program.resources
    .filter(({ type }) => /:(Metric|Composite)Alarm$/.test(type))
    .map(({ name }) => name);
  const more = ["consent-ending", "consent-ended", "run-overdue", "crawl-overdue"];
  const parts = ["run-overdue-success", "run-overdue-tried", "crawl-overdue-success", "crawl-overdue-tried"];
  const known = [...alarms.map(([name]) => name), ...more, ...parts].map((name) => `playlake-alarm-${name}`);
  assert.equal(declared.sort(), known.sort());
});

test("each says what it means and what to do, in what CloudWatch takes; none watches longer than it can", () => {
  for (const { type, name, inputs } of program.resources) {
    if (!/:(Metric|Composite)Alarm$/.test(type)) continue;
    const { alarmDescription, period, evaluationPeriods } = inputs as Record<"period" | "evaluationPeriods", number> & {
      alarmDescription: string;
    };
    assert.ok(alarmDescription.length >= 40 && alarmDescription.length <= 1024, name);
    if (!type.endsWith(":MetricAlarm")) continue;
    assert.ok([10, 30].includes(period) || period % 60 === 0, name);
    assert.ok(period * evaluationPeriods <= (period < 3600 ? 1 : 7) * 86_400, name);
  }
});

test("a monthly schedule has no overdue alarm that goes off; alarms go to the topic that is given, parts of others to none", async () => {
  const alarmTopicArn = "arn:aws:sns:us-east-1:123456789012:ours";
  const schedules = { schedule: "cron(0 6 1 * ? *)", crawlSchedule: "cron(0 7 1 * ? *)" };
  const monthly = await exampleStack({ ...schedules, alarmTopicArn });
  for (const what of ["run", "crawl"]) {
    const name = `playlake-alarm-${what}-overdue`;
    assert.is(resource(monthly, "CompositeAlarm", name).inputs.alarmRule, "FALSE");
    const { evaluationPeriods, treatMissingData } = resource(monthly, "MetricAlarm", `${name}-success`).inputs;
    assert.equal([evaluationPeriods, treatMissingData], [1, "missing"]);
  }
  assert.is(monthly.outputs.alarmTopicArn, alarmTopicArn);
  for (const { type, name, inputs } of monthly.resources) {
    if (!/:(Metric|Composite)Alarm$/.test(type)) continue;
    assert.equal(inputs.alarmActions, /-(success|tried)$/.test(name) ? undefined : [alarmTopicArn], name);
  }
  assert.is(monthly.resources.filter(({ type }) => type.startsWith("aws:sns/")).length, 0);
});

test("an address gets a topic that CloudWatch's alarms of this account may use, and nobody else", async () => {
  const result = await exampleStack(everything);
  const topic = "arn:aws:sns:us-east-1:123456789012:playlake-alarms";
  assert.is(result.outputs.alarmTopicArn, topic);
  assert.equal(resource(result, "TopicPolicy", "playlake-alarms").inputs, {
    arn: topic,
    policy: {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Alarms",
          Effect: "Allow",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          Action: "sns:Publish",
          Resource: topic,
          Condition: {
            StringEquals: { "aws:SourceAccount": "123456789012" },
            ArnLike: { "aws:SourceArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:*" },
          },
        },
      ],
    },
  });
  assert.equal(resource(result, "TopicSubscription", "playlake-alarms").inputs, {
    ...{ topic, protocol: "email", endpoint: "you@example.com" },
  });
  assert.equal(resource(result, "MetricAlarm", "playlake-alarm-extract-errors").inputs.alarmActions, [topic]);
  assert.equal(alarmTopics("x", { alarmTopicArn: undefined, alarmEmail: undefined }), []);
});

test("how crawls end goes into a queue, by this catalog's rules alone; without a crawler none of it", async () => {
  const pattern = (state: string) =>
    `{"source":["aws.glue"],"detail-type":["Glue Crawler State Change"],"detail":{"crawlerName":["playlake-crawler"],"state":["${state}"]}}`;
  const queueArn = "arn:aws:sqs:us-east-1:123456789012:playlake-crawl-events";
  for (const [name, state] of [
    ["ok", "Succeeded"],
    ["bad", "Failed"],
  ] as const) {
    assert.is(inputsOf("EventRule", `crawl-${name}`).eventPattern, pattern(state));
    assert.equal(inputsOf("EventTarget", `crawl-${name}`), { rule: `playlake-crawl-${name}`, arn: queueArn });
  }
  const rules = ["ok", "bad"].map((name) => `arn:aws:events:us-east-1:123456789012:rule/playlake-crawl-${name}`);
  assert.equal(inputsOf("QueuePolicy", "crawl-events").policy, {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "CrawlEvents",
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: queueArn,
        Condition: { StringEquals: { "aws:SourceAccount": "123456789012" }, ArnEquals: { "aws:SourceArn": rules } },
      },
    ],
  });
  const uncrawled = await exampleStack({ crawlSchedule: "none" });
  assert.equal(
    uncrawled.resources.filter(({ name }) => name.includes("crawl")),
    [],
  );
});

test("alarms in two instances of the components share no name", async () => {
  const { resources } = await runTestProgram("twoInstances");
  const names = resources.filter(({ type }) => /:(Metric|Composite)Alarm$/.test(type)).map(({ name }) => name);
  assert.is(new Set(names).size, names.length);
  for (const name of names) assert.ok(name.length <= 255 - 8, name);
});

test.run();
