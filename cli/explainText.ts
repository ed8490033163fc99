import type { CrawlExplanation } from "../emulator/glue";
import { count } from "./describe";

type Table = CrawlExplanation["tables"][number];
type Reading = Table["readings"][number];

const mostNamed = 5;

/** Why a crawl came out so, as a person reads it. */
export function explainCrawl({ crawler, settings, tables, ignored }: CrawlExplanation): string {
  const sections = [
    section(`Crawler ${crawler}`, settings),
    ...tables.map((table) => section(`${table.table}  ${table.location}`, linesOf(table))),
    ...(ignored.length === 0 ? [] : [section("Ignored", ignored.map(ignoredLine))]),
  ];
  return sections.join("\n");
}

function section(title: string, lines: readonly string[]): string {
  return [title, ...lines.map((line) => `  ${line}`), ""].join("\n");
}

function linesOf({ grouping, readings, schema, columns, partitions }: Table): string[] {
  return [
    `grouping    ${grouping}`,
    ...readings.flatMap(readingLines),
    `schema      ${schema}`,
    `columns     ${columnsText(columns)}`,
    ...partitionLines(partitions),
  ];
}

function readingLines({ files, remembered, example, compression, ...verdict }: Reading): string[] {
  const { classifier, header, format, passedOver } = verdict;
  const how = compression === "gzip" ? ", gzip" : "";
  const known = remembered === 0 ? "" : `, ${remembered.toLocaleString("en-US")} of them read by an earlier crawl`;
  const which = files === 1 ? example : `such as ${example}`;
  return [
    `files       ${count(files, "file")}${how}${known}: ${which}`,
    `classifier  ${classifier ?? "none recognises them"}`,
    ...passedOverLines(passedOver),
    ...(header === undefined ? [] : [`            ${header}`]),
    ...(format === undefined ? [] : [`            types: ${columnsText(format.columns)}`]),
  ];
}

/** Classifiers that pass files on for one reason are named together. */
function passedOverLines(passedOver: Reading["passedOver"]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { classifier, why } of passedOver) byReason.set(why, [...(byReason.get(why) ?? []), classifier]);
  return [...byReason].map(([why, classifiers]) => `            not ${classifiers.join(", ")}: ${why}`);
}

function columnsText(columns: readonly { name: string; type: string }[]): string {
  if (columns.length === 0) return "none";
  const types = new Set(columns.map(({ type }) => type));
  if (types.size > 1) return columns.map(({ name, type }) => `${name} ${type}`).join(", ");
  return `${columns.map(({ name }) => name).join(", ")} (all ${[...types][0]})`;
}

function partitionLines({ keys, described, added, updated, unchanged }: Table["partitions"]): string[] {
  if (keys.length === 0) return ["partitions  none: no folders are below it"];
  const counts = [
    ...(added.length > 0 ? [`${added.length} added (${few(added)})`] : []),
    ...(updated.length > 0 ? [`${updated.length} updated (${few(updated)})`] : []),
    `${unchanged} unchanged`,
  ];
  return [`partitions  by ${keys.join(", ")} (string), described ${described}: ${counts.join(", ")}`];
}

function few(names: readonly string[]): string {
  const more = names.length - mostNamed;
  return `${names.slice(0, mostNamed).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function ignoredLine({ why, objects, example }: CrawlExplanation["ignored"][number]): string {
  return `${count(objects, "object")} (${example}): ${why}`;
}
