// docs/operations.md: what to do when something goes wrong, with the alarms as the program declares them.
import { metricMeanings } from "../components/alarms/metrics";
import type { Registered } from "../emulator/resources";
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

function conditionOf({ inputs }: Registered): string {
  const shown = inputs as unknown as Shown;
  const sign = shown.comparisonOperator === "LessThanThreshold" ? "<" : "≥";
  const unit = shown.metricName === "Duration" ? " ms" : "";
  const kept = shown.treatMissingData === "ignore" ? "; without data it stays as it is" : "";
  const value = `${shown.metricName} ${sign} ${shown.threshold.toLocaleString("en-US")}${unit}`;
  return `${shown.statistic} of ${value} in ${windowOf(shown)}${kept}`;
}

function overdueCondition(name: string, resources: readonly Registered[]): string {
  const part = resources.find((one) => one.name === `${name}-success`)?.inputs as unknown as Shown;
  return `no success in ${part.evaluationPeriods} hours (with the default schedule), once there was a first try`;
}

/** @param others names of alarms that every stack has: those beside them come with the compact copy */
function alarmRows(resources: readonly Registered[], others: ReadonlySet<string>): string[] {
  const alarms = resources.filter(({ type }) => /:(Metric|Composite)Alarm$/.test(type));
  const parts = /-overdue-(success|tried)$/;
  return alarms
    .filter(({ name }) => !parts.test(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((alarm) => {
      const isComposite = alarm.type.endsWith(":CompositeAlarm");
      const condition = isComposite ? overdueCondition(alarm.name, resources) : conditionOf(alarm);
      const suffix = alarm.name.replace(`${project}-alarm-`, "");
      const when = others.has(alarm.name) ? "" : ", only with `compactSchedule`";
      return `| \`${suffix}\`${when} | ${condition} | ${alarm.inputs.alarmDescription} |`;
    });
}

/** The text of docs/operations.md. */
export async function operationsDoc(): Promise<string> {
  const plain = await exampleStack({ catalog: "declared" });
  const { resources } = await exampleStack({ catalog: "declared", compactSchedule: "cron(0 7 * * ? *)" });
  const everyones = new Set(plain.resources.map(({ name }) => name));
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

Names are \`playlake-alarm-\`, what stands here, and seven characters that Pulumi adds. Functions that run some minutes a day leave most hours without data: these
count as no fault, so that an alarm goes out by itself when its fault is over. Only \`run-overdue\`, \`crawl-overdue\` and
\`compact-overdue\` take silence for a fault, and these wait for the first try: each is made of two further alarms (\`-success\`, \`-tried\`), which tell
nobody: the first is red until there is a success, the second grey until the first try and green from then on.

| alarm | goes off at | what it means, and what to do |
| --- | --- | --- |
${alarmRows(resources, everyones).join("\n")}

How long until overdue follows from the schedule: the longest time between two runs, and two hours. CloudWatch looks back a
week at most. Where a run comes once a week, the day's catch-ups count as well; where it comes less often, or a crawl comes
once a week, there is no such alarm, and \`extract-errors\` and the failure queues are what tells.

## Logs

Each function has a log group, \`playlake-extract-…\` and \`playlake-transform-…\`, kept 30 days (\`logRetentionDays\`); the
characters at the end are not the function's. A line is one JSON object with \`time\`, \`level\`,
\`requestId\` and \`event\`; \`playlistId\` or \`key\` where it is about one. In Logs Insights:

\`\`\`text
fields @timestamp, event, playlistId, key, reason | filter level in ["WARN", "ERROR"] | sort @timestamp desc
filter requestId = "..." | sort @timestamp
\`\`\`

Between them are Lambda's own lines (START, END, REPORT) and the metrics, a line an invocation, in CloudWatch's embedded
metric format. The crawler writes to \`/aws-glue/crawlers\`; how its crawls ended is in the queue \`playlake-crawl-events-…\`,
kept 14 days.

## Metrics

Namespace \`Playlake\`, dimension \`FunctionName\`. A function that fails tells them too, unless it was ended from outside.

| metric | what it tells |
| --- | --- |
${Object.entries(metricMeanings)
  .map(([name, meaning]) => `| \`${name}\` | ${meaning} |`)
  .join("\n")}

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
