// Each check of a stack, against answers of AWS that the real SDK reads over HTTP.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { StackOutputs } from "../../../components/stack/outputs";
import type { Finding } from "../../../lake";
import { stackChecks } from "../../../lake/stack/checks";
import { createClients } from "../../../lake/stack/clients";
import { type FakeAnswers, fakeAws } from "../../support/lake/stack/fakeAws";
import { title } from "../../support/title";

const test = suite("lake/stack/checks");

const account = "us-east-1:123456789012";
const outputs: StackOutputs = {
  ...{ rawBucket: "p-raw", lakeBucket: "p-lake", resultsBucket: "p-results" },
  ...{ extractFunction: "p-dev-extract-1a", transformFunction: "p-dev-transform-2b" },
  schedules: { run: "p-run", crawl: "p-crawl", timezone: "UTC" },
  appParameterArn: `arn:aws:ssm:${account}:parameter/p-app`,
  tokenParameterArn: `arn:aws:ssm:${account}:parameter/p-token`,
  ...{ database: "p", workgroup: "p-queries", crawler: "p-crawler" },
  failureQueues: { extract: "https://sqs/e", transform: "https://sqs/t", crawlSchedule: "https://sqs/c" },
};

const days = (ago: number) => (Date.now() - ago * 24 * 3_600_000) / 1000;
const dayOf = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10);
const now = new Date();
const firstOf = (month: number) => new Date(Date.UTC(now.getUTCFullYear(), month, 1)).toISOString().slice(0, 10);
const [firstOfMonth, halfYearLater] = [firstOf(now.getUTCMonth()), firstOf(now.getUTCMonth() + 6)];
const enabled = { State: "ENABLED", ScheduleExpression: "cron(30 6 ? * SUN *)", CreationDate: days(100) };
const schedules = { "GET /schedules/p-run": enabled, "GET /schedules/p-crawl": enabled };
const notification = (inner: string) =>
  `<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inner}</NotificationConfiguration>`;
const direct = (prefix: string, lambda = "p-dev-transform-2b") =>
  notification(
    `<CloudFunctionConfiguration><Id>x</Id><CloudFunction>arn:aws:lambda:${account}:function:${lambda}</CloudFunction><Event>s3:ObjectCreated:*</Event><Filter><S3Key><FilterRule><Name>Prefix</Name><Value>${prefix}</Value></FilterRule></S3Key></Filter></CloudFunctionConfiguration>`,
  );
const raw = "GET /p-raw/?notification";
const crawled = (LastCrawl?: object) => ({ "AWSGlue.GetCrawler": { Crawler: { Name: "p-crawler", LastCrawl } } });
const parameter = (Value: string) => ({ Parameter: { Value, Version: 1 } });
const consented = (consentedAt: string) => parameter(JSON.stringify({ refreshToken: "t", consentedAt }));
const alarm = (name: string, StateValue: string, more: object = {}) => ({
  ...{ AlarmName: `p-dev-alarm-${name}`, StateValue, ActionsEnabled: true },
  ...more,
});
const alarms = (...MetricAlarms: object[]) => ({ "GraniteServiceVersion.DescribeAlarms": { MetricAlarms } });
const rule = (State: string, bucket = "p-raw") => ({
  [raw]: notification("<EventBridgeConfiguration/>"),
  "GET /2015-03-31/functions/p-dev-transform-2b/configuration": {
    FunctionArn: `arn:aws:lambda:${account}:function:p-dev-transform-2b`,
  },
  "AWSEvents.ListRuleNamesByTarget": { RuleNames: ["p-rule"] },
  "AWSEvents.DescribeRule": {
    ...{ Name: "p-rule", State },
    EventPattern: `{"source":["aws.s3"],"detail":{"bucket":{"name":["${bucket}"]}}}`,
  },
});
const sends = "p-raw sends its events to EventBridge";
const refresh = "run pulumi up --refresh";
const never = "what is stored is never transformed";
const seeCrawl = "see the schedules, then npx playlake crawl --stack dev";

const good = (found: string): Finding => ({ found });
const bad = (found: string, advice: string): Finding => ({ found, advice });

