// docs/operations.md: what to do when something goes wrong, with the program's declared alarms.
import { extractMetrics, meanings, transformMetrics } from "../components/alarms/metrics";
import { ofType, type Registered } from "../emulator/resources";
import { exampleStack } from "./exampleStack";

const project = "playlake";

/** The alarm inputs that the page shows. */
interface Shown {
  metricName: string;
  statistic: string;
  comparisonOperator: string;
  threshold: number;
  period: number;
  evaluationPeriods: number;
  treatMissingData: string;
  actionsEnabled?: boolean;
}

function windowOf({ period, evaluationPeriods }: Shown): string {
  if (period < 3600) return `the last ${period / 60} minutes`;
  return evaluationPeriods === 1 ? "the last hour" : `one of the last ${evaluationPeriods} hours`;
}

function conditionOf({ inputs }: Pick<Registered, "inputs">): string {
  const shown = inputs as unknown as Shown;
  if (shown.actionsEnabled === false) {
    return `no ${shown.metricName} for too long, after a first one; never with the default schedule, which leaves a week between two`;
  }
  if (shown.treatMissingData === "missing") {
    return `no ${shown.metricName} in ${shown.evaluationPeriods} hours (with the default schedule), after a first one`;
  }
  const sign = shown.comparisonOperator === "LessThanThreshold" ? "<" : "≥";
  const unit = shown.metricName === "Duration" ? " ms" : "";
  const kept = shown.treatMissingData === "ignore" ? "; without data it keeps its state" : "";
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
      // The example is a local run, whose commands need no option.
      const description = `${alarm.inputs.alarmDescription}`.replace(/npx playlake \w+/g, "$& --stack NAME");
      return `| \`${suffix}\`${when} | ${conditionOf(alarm)} | ${description} |`;
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
  const { resources: digest } = await exampleStack({ catalog: "declared", digestEmail: "you@example.com" });
  const { resources: detailed } = await exampleStack({ catalog: "declared", alarms: "detailed" });
  const everyones = namesOf(plain);
  const metrics = { ...extractMetrics, ...transformMetrics };
  return `# Operations

\`npm run docs\` writes this page from the alarms that the program declares.

## Did the last run succeed?

The stack's dashboard (output \`dashboard\`, in CloudWatch under that name) shows it: the state of all alarms, whether each day
is complete, playlists stored, unchanged, unavailable and failed, rows, requests to Spotify, durations, messages in the queues,
the list price of Lambda and Athena, and the last failures from the logs. The dashboard's days are in UTC. Locally, \`npm start\`
shows which alarms its days would have raised, and \`playlake run --json\` also prints the metrics.

## Notifications

\`\`\`text
npx pulumi config set alarmEmail you@example.com         # a topic in this stack; AWS first mails you to confirm
npx pulumi config set alarmTopicArn arn:aws:sns:...      # or: your own topic
\`\`\`

Your own topic must let \`cloudwatch.amazonaws.com\` publish to it. If KMS encrypts the topic, use a customer managed key whose
policy lets CloudWatch use it. Without a topic, alarms are visible only in CloudWatch. Nothing is sent when an alarm clears. The
three components take \`alarmTopicArns\`.

## The alarms

Names are \`playlake-alarm-\`, a suffix from this table, and seven characters that Pulumi adds. By default they watch at most ten
metrics, which CloudWatch does not charge for. They do not fire before the first run, and clear by themselves when the fault is
over. Functions that run some minutes a day leave most hours without data, so an hour without data is not a fault. The
exceptions are the \`-overdue\` alarms: their metric has values only for successes, and they fire when CloudWatch has no data in
the hours that they look back on. In the console they then show "Insufficient data".

| alarm | fires at | what it means, and what to do |
| --- | --- | --- |
${alarmRows(plain, "").join("\n")}
${alarmRows(inferred, ", only with an inferred catalog", everyones).join("\n")}
${alarmRows(compact, ", only with `compactSchedule`", everyones).join("\n")}
${alarmRows(digest, ", only with a digest", everyones).join("\n")}

\`pulumi config set alarms detailed\` creates one alarm for each cause, at $0.10 a month each beyond the free ten. It adds these
alarms, and leaves out the two \`-attention\` alarms and \`consent\`:

| alarm | fires at | what it means, and what to do |
| --- | --- | --- |
${alarmRows(detailed, "", everyones).join("\n")}

The schedule determines when a success is overdue: after the longest time between two runs plus two hours (seven for a crawl,
which can take long). CloudWatch then looks some hours further back before it reports that data is missing: expect the message a
little later. It looks back a week at most. If a run comes once a week, the day's catch-ups count as well; if it comes less
often, or a crawl comes once a week, the alarm never fires. \`extract-errors\` and the failure queues still report failures.
The weekly crawl has no such alarm: \`playlake doctor --stack NAME\` reports a crawl that is older than two of its periods, and the
dashboard shows the last two weeks' crawls.

## Logs

Each function has a log group, \`playlake-extract-…\` and \`playlake-transform-…\`, kept 30 days (\`logRetentionDays\`); its
last characters differ from the function's. A line is one JSON object with \`time\`, \`level\`,
\`requestId\` and \`event\`; \`playlistId\` or \`key\` if it is about one. In Logs Insights:

\`\`\`text
fields @timestamp, event, playlistId, key, reason | filter level in ["WARN", "ERROR"] | sort @timestamp desc
filter requestId = "..." | sort @timestamp
\`\`\`

The group also has Lambda's own lines (START, END, REPORT) and the metrics, one line per invocation, in CloudWatch's embedded
metric format. The crawler writes to \`/aws-glue/crawlers\`, a group that Glue creates for all crawlers of the account. It never
expires, so set its retention once: \`aws logs put-retention-policy --log-group-name /aws-glue/crawlers --retention-in-days 30\`.
Failed crawls are in the queue \`playlake-crawl-failures-…\`, kept 14 days.

## Metrics

Namespace \`Playlake\`, dimension \`FunctionName\`. A function that fails reports them too, unless Lambda ended it.
CloudWatch charges for metrics beyond an account's first ten, so only values that an alarm watches are metrics.

| metric | what it means |
| --- | --- |
${rows(Object.keys(metrics)).join("\n")}

The same log lines have these fields, for Logs Insights (\`filter ispresent(NeedsAttention)\`); the dashboard shows them by day:

| field | what it means |
| --- | --- |
${rows(Object.keys(meanings).filter((name) => !(name in metrics))).join("\n")}

## Failure queues

Work that failed at every attempt is kept for 14 days (output \`failureQueues\`): runs, events of raw objects, and calls of the
schedules (including the compact copy's).
Fix the cause first, then retry:

\`\`\`text
npx playlake redrive --stack NAME
\`\`\`

You can transform an object again at any time: the same raw object gives the same files. Repeating a run stores only what its day
is still missing. A message of an earlier day's run reads today's playlists: the earlier day cannot be recovered.
`;
}
