import * as assert from "uvu/assert";
import { extractMetrics, transformMetrics } from "../../../components/alarms/metrics";
import { alarmTopics } from "../../../components/stack/alarmTopic";
import { ofType } from "../../../emulator/resources";
import type { ProgramResult } from "../../../lake/local/program";
import { exampleStack } from "../../../scripts/exampleStack";
import { settingsSuite } from "../../support/components/settingsSuite";
import { resource, runTestProgram } from "../../support/components/testPrograms";
import { everything } from "../../support/validity/stacks";

const { test, program, inputsOf } = settingsSuite("components/alarms/alarms");

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
const waiting = "ApproximateNumberOfMessagesVisible";
const arrived = "NumberOfMessagesSent";

type Row = [
  name: string,
  metric: readonly [namespace: string, dimensions: object],
  metricName: string,
  statistic: string,
  threshold: number,
  window: Window,
];

/** The alarms of every stack. */
const always: Row[] = [
  ["extract-errors", lambda("extract"), "Errors", "Sum", 1, "hours"],
  ["extract-failures", queue("extract-failures"), arrived, "Sum", 1, "hours"],
  ["transform-failures", queue("transform-failures"), waiting, "Maximum", 1, "now"],
  ["crawl-failures", queue("crawl-failures"), arrived, "Sum", 1, "day"],
];
/** The alarms that combine several causes. */
const combined: Row[] = [
  ["extract-attention", own("extract"), "NeedsAttention", "Maximum", 1, "day"],
  ["transform-attention", own("transform"), "NeedsAttention", "Sum", 1, "day"],
];
/** One alarm for each cause. */
const causes: Row[] = [
  ["extract-throttles", lambda("extract"), "Throttles", "Sum", 1, "hours"],
  ["extract-duration", lambda("extract"), "Duration", "Maximum", 720_000, "hours"],
  ["playlists-unavailable", own("extract"), "PlaylistsUnavailable", "Maximum", 1, "day"],
  ["days-missed", own("extract"), "DaysMissed", "Maximum", 1, "day"],
  ["transform-errors", lambda("transform"), "Errors", "Sum", 1, "hours"],
  ["transform-throttles", lambda("transform"), "Throttles", "Sum", 1, "hours"],
  ["transform-duration", lambda("transform"), "Duration", "Maximum", 240_000, "hours"],
  ["rows-rejected", own("transform"), "RowsRejected", "Sum", 1, "day"],
  ["objects-refused", own("transform"), "ObjectsRefused", "Sum", 1, "day"],
];

/** The alarm's properties without name and description. */
function settingsOf(stack: ProgramResult, name: string): Record<string, unknown> {
  const { alarmDescription: _words, ...settings } = resource(stack, "MetricAlarm", `playlake-alarm-${name}`).inputs;
  return settings;
}

function alarmNames({ resources }: ProgramResult): string[] {
  const alarms = resources.filter(({ type }) => /:(Metric|Composite)Alarm$/.test(type));
  return alarms.map(({ name }) => name.replace("playlake-alarm-", "")).sort();
}

let detailed: ProgramResult;
let inferred: ProgramResult;
test.before(async () => {
  detailed = await exampleStack({ alarms: "detailed" });
  inferred = await exampleStack({ catalog: "inferred" });
});

for (const [name, [namespace, dimensions], metricName, statistic, threshold, window] of [
  ...always,
  ...combined,
  ...causes,
]) {
  test(`${name}: ${statistic} of ${metricName} from ${threshold} on`, () => {
    const stack = causes.some(([cause]) => cause === name) ? detailed : program;
    assert.equal(settingsOf(stack, name), {
      ...{ namespace, metricName, dimensions, statistic, threshold, ...windows[window] },
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      treatMissingData: "notBreaching",
      alarmActions: [],
    });
  });
}

test("the consent alarm fires below 31 days or after the end, by the last known value", () => {
  const consent = (threshold: number) => ({
    ...{ namespace: "Playlake", metricName: "ConsentDaysLeft", dimensions: { FunctionName: "playlake-extract" } },
    ...{ statistic: "Maximum", ...windows.latest, comparisonOperator: "LessThanThreshold", threshold },
    ...{ treatMissingData: "ignore", alarmActions: [] },
  });
  assert.equal(settingsOf(program, "consent"), consent(31));
  assert.equal(settingsOf(detailed, "consent-ending"), consent(31));
  assert.equal(settingsOf(detailed, "consent-ended"), consent(1));
});

test("an overdue alarm fires on missing data", () => {
  const cases = [
    [program, "run", { namespace: "Playlake", metricName: "RunSucceeded" }, own("extract")[1], 26],
    [program, "transform", { namespace: "Playlake", metricName: "ObjectsTransformed" }, own("transform")[1], 26],
    // A crawl can take long.
    [
      inferred,
      "crawl",
      { namespace: "AWS/Events", metricName: "TriggeredRules" },
      { RuleName: "playlake-crawl-ok" },
      31,
    ],
  ] as const;
  for (const [stack, what, metric, dimensions, hours] of cases) {
    assert.equal(settingsOf(stack, `${what}-overdue`), {
      ...metric,
      dimensions,
      ...{ period: 3600, evaluationPeriods: hours, datapointsToAlarm: hours, statistic: "Sum" },
      ...{ comparisonOperator: "LessThanThreshold", threshold: 1, treatMissingData: "missing" },
      ...{ alarmActions: [], insufficientDataActions: [], actionsEnabled: true },
    });
  }
});