const cases: readonly [check: string, what: string, answers: FakeAnswers, finding: Finding | string][] = [
  [
    "credentials",
    "stored",
    { "AmazonSSM.GetParameter": parameter('{"clientId":"i","clientSecret":"s"}') },
    good("the app's id and secret are stored"),
  ],
  ["credentials", "refused", { "AmazonSSM.GetParameter": { error: "AccessDeniedException" } }, "AccessDeniedException"],
  [
    "consent",
    "given",
    { "AmazonSSM.GetParameter": consented(`${firstOfMonth}T00:00:00.000Z`) },
    good(`the consent of ${firstOfMonth} ends on ${halfYearLater}`),
  ],
  [
    "consent",
    "ending",
    { "AmazonSSM.GetParameter": consented("2020-01-01T00:00:00.000Z") },
    bad("the consent of 2020-01-01 ends on 2020-07-01", "npx playlake login --stack dev"),
  ],
  ["schedules", "enabled", schedules, good("p-run, p-crawl are enabled")],
  [
    "schedules",
    "disabled",
    { ...schedules, "GET /schedules/p-crawl": { ...enabled, State: "DISABLED" } },
    bad("disabled: p-crawl", `enable them, or ${refresh}`),
  ],
  [
    "schedules",
    "missing",
    { ...schedules, "GET /schedules/p-run": { error: "ResourceNotFoundException" } },
    bad("missing: p-run", refresh),
  ],
  [
    "schedules",
    "refused",
    {
      "GET /schedules/p-run": { error: "AccessDeniedException" },
      "GET /schedules/p-crawl": { error: "AccessDeniedException" },
    },
    "AccessDeniedException",
  ],
  ["trigger", "by notification", { [raw]: direct("playlists/") }, good("p-raw invokes p-dev-transform-2b")],
  [
    "trigger",
    "missing",
    { [raw]: notification("") },
    bad(`p-raw sends no events: ${never}`, `${refresh}; on your own bucket, turn EventBridge on`),
  ],
  [
    "trigger",
    "for another prefix",
    { [raw]: direct("state/") },
    bad(`p-raw sends no events: ${never}`, `${refresh}; on your own bucket, turn EventBridge on`),
  ],
  [
    "trigger",
    "of another function",
    { [raw]: direct("playlists/", "other") },
    bad(`p-raw sends no events: ${never}`, `${refresh}; on your own bucket, turn EventBridge on`),
  ],
  ["trigger", "by a rule", rule("ENABLED"), good(`${sends}, and p-rule passes them on`)],
  [
    "trigger",
    "by a disabled rule",
    rule("DISABLED"),
    bad(`${sends}, but the rule p-rule is disabled: ${never}`, `enable it, or ${refresh}`),
  ],
  [
    "trigger",
    "by a rule of another bucket",
    rule("ENABLED", "p-raw-2"),
    bad(`${sends}, and no rule passes them to p-dev-transform-2b: ${never}`, refresh),
  ],
  [
    "crawl",
    "in time",
    { ...schedules, ...crawled({ Status: "SUCCEEDED", StartTime: days(13) }) },
    good(`p-crawler last ran on ${dayOf(days(13))}`),
  ],
  [
    "crawl",
    "older than two periods",
    { ...schedules, ...crawled({ Status: "SUCCEEDED", StartTime: days(15) }) },
    bad(`p-crawler last ran on ${dayOf(days(15))}, though it is due every 7 days`, seeCrawl),
  ],
  [
    "crawl",
    "never, in an old stack",
    { ...schedules, ...crawled() },
    bad("p-crawler has not run, though it is due every 7 days", seeCrawl),
  ],
  [
    "crawl",
    "never, in a new stack",
    { ...schedules, ...crawled(), "GET /schedules/p-crawl": { ...enabled, CreationDate: days(3) } },
    good("p-crawler has not run"),
  ],
  [
    "crawl",
    "failed",
    { ...schedules, ...crawled({ Status: "FAILED", ErrorMessage: "no access\nto it", StartTime: days(1) }) },
    bad("the last crawl of p-crawler failed: no access", seeCrawl),
  ],
  [
    "alarms",
    "quiet",
    alarms(
      alarm("consent", "OK"),
      alarm("run-overdue", "INSUFFICIENT_DATA", { StateReason: "Unchecked: Initial alarm creation" }),
      alarm("crawl-overdue", "INSUFFICIENT_DATA", { StateReason: "no datapoints", ActionsEnabled: false }),
      alarm("extract-errors", "INSUFFICIENT_DATA", { StateReason: "no datapoints" }),
    ),
    good("none of 4 alarms fires"),
  ],
  [
    "alarms",
    "firing",
    alarms(
      alarm("consent", "OK"),
      alarm("extract-errors", "ALARM"),
      alarm("run-overdue", "INSUFFICIENT_DATA", { StateReason: "no datapoints" }),
    ),
    bad("firing: p-dev-alarm-extract-errors, p-dev-alarm-run-overdue", "docs/operations.md explains each alarm"),
  ],
  ["alarms", "gone", alarms(), bad("no alarm begins with p-dev-alarm-", refresh)],
];

let answers: FakeAnswers = {};
let aws: Awaited<ReturnType<typeof fakeAws>>;
test.before(async () => {
  aws = await fakeAws(() => answers);
});
test.after(() => aws.close());

for (const [check, what, given, finding] of cases) {
  test(title(`${check}: ${what}`), async () => {
    answers = given;
    const clients = createClients("us-east-1");
    const checks = stackChecks({ name: "dev", outputs, clients });
    const found = await checks
      .find((one) => one.what === check)!
      .find()
      .catch((error: Error) => error.name);
    clients.close();
    assert.equal(found, finding);
  });
}

test("a stack without a crawler has no check of crawls", () => {
  const { crawler: _, ...others } = outputs;
  const clients = createClients("us-east-1");
  const checks = stackChecks({ name: "dev", outputs: others, clients });
  assert.equal(
    checks.map(({ what }) => what),
    ["credentials", "consent", "schedules", "trigger", "alarms"],
  );
});

test.run();
