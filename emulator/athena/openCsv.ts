// Reads CSV as Hive's OpenCSVSerde and Trino do with the serde's default characters, including the values that they lose.

/** A row as a serde reads it; `null` is SQL's NULL. */
export type SerdeRow = (string | null)[];

const separator = ",";
const quote = '"';
const escapeCharacter = "\\";

/**
 * Reads the text of a CSV file. A byte order mark is dropped. Lines end at LF, CR or CRLF, even in quotes; the last one needs
 * no line end.
 * @param columnCount short rows are filled with NULL, long rows are cut
 * @param headerLines lines to skip at the start: `skip.header.line.count`
 */
export function readOpenCsv(text: string, columnCount: number, headerLines: number): SerdeRow[] {
  const lines = text.replace(/^\ufeff/, "").split(/\r\n|\r|\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines.slice(headerLines).map((line) => {
    const fields = readFields(line);
    return Array.from({ length: columnCount }, (_, column) => fields[column] ?? null);
  });
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
    if (character === escapeCharacter) {
      // The escape is lost outside of quotes, and before any character but a quote or an escape.
      if (inQuotes && (next === quote || next === escapeCharacter)) field += line[++index];
    } else if (character === quote) {
      if (inQuotes && next === quote) {
        field += line[++index];
        continue;
      }
      inQuotes = !inQuotes;
      if (isEmbeddedQuote(line, index)) field = field !== "" && /^\s*$/.test(field) ? "" : field + quote;
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

/** Whether a quote is inside an unquoted field, as in `a,bc"d"ef`: then it is part of the value. */
function isEmbeddedQuote(line: string, index: number): boolean {
  return index > 2 && line[index - 1] !== separator && index + 1 < line.length && line[index + 1] !== separator;
}
