import { type Answer, jsonValue, plainText, toCsv } from "../lake/answer";
import { type Call, type Command, wrongUse } from "./command";

const formats = ["table", "csv", "json"] as const;
export type Format = (typeof formats)[number];

/** The option of a command whose answer is a table. */
export const formatOption = {
  "format FORMAT": "table (default), csv (RFC 4180 with a header) or json",
} satisfies Command["options"];

/** The options of a command that prints an answer, which differ from those of other commands. */
export const answerOptions = {
  quiet: "no message beside the answer",
  json: "the same as --format json",
} satisfies Command["options"];

/**
 * The format that `--format` or `--json` names. @default table
 * @throws wrong use if it is not a format, or they differ
 */
export function formatOf({ command, is, text }: Call): Format {
  const given = text.format;
  if (is.json && given !== undefined && given !== "json") {
    throw wrongUse(`${command}: --json and --format ${given} exclude each other`);
  }
  if (is.json) return "json";
  const format = formats.find((name) => name === (given ?? "table"));
  if (format === undefined) throw wrongUse(`--format: got "${given}", expected one of ${formats.join(", ")}`);
  return format;
}

/** An answer that no query gave. A column with nothing but numbers is numeric. */
export function answerOf(names: readonly string[], rows: Answer["rows"]): Answer {
  const isNumeric = (i: number) => rows.length > 0 && rows.every((row) => /^(big|num)/.test(typeof row[i]));
  return { columns: names.map((name, i) => ({ name, type: isNumeric(i) ? "bigint" : "varchar" })), rows };
}

/** An array with one object per row, each on its own line. */
function toJson(answer: Answer): string {
  const names = answer.columns.map((column) => column.name);
  const doubled = names.find((name, i) => names.indexOf(name) !== i);
  if (doubled !== undefined) throw new Error(`JSON cannot hold two columns "${doubled}": name them apart with AS`);
  const lines = answer.rows.map((row) =>
    JSON.stringify(Object.fromEntries(answer.columns.map((column, i) => [column.name, row[i] ?? null])), jsonValue),
  );
  return lines.length === 0 ? "[]\n" : `[\n${lines.map((line) => `  ${line}`).join(",\n")}\n]\n`;
}

const numeric = /^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|U\w+INT|FLOAT|REAL|DOUBLE|DECIMAL)/i;

/** A value on one line. Control and direction characters become spaces. */
export function oneLine(value: unknown): string {
  return plainText(value).replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, " ");
}

/**
 * Cuts a text to a number of terminal columns.
 * @param widthOf measures a text in columns
 */
export function cut(value: string, width: number, widthOf: (text: string) => number): string {
  if (widthOf(value) <= width) return value;
  let kept = "";
  for (const { segment } of new Intl.Segmenter().segment(value)) {
    if (widthOf(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

const widestCell = 48;
/** The width down to which a text column is cut. */
const narrowestColumn = 10;
const gap = "  ";

/** A table's printed cells, header first. */
interface Cells {
  readonly rows: readonly (readonly string[])[];
  /** Whether a column holds numbers. These are right-aligned and never cut. */
  readonly isNumeric: readonly boolean[];
  readonly widthOf: (text: string) => number;
}

/** Makes a function that measures a text in terminal columns. */
export async function measure(): Promise<(text: string) => number> {
  const { default: widthOf } = await import("string-width");
  // It takes 20 µs for a text, and most are ASCII.
  return (value) => (/^[ -~]*$/.test(value) ? value.length : widthOf(value));
}

/** The columns' widths: their cells' widths, the widest cut until all fit; undefined if they cannot be read then. */
function columnWidths({ rows, isNumeric, widthOf }: Cells, most: number | undefined): number[] | undefined {
  const widths = isNumeric.map((_, i) =>
    rows.reduce((widest, row) => Math.min(Math.max(widest, widthOf(row[i] ?? "")), widestCell), 0),
  );
  if (most === undefined) return widths;
  let excess = widths.reduce((sum, width) => sum + width + gap.length, -gap.length) - most;
  while (excess > 0) {
    const cuttable = widths.map((width, i) => (isNumeric[i] || width <= narrowestColumn ? 0 : width));
    const widest = cuttable.indexOf(Math.max(...cuttable));
    if (!cuttable[widest]) return undefined;
    widths[widest]! -= 1;
    excess -= 1;
  }
  return widths;
}

function asGrid({ rows, isNumeric, widthOf }: Cells, widths: readonly number[]): string {
  const pad = (value: string, i: number) => {
    const width = widths[i] ?? 0;
    const shown = cut(value, width, widthOf);
    const space = " ".repeat(width - widthOf(shown));
    return isNumeric[i] ? space + shown : shown + space;
  };
  const lines = rows.map((row) => row.map(pad).join(gap).trimEnd());
  const rule = widths.map((width) => "─".repeat(width)).join(gap);
  return `${[lines[0], rule, ...lines.slice(1)].join("\n")}\n`;
}

/** For a terminal too narrow for columns: one block per row, one line per column. */
function asBlocks({ rows: [header = [], ...rows], widthOf }: Cells, most: number): string {
  const labels = Math.max(...header.map(widthOf));
  const blocks = rows.map((row, n) => {
    const lines = row.map((value, i) => {
      const label = header[i] ?? "";
      return cut(`${label}${" ".repeat(labels - widthOf(label))}${gap}${value}`, most, widthOf).trimEnd();
    });
    return [`── ${n + 1} ${"─".repeat(4)}`, ...lines].join("\n");
  });
  return blocks.length === 0 ? `${header.join(gap)}\n(no rows)\n` : `${blocks.join("\n")}\n`;
}

/** As many columns as fit, at least half of them, and a line that names those that are left out at the right. */
function asFittingGrid(cells: Cells, most: number | undefined): string | undefined {
  const { rows, isNumeric, widthOf } = cells;
  const [header = []] = rows;
  const least = rows.length === 1 ? header.length : header.length / 2;
  for (let kept = header.length; kept >= least; kept -= 1) {
    const shown = { ...cells, rows: rows.map((row) => row.slice(0, kept)), isNumeric: isNumeric.slice(0, kept) };
    const widths = columnWidths(shown, most);
    if (widths === undefined) continue;
    const hidden = header.slice(kept).join(", ");
    const note = cut(`(not shown at this width: ${hidden})`, most ?? 0, widthOf);
    return `${asGrid(shown, widths)}${hidden === "" ? "" : `${note}\n`}`;
  }
  return undefined;
}

/**
 * The answer as text in one of the formats; ends with a line end.
 * @param columns the terminal's width that a table must fit; undefined for no limit
 * @param nullText the text for null in a table, to tell it from an empty text
 */
export async function render(answer: Answer, format: Format, columns?: number, nullText = ""): Promise<string> {
  if (format === "csv") return toCsv(answer);
  if (format === "json") return toJson(answer);
  const cells: Cells = {
    rows: [
      answer.columns.map((column) => column.name),
      ...answer.rows.map((row) => row.map((value) => (value === null ? nullText : oneLine(value)))),
    ],
    isNumeric: answer.columns.map((column) => numeric.test(column.type)),
    widthOf: await measure(),
  };
  return asFittingGrid(cells, columns) ?? asBlocks(cells, columns ?? 0);
}
