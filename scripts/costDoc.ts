// docs/cost.md: what the program's own stack costs a month.
import type { CatalogMode } from "../components/arguments/rules";
import { assumptions, type CostedStack, costedStack, monthlyCost, prices, totalCost } from "./cost";
import { exampleStack } from "./exampleStack";

const catalogs: readonly CatalogMode[] = ["declared", "inferred"];
/** The numbers of playlists that costs are shown for. */
export const shownPlaylists = [1, 50, 1000] as const;

/** A stack's parts of cost by numbers of playlists, as a table of Markdown. */
export function costTable(stack: CostedStack): string[] {
  const columns = shownPlaylists.map((playlists) => monthlyCost(stack, playlists));
  const parts = Object.keys(columns[0] ?? {}).filter((part) => columns.some((column) => (column[part] ?? 0) > 0));
  const row = (name: string, values: readonly number[]) => `| ${name} | ${values.map(dollars).join(" | ")} |`;
  return [
    `| a month, with so many playlists | ${shownPlaylists.map((count) => count.toLocaleString("en")).join(" | ")} |`,
    `| --- |${" ---: |".repeat(shownPlaylists.length)}`,
    ...parts.map((part) =>
      row(
        part,
        columns.map((column) => column[part] ?? 0),
      ),
    ),
    row(
      "**together**",
      shownPlaylists.map((playlists) => totalCost(stack, playlists)),
    ),
  ];
}

function dollars(amount: number): string {
  return amount > 0 && amount < 0.005 ? "< $0.01" : `$${amount.toFixed(2)}`;
}

/** The text of docs/cost.md. */
export async function costDoc(): Promise<string> {
  const sections: string[] = [];
  for (const catalog of catalogs) {
    const { resources } = await exampleStack({ catalog });
    sections.push(`## catalog: ${catalog}`, "", ...costTable(costedStack(resources)), "");
  }
  const a = assumptions;
  return [
    "# What it costs",
    "",
    "List prices of us-east-1 in November 2026, free tiers not taken off, reckoned by `scripts/cost.ts` from the resources that the",
    "program declares. This page is written by `npm run docs`; the comment on a pull request uses the same model.",
    "",
    ...sections,
    "Most of it does not hang on the playlists: the crawler (two DPUs, ten minutes at least, each day), and what CloudWatch bills",
    "by the piece, of which an account's first ten alarms, ten metrics and three dashboards are free. With many files a crawl takes",
    "longer than its least, which is not reckoned here.",
    "",
    "## What is taken for granted",
    "",
    `- A playlist has ${a.entries} entries: ${a.rawBytesAnEntry} bytes each in raw, ${a.lakeBytesAnEntry} in the lake (the sample playlists). ${a.changedShare * 100} % of the playlists change in a day.`,
    `- The function runs ${a.runsADay} times a day, ${a.runSeconds} s each and ${a.requestSeconds} s for each request to Spotify; a transform takes ${a.transformSeconds} s.`,
    `- ${a.monthsKept} months are kept in S3; raw never expires, so storage grows with the years.`,
    `- ${a.queries} queries a month read ${a.queriedDays} days of all tables each, at least 10 MB.`,
    `- Logs: ${a.logBytesAPlaylist} bytes a playlist and day, ${a.logBytesARun} a run.`,
    "",
    "## Prices",
    "",
    "| | dollars |",
    "| --- | --- |",
    ...Object.entries(priceTexts).map(([key, text]) => `| ${text} | ${plain(prices[key as keyof typeof prices])} |`),
    "",
    "From the price pages of Lambda (arm64), Glue, CloudWatch, S3 (Standard), Athena and CloudTrail. SQS,",
    "EventBridge Scheduler and the Data Catalog stay far below a cent.",
    "",
  ].join("\n");
}

const priceTexts: Readonly<Record<keyof typeof prices, string>> = {
  lambdaGbSecond: "Lambda, a GB-second",
  lambdaRequest: "Lambda, an invocation",
  crawlerDpuHour: "Glue crawler, a DPU-hour",
  alarmMonth: "an alarm a month",
  compositeAlarmMonth: "a composite alarm a month",
  dashboardMonth: "a dashboard a month",
  metricMonth: "a metric a month, by the hour",
  logGb: "a GB of logs taken in",
  s3Put: "an S3 PUT",
  s3Get: "an S3 GET",
  s3GbMonth: "a GB in S3 a month",
  athenaTb: "a TB read by Athena",
  trailEvent: "a data event in CloudTrail",
};

/** Small numbers without an exponent. */
function plain(price: number): string {
  return price.toFixed(12).replace(/\.?0+$/, "");
}
