// A crawl as text for the terminal.
import type { CrawlExplanation } from "../emulator/glue";
import { type Crawled, count } from "../lake/runReport";

type Table = CrawlExplanation["tables"][number];
type Reading = Table["readings"][number];

const mostNamed = 5;

/** What a crawl changed, one line per table. */
export function listChanges(changes: Crawled): string {
  const byTable = new Map<string, string[]>();
  const note = (table: string, what: string) => byTable.set(table, [...(byTable.get(table) ?? []), what]);
  for (const table of changes.tablesCreated) note(table, "added");
  for (const table of changes.tablesUpdated) note(table, "changed");
  for (const table of changes.tablesDeleted) note(table, "deleted");
  for (const { table, values } of changes.partitionsAdded) note(table, `+ ${values.join("/")}`);
  for (const { table, values } of changes.partitionsDeleted) note(table, `- ${values.join("/")}`);
  const tables = [...byTable].sort(([one], [other]) => (one < other ? -1 : 1));
  if (tables.length === 0) return "Nothing is new: the catalog has all that is in the lake.\n";
  return tables.map(([table, what]) => `${table}  ${what.join(", ")}\n`).join("");
}

/** Explains a crawl's result as text. */
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

/** Classifiers that pass over files for the same reason are named together. */
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
