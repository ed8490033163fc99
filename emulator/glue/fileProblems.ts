import * as papa from "papaparse";
import { parseLocation, type Table } from "./catalog";
import type { Oddity } from "./csvClassifier";
import type { ReadFile, Split } from "./discovery";

const remedy = "remove it, or write it like the table's other files";

/**
 * One line for each problem that Athena would have with the files. The crawler itself reports few of them.
 * @param table as it is in the catalog after the crawl
 */
export function fileProblems(bucket: string, table: Table, files: readonly ReadFile[]): string[] {
  const mostly = files.filter(({ compression }) => compression === "gzip").length * 2 > files.length ? "gzip" : "none";
  const headers = new Map<string, string | undefined>();
  return files.flatMap((file) => {
    if (!headers.has(file.firstLine)) headers.set(file.firstLine, headerProblem(table, file.firstLine));
    const header = headers.get(file.firstLine);
    const problem = bytesProblem(file) ?? header ?? contentProblem(table, file) ?? compressionProblem(file, mostly);
    return problem === undefined ? [] : [`s3://${bucket}/${file.key} (${table.name}): ${problem}`];
  });
}

function bytesProblem({ key, size, compression }: ReadFile): string | undefined {
  if (size === 0) return "the file is empty and gives no rows; remove it";
  const isNamedGzip = key.endsWith(".gz");
  if (compression === "gzip" && !isNamedGzip) {
    return "it is gzip, but its name does not end in .gz: Athena reads the compressed bytes as text; rename or remove it";
  }
  if (compression === "none" && isNamedGzip) {
    return "its name ends in .gz, but it is not gzip: a query over it fails; rename or remove it";
  }
  return undefined;
}

function compressionProblem({ compression }: ReadFile, mostly: string): string | undefined {
  if (compression === mostly) return undefined;
  const is = compression === "gzip" ? "gzip, and most files of the table are not" : "not compressed, and most are gzip";
  return `it is ${is}: Athena reads both, a crawler that makes tables would split this one; ${remedy}`;
}

/** How OpenCSVSerde reads a file that is in another dialect. The local SQL reads it in the same way. */
const effects: Record<Oddity, string> = {
  blankLine: "it has a blank line: Athena reads a row of NULLs there",
  backslash: "it has a backslash that is not doubled: Athena loses it, or the row",
  lineBreak: "it has a line break in a value, or a quote that does not end: Athena cuts the row there",
  mixedLineEnds: "its lines end in different ways: Athena accepts all of them, other readers may not",
  bareQuote: "it has a quote within a bare value: Athena may keep it or not",
  notUtf8: "it is not UTF-8: Athena replaces the odd bytes",
};

function contentProblem({ serde }: Table, { oddities }: ReadFile): string | undefined {
  const [first] = oddities;
  if (first === undefined || serde?.library.endsWith(".OpenCSVSerde") !== true) return undefined;
  return `${effects[first]}; ${remedy}`;
}

/** A header with only the first of the table's columns is of an older schema: the missing columns are null. */
function headerProblem({ columns, serde, parameters }: Table, firstLine: string): string | undefined {
  if (parameters["skip.header.line.count"] !== "1" || serde?.library.endsWith(".OpenCSVSerde") !== true)
    return undefined;
  const { separatorChar: delimiter = ",", quoteChar = '"' } = serde.parameters;
  const [cells = []] = papa.parse<string[]>(firstLine, { delimiter, quoteChar, escapeChar: quoteChar }).data;
  const odd = cells.findIndex((cell, i) => cell.toLowerCase() !== columns[i]?.name);
  if (odd < 0) return undefined;
  const wanted = columns[odd]?.name;
  const found = JSON.stringify(cells[odd]?.slice(0, 40));
  const effect =
    wanted === undefined
      ? `its header has ${found} after the table's last column: Athena drops what is there`
      : `its first line has ${found} where the table has ${wanted}: Athena skips the line and reads the values by their position`;
  return `${effect}; ${remedy}`;
}

/** One line for each folder that became several tables instead of one. Files already reported are not named again. */
export function splitProblems(bucket: string, splits: readonly Split[]): string[] {
  const told = new Set<string>();
  return splits.flatMap(({ root, why, odd, isMishap }) => {
    const fresh = odd.filter(({ key }) => !told.has(key));
    if (!isMishap || fresh.length === 0) return [];
    for (const { key } of fresh) told.add(key);
    const more = fresh.length > 1 ? ` and ${fresh.length - 1} more` : "";
    return [
      `s3://${bucket}/${root} became several tables: ${why} (s3://${bucket}/${fresh[0]!.key}${more}); remove what does not belong there or write it like the others, drop the new tables, crawl again`,
    ];
  });
}

/** Reports a table or partitions whose files are gone. @param folders those that hold files, as `s3://bucket/prefix/` */
export function goneProblem({ name, location, partitions }: Table, folders: ReadonlySet<string>): string[] {
  const all = Object.values(partitions);
  const [first, ...others] = all.filter((partition) => !folders.has(partition.location));
  if (first === undefined) return [];
  if (others.length + 1 === all.length) {
    return [
      `table ${name}: nothing is left below ${location}; the table stays in the catalog (LOG) and gives no rows. If the folder was renamed, rename it back`,
    ];
  }
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  return [
    `table ${name}: partition ${first.values.join("/")}${more} no longer has files (${parseLocation(first.location).prefix}); it stays in the catalog and gives no rows. If the folder was renamed, rename it back`,
  ];
}

/** A crawler never changes the partition keys of a table. */
export function keysProblem({ name, location }: Table, keys: readonly string[], found: readonly string[]): string {
  const effect = keys.length === found.length ? "values are taken by their level" : "no partition is added";
  return `table ${name}: it is partitioned by (${keys.join(", ")}), the folders below ${location} by (${found.join(", ")}): ${effect}; give the folders names such as ${keys[0] ?? "key"}=VALUE`;
}

export function passedOverProblems(bucket: string, files: readonly ReadFile[]): string[] {
  return files.map(({ key, size, why }) => {
    const fault = size === 0 ? "the file is empty" : `no classifier recognises it; ${why}`;
    return `s3://${bucket}/${key}: ${fault}; it is in no table: remove it`;
  });
}

/** @param folders the keys of each folder whose name is not that of a partition */
export function strayProblems(bucket: string, table: Table, folders: Iterable<readonly string[]>): string[] {
  const keys = table.partitionKeys.map(({ name }) => `${name}=VALUE/`).join("");
  return Array.from(folders, ([first, ...others]) => {
    const more = others.length > 0 ? ` and ${others.length} more beside it` : "";
    return `s3://${bucket}/${first}${more} (${table.name}): not below ${keys}, the partition keys of its table: Athena does not read it; move or remove what is there`;
  });
}
