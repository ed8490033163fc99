// Reading CSV as Hive's OpenCSVSerde and Trino do, their losses included.

/** A row as a serde reads it; `null` is SQL's NULL. */
export type SerdeRow = (string | null)[];

/** The serde's characters. */
export interface OpenCsvDialect {
  separator: string;
  quote: string;
  escapeCharacter: string;
}

/** The serde's own characters; what this project's files are written in. */
export const openCsvDialect: OpenCsvDialect = { separator: ",", quote: '"', escapeCharacter: "\\" };

/**
 * Reads the text of a CSV file.
 * @param columnCount short rows are filled up with NULL, long rows are cut
 * @param headerLines lines to leave out at the start: `skip.header.line.count`
 */
export function readOpenCsv(
  text: string,
  columnCount: number,
  headerLines: number,
  dialect: OpenCsvDialect = openCsvDialect,
): SerdeRow[] {
  return linesOf(text, headerLines).map((line) => toRow(readFields(line, dialect), columnCount));
}

/**
 * The lines of a file without a byte order mark at its start. They end at LF, CR or CRLF anywhere, in quotes too; the last
 * one may end without.
 */
export function linesOf(text: string, headerLines: number): string[] {
  const lines = text.replace(/^\ufeff/, "").split(/\r\n|\r|\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines.slice(headerLines);
}

/** So many fields as a table has columns. */
export function toRow(fields: readonly (string | null)[], columnCount: number): SerdeRow {
  return Array.from({ length: columnCount }, (_, column) => fields[column] ?? null);
}

/** The rules of opencsv's parser, character by character. A field that is still quoted at the line's end is dropped. */
function readFields(line: string, { separator, quote, escapeCharacter }: OpenCsvDialect): string[] {
  const fields: string[] = [];
  if (line === "") return fields;
  let field = "";
  let inQuotes = false;
  for (let index = 0; index < line.length; index++) {
    const character = line[index];
    const next = line[index + 1];
    if (character === escapeCharacter) {
      // Outside of quotes, and before anything but a quote or an escape, the escape is lost.
      if (inQuotes && (next === quote || next === escapeCharacter)) field += line[++index];
    } else if (character === quote) {
      if (inQuotes && next === quote) {
        field += line[++index];
        continue;
      }
      inQuotes = !inQuotes;
      if (isEmbeddedQuote(line, index, separator)) field = field !== "" && /^\s*$/.test(field) ? "" : field + quote;
    } else if (character === separator && !inQuotes) {
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
function isEmbeddedQuote(line: string, index: number, separator: string): boolean {
  return index > 2 && line[index - 1] !== separator && index + 1 < line.length && line[index + 1] !== separator;
}
