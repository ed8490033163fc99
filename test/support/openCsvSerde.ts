import { gunzipSync } from "node:zlib";

/** A row as Hive's OpenCSVSerde reads it; `null` is SQL's NULL. */
export type SerdeRow = (string | null)[];

/**
 * Reads a CSV file as Hive's OpenCSVSerde and Trino do (separator `,`, quote `"`, escape `\`), their losses included: the
 * independent reader that the writer's dialect is held against. It knows nothing of the writer.
 * @param bytes the file, plain or gzip
 * @param columnCount short rows are filled up with NULL, long rows are cut
 * @param headerLines lines to leave out at the start: `skip.header.line.count`
 */
export function readOpenCsv(bytes: Uint8Array, columnCount: number, headerLines = 1): SerdeRow[] {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const text = Buffer.from(isGzip ? gunzipSync(bytes) : bytes).toString("utf8");
  return splitLines(text.replace(/^\ufeff/, ""))
    .slice(headerLines)
    .map((line) => toRow(readFields(line), columnCount));
}

/** Lines end at LF, CR or CRLF wherever they stand, in quotes too. The last line may end without. */
function splitLines(text: string): string[] {
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

function toRow(fields: string[], columnCount: number): SerdeRow {
  return Array.from({ length: columnCount }, (_, column) => fields[column] ?? null);
}

/** The rules of opencsv's parser, character by character. A field that is still quoted at the line's end is dropped. */
function readFields(line: string): string[] {
  const fields: string[] = [];
  if (line === "") return fields;
  let field = "";
  let inQuotes = false;
  for (let index = 0; index < line.length; index++) {
    const character = line[index];
    const next = line[index + 1];
    if (character === "\\") {
      // Outside of quotes, and before anything but a quote or a backslash, the backslash is simply lost.
      if (inQuotes && (next === '"' || next === "\\")) field += line[++index];
    } else if (character === '"') {
      if (inQuotes && next === '"') {
        field += line[++index];
        continue;
      }
      inQuotes = !inQuotes;
      if (isEmbeddedQuote(line, index)) field = field !== "" && /^\s*$/.test(field) ? "" : `${field}"`;
    } else if (character === "," && !inQuotes) {
      fields.push(field);
      field = "";
    } else {
      field += character;
    }
  }
  if (!inQuotes) fields.push(field);
  return fields;
}

/** Whether a quote stands amid a bare field, as in `a,bc"d"ef`: it is then part of the value. */
function isEmbeddedQuote(line: string, index: number): boolean {
  return index > 2 && line[index - 1] !== "," && index + 1 < line.length && line[index + 1] !== ",";
}
