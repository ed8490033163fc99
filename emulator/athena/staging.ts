// Combines many lake files into one CSV file that DuckDB reads in bulk.
import { isUtf8 } from "node:buffer";
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Table } from "../glue/catalog";
import type { Folder, Reading } from "./lakeFiles";
import { readOpenCsv } from "./openCsv";
import { literal } from "./tables";

/** Marks NULL. It never occurs unquoted, as every value is written in quotes. */
const nullMark = "\u0001";
const flushedLength = 4 * 2 ** 20;
/** DuckDB cannot read lines that are longer than its buffer. */
const smallestBuffer = 4 * 2 ** 20;

/**
 * Rows of lake files on their way into a table of the copy.
 * @param path the file to write
 * @param table whose partition values and columns each row has; shorter rows are filled with NULL
 */
export function createStaging(path: string, bucketsRoot: string, { partitionKeys, columns: allColumns }: Table) {
  const descriptor = openSync(path, "w");
  let pending: string[] = [];
  let pendingLength = 0;
  let longestFile = 0;
  let hasBackslash = false;
  const flush = () => {
    // Unlike writeSync, this goes on after a part: on a full disk the rest fails instead of being left out.
    writeFileSync(descriptor, Buffer.from(pending.join(""), "latin1"));
    pending = [];
    pendingLength = 0;
  };
  const put = (text: string) => {
    pending.push(text);
    pendingLength += text.length;
    longestFile = Math.max(longestFile, text.length);
    hasBackslash ||= text.includes("\\");
    if (pendingLength > flushedLength) flush();
  };
  return {
    /**
     * Adds the rows of a file; none if the file has been removed meanwhile.
     * @param fileId the file's number in the copy
     * @param file its path below the folder of the buckets
     * @throws Error that explains why the file cannot be read
     */
    add(fileId: number, file: string, { values, reading }: Folder): void {
      checkSerde(reading);
      const bytes = readLakeFile(join(bucketsRoot, file));
      const prefix = latin1(`"${fileId}",${values.map((value) => `${cell(value)},`).join("")}`);
      const missing = `,${nullMark}`.repeat(allColumns.length - reading.columnCount);
      put(ownDialect(bytes, reading, prefix, missing) ?? latin1(otherDialect(bytes, reading, prefix, missing)));
    },
    /** A SELECT of all rows: the file's number, the partition's values, the columns. */
    select(): string {
      flush();
      const keys = ["file", ...partitionKeys.map((_, i) => `p${i}`)];
      const columns = allColumns.map((_, i) => `c${i}`);
      const types = [...keys, ...columns].map((name) => `${name}: 'VARCHAR'`);
      // Backslashes are doubled, and DuckDB supports only one escape character: the quote.
      const value = (name: string) => (hasBackslash ? `replace(${name}, '\\\\', '\\')` : name);
      const options = [
        ...["auto_detect=false", "header=false", "hive_partitioning=false", "delim=','", "quote='\"'", "escape='\"'"],
        ...["new_line='\\n'", "allow_quoted_nulls=false", `nullstr=${literal(nullMark)}`],
        ...[`columns={${types.join(", ")}}`, `buffer_size=${Math.max(smallestBuffer, 2 * longestFile)}`],
      ];
      const selected = [...keys.slice(1), ...columns].map((name) => value(name));
      return `select ${["cast(file as integer)", ...selected].join(", ")} from read_csv(${literal(path)}, ${options.join(", ")})`;
    },
    remove(): void {
      closeSync(descriptor);
      rmSync(path, { force: true });
    },
  };
}

/** The bytes of a file, decompressed by its name, as in Athena. */
function readLakeFile(path: string): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return Buffer.alloc(0);
    throw new Error(`it cannot be read (${code})`);
  }
  const extension = extname(path);
  if (extension === ".zst" || extension === ".bz2") throw new Error(`${extension} is not modelled by the local Athena`);
  if (extension !== ".gz" || bytes.length === 0) return bytes;
  try {
    return gunzipSync(bytes);
  } catch {
    throw new Error("its name ends in .gz but it is not gzip; Athena fails too");
  }
}

/** The UTF-8 bytes of a text as a string with one character for each byte. */
function latin1(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

function cell(value: string | null): string {
  return value === null ? nullMark : `"${value.replaceAll('"', '""').replaceAll("\\", "\\\\")}"`;
}

/** Patterns for lines of a number of values, each in quotes, with quotes and backslashes doubled. */
const linePatterns = new Map<number, RegExp>();

function linePattern(columnCount: number): RegExp {
  const value = String.raw`"[^"\\\r\n]*(?:(?:""|\\\\)[^"\\\r\n]*)*"`;
  const pattern = linePatterns.get(columnCount) ?? new RegExp(`${value}(?:,${value}){${columnCount - 1}}\n`, "y");
  linePatterns.set(columnCount, pattern);
  return pattern;
}

/** The rows of a file as this project writes them, as nearly all are, with their bytes unchanged. Undefined for any other. */
function ownDialect(bytes: Buffer, reading: Reading, prefix: string, missing: string): string | undefined {
  const { columnCount, headerLines } = reading;
  if (columnCount === 0 || !isUtf8(bytes)) return undefined;
  const text = bytes.toString("latin1");
  let start = 0;
  for (let line = 0; line < headerLines; line++) {
    start = text.indexOf("\n", start) + 1;
    if (start === 0) return undefined;
  }
  if (text.slice(0, start).includes("\r")) return undefined;
  const pattern = linePattern(columnCount);
  let rows = "";
  while (start < text.length) {
    pattern.lastIndex = start;
    if (!pattern.test(text)) return undefined;
    rows += `${prefix}${text.slice(start, pattern.lastIndex - 1)}${missing}\n`;
    start = pattern.lastIndex;
  }
  return rows;
}

/** The rows of any file, read character by character, in this project's dialect. */
function otherDialect(bytes: Buffer, { columnCount, headerLines }: Reading, prefix: string, missing: string): string {
  // The prefix holds bytes; the rows hold characters.
  const start = Buffer.from(prefix, "latin1").toString("utf8");
  return readOpenCsv(bytes.toString("utf8"), columnCount, headerLines)
    .map((row) => `${start}${row.map(cell).join(",")}${missing}\n`)
    .join("");
}

function checkSerde({ serde }: Reading): void {
  if (!serde?.library.endsWith(".OpenCSVSerde"))
    throw new Error(`${serde?.library} is not modelled by the local Athena`);
  const { separatorChar = ",", quoteChar = '"', escapeChar = "\\" } = serde.parameters;
  const characters = [separatorChar, quoteChar, escapeChar].join(" ");
  if (characters !== ', " \\') throw new Error(`OpenCSVSerde with ${characters} is not modelled by the local Athena`);
}