test("the tables above list every alarm", () => {
  const names = (rows: Row[], ...more: string[]) => [...rows.map(([name]) => name), ...more].sort();
  const overdue = ["run-overdue", "transform-overdue"];
  assert.equal(alarmNames(program), names([...always, ...combined], "consent", ...overdue));
  assert.equal(alarmNames(inferred), names([...always, ...combined], "consent", "crawl-overdue", ...overdue));
  const consents = ["consent-ending", "consent-ended"];
  assert.equal(alarmNames(detailed), names([...always, ...causes], ...consents, "crawl-overdue", ...overdue));
});

test("default alarms, metrics and dashboards stay within CloudWatch's free tier", async () => {
  for (const stack of [program, inferred]) {
    const alarms = ofType(stack.resources, "aws:cloudwatch/metricAlarm:MetricAlarm");
    // An alarm on an expression would count as one for each metric that it reads.
    assert.ok(alarms.every(({ inputs }) => inputs.metricName !== undefined && inputs.metricQueries === undefined));
    assert.ok(alarms.length <= 10, `${alarms.length}`);
    assert.is(stack.resources.filter(({ type }) => type.endsWith(":CompositeAlarm")).length, 0);
    assert.ok(stack.resources.filter(({ type }) => type.endsWith(":Dashboard")).length <= 3);
  }
  assert.ok(Object.keys(extractMetrics).length + Object.keys(transformMetrics).length <= 10);
});

test("each alarm has a valid description with advice, and looks back a valid time", () => {
  for (const { name, inputs } of [program, detailed].flatMap(({ resources }) =>
    ofType(resources, "aws:cloudwatch/metricAlarm:MetricAlarm"),
  )) {
    const { alarmDescription = "", period = 0, evaluationPeriods = 0 } = inputs;
    assert.ok(alarmDescription.length >= 40 && alarmDescription.length <= 1024, name);
    assert.ok([10, 30].includes(period) || period % 60 === 0, name);
    assert.ok(period * evaluationPeriods <= (period < 3600 ? 1 : 7) * 86_400, name);
  }
});

test("an alarm's command names the stack, and none in a local run", async () => {
  const args = { "test:component": "SpotifyExtractor", "test:args": "{}" };
  const deployed = await runTestProgram("oneComponent", args, { stack: "prod" });
  const says = (stack: ProgramResult) =>
    `${resource(stack, "MetricAlarm", "playlake-alarm-consent").inputs.alarmDescription}`.match(
      /npx playlake .*?\./,
    )?.[0];
  assert.is(says(deployed), "npx playlake login --stack prod.");
  assert.is(says(program), "npx playlake login.");
});

test("with a schedule of a week or more, overdue alarms notify nobody", async () => {
  const alarmTopicArn = "arn:aws:sns:us-east-1:123456789012:ours";
  const schedules = { schedule: "cron(0 6 1 * ? *)", crawlSchedule: "cron(0 7 1 * ? *)" };
  const monthly = await exampleStack({ ...schedules, catalog: "inferred", alarmTopicArn });
  for (const what of ["run", "transform", "crawl"]) {
    const { actionsEnabled, evaluationPeriods } = settingsOf(monthly, `${what}-overdue`);
    assert.equal([actionsEnabled, evaluationPeriods], [false, 1], what);
  }
});

test("alarms notify the configured topic", async () => {
  const alarmTopicArn = "arn:aws:sns:us-east-1:123456789012:ours";
  const stack = await exampleStack({ alarmTopicArn });
  assert.is(stack.outputs.alarmTopicArn, alarmTopicArn);
  for (const { name, inputs } of ofType(stack.resources, "aws:cloudwatch/metricAlarm:MetricAlarm")) {
    assert.equal(inputs.alarmActions, [alarmTopicArn], name);
    assert.equal(inputs.insufficientDataActions, name.endsWith("-overdue") ? [alarmTopicArn] : undefined, name);
  }
  assert.is(stack.resources.filter(({ type }) => type.startsWith("aws:sns/")).length, 0);
});

test("the topic of an e-mail address accepts only alarms of this account", async () => {
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

test("only the catalog's own rule queues its failed crawls", async () => {
  const queueArn = "arn:aws:sqs:us-east-1:123456789012:playlake-crawl-failures";
  assert.is(
    inputsOf("EventRule", "crawl-bad").eventPattern,
    '{"source":["aws.glue"],"detail-type":["Glue Crawler State Change"],"detail":{"crawlerName":["playlake-crawler"],"state":["Failed"]}}',
  );
  assert.equal(inputsOf("EventTarget", "crawl-bad"), { rule: "playlake-crawl-bad", arn: queueArn });
  assert.equal(inputsOf("QueuePolicy", "crawl-failures").policy, {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "RuleEvents",
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: queueArn,
        Condition: {
          ArnEquals: { "aws:SourceArn": ["arn:aws:events:us-east-1:123456789012:rule/playlake-crawl-bad"] },
        },
      },
    ],
  });
  const uncrawled = await exampleStack({ crawlSchedule: "none" });
  assert.equal(
    uncrawled.resources.filter(({ name }) => name.includes("crawl")),
    [],
  );
});

test("two instances of the components have no alarm names in common", async () => {
  const { resources } = await runTestProgram("twoInstances");
  const names = resources.filter(({ type }) => /:(Metric|Composite)Alarm$/.test(type)).map(({ name }) => name);
  assert.is(new Set(names).size, names.length);
  for (const name of names) assert.ok(name.length <= 255 - 8, name);
});

test.run();
