// A crawl as text for the terminal.
import type { CrawlExplanation } from "../emulator/glue";
import { count, groupedBy } from "../lake/lists";
import type { Crawled } from "../lake/runReport";

type Table = CrawlExplanation["tables"][number];
type Reading = Table["readings"][number];

const mostNamed = 5;

/** What a crawl changed, one line per table. */
export function listChanges(changes: Crawled): string {
  const notes = [
    ...changes.tablesCreated.map((table) => [table, "added"] as const),
    ...changes.tablesUpdated.map((table) => [table, "changed"] as const),
    ...changes.tablesDeleted.map((table) => [table, "deleted"] as const),
    ...changes.partitionsAdded.map(({ table, values }) => [table, `+ ${values.join("/")}`] as const),
    ...changes.partitionsDeleted.map(({ table, values }) => [table, `- ${values.join("/")}`] as const),
  ];
  const tables = [...groupedBy(notes, ([table]) => table)].sort(([one], [other]) => (one < other ? -1 : 1));
  if (tables.length === 0) return "Nothing is new: the catalog has all that is in the lake.\n";
  return tables.map(([table, own]) => `${table}  ${own.map(([, what]) => what).join(", ")}\n`).join("");
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
  const byReason = groupedBy(passedOver, ({ why }) => why);
  return [...byReason].map(
    ([why, own]) => `            not ${own.map(({ classifier }) => classifier).join(", ")}: ${why}`,
  );
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
