// docs/operations.md: what to do when something goes wrong, with the alarms as the program declares them.
import { extractMetrics, meanings, transformMetrics } from "../components/alarms/metrics";
import { ofType, type Registered } from "../emulator/resources";
import { exampleStack } from "./exampleStack";

const project = "playlake";

/** An alarm's inputs, as far as the page shows them. */
interface Shown {
  metricName: string;
  statistic: string;
  comparisonOperator: string;
  threshold: number;
  period: number;
  evaluationPeriods: number;
  treatMissingData: string;
}

function windowOf({ period, evaluationPeriods }: Shown): string {
  if (period < 3600) return `the last ${period / 60} minutes`;
  return evaluationPeriods === 1 ? "the last hour" : `one of the last ${evaluationPeriods} hours`;
}

function conditionOf({ inputs }: Pick<Registered, "inputs">): string {
  const shown = inputs as unknown as Shown;
  if (shown.treatMissingData === "missing") {
    return `no ${shown.metricName} in ${shown.evaluationPeriods} hours (with the default schedule), after a first one`;
  }
  const sign = shown.comparisonOperator === "LessThanThreshold" ? "<" : "≥";
  const unit = shown.metricName === "Duration" ? " ms" : "";
  const kept = shown.treatMissingData === "ignore" ? "; without data it stays as it is" : "";
  const value = `${shown.metricName} ${sign} ${shown.threshold.toLocaleString("en-US")}${unit}`;
  return `${shown.statistic} of ${value} in ${windowOf(shown)}${kept}`;
}

/** @param others names of alarms that every stack has */
function alarmRows(resources: readonly Registered[], when: string, others: ReadonlySet<string> = new Set()): string[] {
  return ofType(resources, "aws:cloudwatch/metricAlarm:MetricAlarm")
    .filter(({ name }) => !others.has(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((alarm) => {
      const suffix = alarm.name.replace(`${project}-alarm-`, "");
      return `| \`${suffix}\`${when} | ${conditionOf(alarm)} | ${alarm.inputs.alarmDescription} |`;
    });
}

function namesOf(resources: readonly Registered[]): ReadonlySet<string> {
  return new Set(resources.map(({ name }) => name));
}

function rows(names: readonly string[]): string[] {
  return names.map((name) => `| \`${name}\` | ${meanings[name as keyof typeof meanings]} |`);
}

/** The text of docs/operations.md. */
export async function operationsDoc(): Promise<string> {
  const { resources: plain } = await exampleStack({ catalog: "declared" });
  const { resources: inferred } = await exampleStack({ catalog: "inferred" });
  const { resources: compact } = await exampleStack({ catalog: "declared", compactSchedule: "cron(0 7 * * ? *)" });
  const { resources: detailed } = await exampleStack({ catalog: "declared", alarms: "detailed" });
  const everyones = namesOf(plain);
  const metrics = { ...extractMetrics, ...transformMetrics };
  return `# Operations

This page is written by \`npm run docs\`; its alarms are those that the program declares.

## Did last night work?

The stack's dashboard (output \`dashboard\`, in CloudWatch under that name) answers: the state of all alarms, whether each day
is complete, playlists stored, unchanged, unavailable and failed, rows, requests to Spotify, durations, what waits in the
queues, what Lambda and Athena cost at list price, and the last failures from the logs. Days there are those of UTC.
Here, \`npm start\` shows which alarms its days would have raised, and \`playlake run --json\` the metrics too.

## Being told

\`\`\`text
npx pulumi config set alarmEmail you@example.com         # a topic of this stack; AWS first mails for your consent
npx pulumi config set alarmTopicArn arn:aws:sns:...      # or: a topic of yours
\`\`\`

A topic of yours must let \`cloudwatch.amazonaws.com\` publish to it; one that is encrypted by KMS needs a key of your own whose
policy lets it use the key. Without either, alarms are seen in CloudWatch only. Nothing is sent when an alarm goes out. The
three components take \`alarmTopicArns\`.

## The alarms

Names are \`playlake-alarm-\`, a suffix from this table, and seven characters that Pulumi adds. By default they watch at most
ten metrics, which CloudWatch has free for ever. They are quiet until the first run, and clear by themselves when the fault is
over. Functions that run some minutes a day leave most hours without data, so an hour without data is not a fault. The
exceptions are the \`-overdue\` alarms: their metric has values for successes only, and they fire when CloudWatch has no more data
in the hours that they look back on. In the console they then show "Insufficient data".

| alarm | fires at | what it means, and what to do |
| --- | --- | --- |
${alarmRows(plain, "").join("\n")}
${alarmRows(inferred, ", only with an inferred catalog", everyones).join("\n")}
${alarmRows(compact, ", only with `compactSchedule`", everyones).join("\n")}

\`pulumi config set alarms detailed\` has one alarm for each cause, at $0.10 a month each beyond the free ten. It adds these, and
leaves out the two \`-attention\` alarms and \`consent\`:

| alarm | fires at | what it means, and what to do |
| --- | --- | --- |
${alarmRows(detailed, "", everyones).join("\n")}

How long until overdue follows from the schedule: the longest time between two runs, and two hours (seven for a crawl, which
can last). CloudWatch looks back a week at most. If a run comes once a week, the day's catch-ups count as well; if it comes less
often, or a crawl comes once a week, the alarm never fires, and \`extract-errors\` and the failure queues report what they see.

## Logs

Each function has a log group, \`playlake-extract-…\` and \`playlake-transform-…\`, kept 30 days (\`logRetentionDays\`); the
characters at the end are not the function's. A line is one JSON object with \`time\`, \`level\`,
\`requestId\` and \`event\`; \`playlistId\` or \`key\` where it is about one. In Logs Insights:

\`\`\`text
fields @timestamp, event, playlistId, key, reason | filter level in ["WARN", "ERROR"] | sort @timestamp desc
filter requestId = "..." | sort @timestamp
\`\`\`

Between them are Lambda's own lines (START, END, REPORT) and the metrics, a line an invocation, in CloudWatch's embedded
metric format. The crawler writes to \`/aws-glue/crawlers\`, a group that Glue makes for all crawlers of the account and that never
expires: set its retention once, \`aws logs put-retention-policy --log-group-name /aws-glue/crawlers --retention-in-days 30\`.
Crawls that failed are in the queue \`playlake-crawl-failures-…\`, kept 14 days.

## Metrics

Namespace \`Playlake\`, dimension \`FunctionName\`. A function that fails reports them too, unless it was ended from outside.
CloudWatch charges for metrics beyond an account's first ten, so only what an alarm watches is one.

| metric | what it means |
| --- | --- |
${rows(Object.keys(metrics)).join("\n")}

The same log lines have these fields, for Logs Insights (\`filter ispresent(NeedsAttention)\`); the dashboard shows them a day:

| field | what it means |
| --- | --- |
${rows(Object.keys(meanings).filter((name) => !(name in metrics))).join("\n")}

## Failure queues

What failed to the last try waits 14 days (output \`failureQueues\`): runs, events of raw objects, calls of the schedules
(the compact copy's too).
First mend the cause, then have them tried again:

\`\`\`text
npx playlake redrive --stack NAME
\`\`\`

An object may be transformed again at any time: the same raw object gives the same files. A run again stores only what its
day still lacks. A message of a run of an earlier day reads today: that earlier day can't be had any more.
`;
}
