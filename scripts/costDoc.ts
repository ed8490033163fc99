// docs/cost.md: what the program's own stack costs a month.

import type { Registered } from "../emulator/resources";
import { count } from "../lake/lists";
import { type CostedStack, costedStack, monthlyCost, type Part, type Scenario, totalCost } from "./cost";
import { allowances, assumptions, counts, prices } from "./costBasis";
import { exampleStack } from "./exampleStack";

const shownYears = [1, 3];
/** The libraries whose costs begin the page. */
const summedPlaylists = [1, 20, 50, 300, 1000];
const shownPlaylists = [1, 50, 1000];
/** The stacks whose costs are shown, by playlists and years. */
export const scenarios: readonly Scenario[] = shownPlaylists.flatMap((playlists) =>
  shownYears.map((years) => ({ playlists, years })),
);

/** Such as `50 playlists, 1 year`. */
export function scenarioText({ playlists, years }: Scenario): string {
  return `${count(playlists, "playlist")}, ${count(years, "year")}`;
}

/** A stack's cost by part and scenario, as a Markdown table: list prices, and the sum after allowances. */
export function costTable(stack: CostedStack): string[] {
  const columns = scenarios.map((scenario) => monthlyCost(stack, scenario));
  const parts = Object.keys(columns[0] ?? {}).filter((part) => columns.some((column) => (column[part]?.list ?? 0) > 0));
  const total = (of: keyof Part) => scenarios.map((scenario) => dollars(totalCost(stack, scenario)[of]));
  return [
    `| dollars a month | ${scenarios.map(scenarioText).join(" | ")} |`,
    `| --- |${" ---: |".repeat(scenarios.length)}`,
    ...parts.map((part) =>
      row(
        part,
        columns.map((column) => dollars(column[part]?.list ?? 0)),
      ),
    ),
    row("**list price**", total("list")),
    row("**after always-free allowances**", total("left")),
  ];
}

/** What is left to pay for libraries of several sizes, with and without the crawler. */
function summary(stack: CostedStack, uncrawled: CostedStack): string[] {
  const left = (one: CostedStack, playlists: number) =>
    shownYears.map((years) => dollars(totalCost(one, { playlists, years }).left));
  return [
    "| playlists | after 1 year | after 3 years | after 1 year, no crawler | after 3 years, no crawler |",
    "| ---: | ---: | ---: | ---: | ---: |",
    ...summedPlaylists.map((playlists) =>
      row(playlists.toLocaleString("en-US"), [...left(stack, playlists), ...left(uncrawled, playlists)]),
    ),
  ];
}

function row(name: string, cells: readonly string[]): string {
  return `| ${name} | ${cells.join(" | ")} |`;
}

function dollars(amount: number): string {
  return amount > 0 && amount < 0.005 ? "< $0.01" : `$${amount.toFixed(2)}`;
}

const stacks: readonly [title: string, settings: Readonly<Record<string, string>>][] = [
  ["The default stack", {}],
  ["Without a crawler (`crawlSchedule: none`)", { crawlSchedule: "none" }],
  ["With an inferred catalog (`catalog: inferred`), crawled daily", { catalog: "inferred" }],
  ["With one alarm for each cause (`alarms: detailed`)", { alarms: "detailed" }],
  ["With a weekly digest (`digestEmail`)", { digestEmail: "you@example.com" }],
  ["With the compact copy (`compactSchedule`)", { compactSchedule: "cron(0 7 * * ? *)" }],
];

/** The text of docs/cost.md. */
export async function costDoc(): Promise<string> {
  const sections: string[] = [];
  const costed: CostedStack[] = [];
  for (const [title, settings] of stacks) {
    const { resources } = await exampleStack(settings);
    const stack = costedStack(resources);
    costed.push(stack);
    sections.push(`## ${title}`, "", ...costTable(stack), "");
  }
  const [byDefault, uncrawled] = costed as [CostedStack, CostedStack];
  const { resources } = await exampleStack({});
  const { rows, count: resourceCount } = resourceRows(resources);
  const a = assumptions;
  const { playlistDay, run, catchUp } = counts;
  return [
    "# What it costs",
    "",
    "On your own machine Playlake costs nothing. In AWS, this is what you pay a month after the always-free allowances of your",
    `account, if you ask ${a.queries} questions in SQL a month:`,
    "",
    ...summary(byDefault, uncrawled),
    "",
    "With few playlists, most of it is the weekly crawl, which you can switch off: `npx pulumi config set crawlSchedule none`. No",
    "query of the default catalog needs it; it adds files that came into the lake by other means. With hundreds of playlists, most of",
    "it is your questions, each of which reads many small files, and the crawl, which reads all of them. The compact copy makes",
    "questions cheaper: [scale.md](scale.md).",
    "",
    "## How it is computed",
    "",
    "List prices of us-east-1 in November 2026. The last row subtracts what every account gets free each month. If other",
    "programs in your account use that up, the row above it applies. `scripts/cost.ts` computes this page from the resources that the",
    "program declares and from counts of simulated days (`scripts/runCounts.json`). `npm run docs` writes it; the comment on a pull",
    "request uses the same model.",
    "",
    ...sections,
    "Small files cost requests: every crawl reads every file, and a query over thirty days reads every file of those days. This cost",
    "grows with playlists and years. `crawlSchedule: none` avoids the crawls (no query of a declared catalog depends on a crawl), and the",
    "compact copy makes queries cheaper (see docs/scale.md). A crawl of many files takes longer than the ten minutes that Glue charges",
    "at least. AWS does not document how much longer, so it is not included.",
    "",
    `## The default stack's ${resourceCount} resources`,
    "",
    "Only alarms, the dashboard and stored data cost anything by themselves.",
    "",
    "| resources | | why they stay |",
    "| --- | ---: | --- |",
    ...rows,
    "",
    "## Assumed and counted",
    "",
    `- A playlist has ${a.entries} entries; ${a.changedShare * 100} % of the playlists change in a day.`,
    `- A run takes ${a.runSeconds} s and ${a.requestSeconds} s for each request to Spotify, a transform ${a.transformSeconds} s.`,
    `- ${a.queries} queries a month read ${a.queriedDays} days of all tables each: at least 10 MB, a GET per file and a LIST per partition.`,
    `- A digest takes ${a.digestSeconds} s. SNS sends 1,000 mails a month free, and charges $2 for 100,000.`,
    `- Glue's optimizers keep the compact copy small: ${a.optimizerDpus} DPUs for ${a.optimizerMinutes} minute per run, twice a week and once per ten new files. AWS does not document how many DPUs they use.`,
    `- Counted per playlist and day: ${playlistDay.puts} PUT, ${playlistDay.gets} GET, ${playlistDay.glueCalls} calls to Glue, ${playlistDay.logBytes} bytes of logs. A run adds: ${run.puts} PUT, ${run.gets} GET, ${run.lists} LIST; a catch-up on a complete day: ${catchUp.gets} GET.`,
    `- Counted per entry: ${counts.rawBytesAnEntry} bytes in raw (gzip), ${counts.lakeBytesAnEntry} in the lake. Raw never expires, so storage grows with the years.`,
    "",
    "## Prices",
    "",
    "| | dollars | free each month |",
    "| --- | ---: | ---: |",
    ...Object.entries(priceTexts).map(
      ([key, [text, free]]) => `| ${text} | ${plain(prices[key as keyof typeof prices])} | ${free} |`,
    ),
    "",
    "From the price pages of Lambda (arm64), Glue, CloudWatch, S3 (Standard), Athena and CloudTrail. SSM's standard parameters, SQS,",
    "EventBridge and its Scheduler cost nothing at this size.",
    "",
  ].join("\n");
}

