import * as papa from "papaparse";

/** An answer of the lake: names of columns and rows of plain values. */
export interface Answer {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
}

export const formats = ["table", "csv", "json"] as const;
export type Format = (typeof formats)[number];

/** A value as one line of text; null is empty. */
function plain(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "object") return JSON.stringify(value, jsonValue);
  return String(value);
}

/** JSON has no big integers: what a double holds exactly is a number, a larger one its digits. */
function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value !== "bigint") return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
}

/** RFC 4180 with a header and quotes only where needed; lines end with LF. */
function toCsv(answer: Answer): string {
  const rows = [answer.columns.map((column) => column.name), ...answer.rows.map((row) => row.map(plain))];
  return `${papa.unparse(rows, { newline: "\n" })}\n`;
}

/** An array with one object a row, each on a line of its own. */
function toJson(answer: Answer): string {
  const names = answer.columns.map((column) => column.name);
  const doubled = names.find((name, i) => names.indexOf(name) !== i);
  if (doubled !== undefined) throw new Error(`JSON can't hold two columns "${doubled}": name them apart with AS`);
  const lines = answer.rows.map((row) =>
    JSON.stringify(Object.fromEntries(answer.columns.map((column, i) => [column.name, row[i] ?? null])), jsonValue),
  );
  return lines.length === 0 ? "[]\n" : `[\n${lines.map((line) => `  ${line}`).join(",\n")}\n]\n`;
}

const numeric = /^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|U\w+INT|FLOAT|DOUBLE|DECIMAL)/i;

/** A value that stays on its line and moves nothing: control and direction characters are shown as a space. */
function oneLine(value: unknown): string {
  return plain(value).replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, " ");
}

/** Cuts a text to a number of columns of the terminal. */
function cut(value: string, width: number, widthOf: (text: string) => number): string {
  if (widthOf(value) <= width) return value;
  let kept = "";
  for (const { segment } of new Intl.Segmenter().segment(value)) {
    if (widthOf(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

const widestCell = 48;

async function toTable(answer: Answer): Promise<string> {
  const { default: widthOf } = await import("string-width");
  const right = answer.columns.map((column) => numeric.test(column.type));
  const cells = [answer.columns.map((column) => column.name), ...answer.rows.map((row) => row.map(oneLine))].map(
    (row) => row.map((value) => cut(value, widestCell, widthOf)),
  );
  const widths = answer.columns.map((_, i) => Math.max(...cells.map((row) => widthOf(row[i] ?? ""))));
  const pad = (value: string, i: number) => {
    const space = " ".repeat((widths[i] ?? 0) - widthOf(value));
    return right[i] ? space + value : value + space;
  };
  const lines = cells.map((row) => row.map(pad).join("  ").trimEnd());
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return `${[lines[0], rule, ...lines.slice(1)].join("\n")}\n`;
}

/** The answer as text in one of the formats; ends with a line end. */
export async function render(answer: Answer, format: Format): Promise<string> {
  if (format === "csv") return toCsv(answer);
  if (format === "json") return toJson(answer);
  return toTable(answer);
}