/** Why a stack needs each kind of resource. */
const reasons: readonly [kinds: string, why: string][] = [
  ["SpotifyExtractor PlaylistTransformer AthenaCatalog", "the three components, which group the others"],
  [
    "Bucket BucketLifecycleConfiguration BucketOwnershipControls BucketPolicy BucketPublicAccessBlock BucketServerSideEncryptionConfiguration BucketVersioning",
    "raw, lake and results; the provider has a resource for each setting, and security scanners expect all of them",
  ],
  ["BucketNotification Permission", "a new raw object calls the transformer"],
  [
    "Function FunctionEventInvokeConfig LogGroup",
    "the two functions, their failure destinations, and logs that expire",
  ],
  ["Role RolePolicy", "extractor, transformer, crawler, and two kinds of schedules: each can do only its own work"],
  ["Parameter", "the app's credentials and the user's token"],
  ["Schedule", "the daily run, its catch-ups, the crawl"],
  ["Queue QueuePolicy EventRule EventTarget", "failures wait in a queue for each component; a rule adds failed crawls"],
  ["CatalogDatabase CatalogTable", "nine tables and the views over them"],
  [
    "Crawler Classifier",
    "adds days that the transformer did not register, and reports files that do not fit; `crawlSchedule: none` removes them",
  ],
  ["Workgroup NamedQuery", "where queries run, and saved queries"],
  ["MetricAlarm Dashboard", "report what needs attention, within CloudWatch's free allowance"],
];

function resourceRows(resources: readonly Registered[]): { rows: string[]; count: number } {
  const kindOf = ({ type }: Registered) => type.slice(type.lastIndexOf(":") + 1);
  const ours = resources.filter((one) => kindOf(one) !== "Stack");
  const known = new Set(reasons.flatMap(([kinds]) => kinds.split(" ")));
  const unknown = ours.map(kindOf).find((kind) => !known.has(kind));
  if (unknown !== undefined) throw new Error(`scripts/costDoc.ts: give a reason for the stack's ${unknown}`);
  const rows = reasons.map(([kinds, why]) => {
    const count = ours.filter((one) => kinds.split(" ").includes(kindOf(one))).length;
    return `| ${kinds.replaceAll(" ", ", ")} | ${count} | ${why} |`;
  });
  return { rows, count: ours.length };
}

const amount = (value: number) => value.toLocaleString("en");
const priceTexts: Readonly<Record<keyof typeof prices, readonly [text: string, free: string]>> = {
  lambdaGbSecond: ["Lambda, a GB-second", amount(allowances.lambdaGbSeconds)],
  lambdaRequest: ["Lambda, per invocation", amount(allowances.lambdaRequests)],
  crawlerDpuHour: ["Glue crawler or table optimizer, per DPU-hour", ""],
  catalogRequest: ["Glue Data Catalog, per request", amount(allowances.catalogRequests)],
  alarmMonth: ["alarm metric, per month", amount(allowances.alarms)],
  compositeAlarmMonth: ["composite alarm, per month", ""],
  dashboardMonth: ["dashboard, per month", amount(allowances.dashboards)],
  metricMonth: ["custom metric, per month, billed by the hour", amount(allowances.metrics)],
  logGb: ["GB of logs ingested", amount(allowances.logGb)],
  s3Put: ["an S3 PUT or LIST", ""],
  s3Get: ["an S3 GET", ""],
  s3GbMonth: ["GB in S3, per month", ""],
  athenaTb: ["TB read by Athena", ""],
  trailEvent: ["data event in CloudTrail", ""],
};

/** Small numbers without an exponent. */
function plain(price: number): string {
  return price.toFixed(12).replace(/\.?0+$/, "");
}
