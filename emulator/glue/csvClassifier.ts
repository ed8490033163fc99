import * as papa from "papaparse";
import type { HiveColumn, Serde } from "./catalog";

/** A custom classifier for CSV: the first record is a header, and every column is text. */
export interface CsvClassifier {
  name: string;
  delimiter: string;
  quoteSymbol: string;
}

export interface CsvFormat {
  delimiter: string;
  hasHeader: boolean;
  serde: Serde;
  columns: HiveColumn[];
}

export interface Sample {
  text: string;
  /** Whether the file continues after it: then the last record may be incomplete. */
  isCut: boolean;
}

/** The most that a classifier reads of a file. */
export const sampleBytes = 1_000_000;
const sampleRecords = 1000;

export interface Verdict {
  format?: CsvFormat;
  classifier?: string;
  /** Whether it has a header, and the rule that decided it. */
  header?: string;
  /** The classifiers asked before that one, in order, and why each did not match. */
  passedOver: { classifier: string; why: string }[];
}

/** Asks the custom classifiers in order, then the built-in one. The first that recognises the file wins. */
export function judge(sample: Sample, classifiers: readonly CsvClassifier[]): Verdict {
  const passedOver: Verdict["passedOver"] = [];
  const asked = [
    ...classifiers.map((custom) => ({ classifier: custom.name, ask: () => askCustom(sample, custom) })),
    { classifier: "built-in csv", ask: () => askBuiltIn(sample) },
  ];
  for (const { classifier, ask } of asked) {
    const answer = ask();
    if (typeof answer !== "string") return { ...answer, classifier, passedOver };
    passedOver.push({ classifier, why: answer });
  }
  return { passedOver };
}

type ClassifierAnswer = { format: CsvFormat; header: string } | string;

function askCustom(sample: Sample, { delimiter, quoteSymbol }: CsvClassifier): ClassifierAnswer {
  const rows = records(sample, delimiter, quoteSymbol);
  const problem = whyNoTable(rows);
  if (problem !== undefined) return problem;
  const columns = (rows[0] ?? []).map((name) => ({ name: name.toLowerCase(), type: "string" }));
  const parameters = { separatorChar: delimiter, quoteChar: quoteSymbol };
  const serde = { library: "org.apache.hadoop.hive.serde2.OpenCSVSerde", parameters };
  return { format: { delimiter, hasHeader: true, serde, columns }, header: "header: the classifier says PRESENT" };
}

const builtInDelimiters = [",", "|", "\t", ";", "\u0001"];

/** Needs at least two columns and two records after the header. It always chooses the serde that does not support quotes. */
function askBuiltIn(sample: Sample): ClassifierAnswer {
  const problems: string[] = [];
  for (const delimiter of builtInDelimiters) {
    const rows = records(sample, delimiter, '"').map((row) => row.map((value) => value.trim()));
    const problem = whyNoTable(rows);
    const [first = []] = rows;
    if (problem !== undefined) {
      // A delimiter that is not in the file is not worth a line.
      if (first.length !== 1) problems.push(problem);
      continue;
    }
    const { isHeader: hasHeader, why } = findHeader(rows);
    const data = hasHeader ? rows.slice(1) : rows;
    if (data.length < 2) {
      problems.push("it needs at least 2 records of data");
      continue;
    }
    const columns = first.map((cell, i) => ({
      name: hasHeader ? cell.toLowerCase() : `col${i}`,
      type: inferType(data.map((row) => row[i] ?? "")),
    }));
    const library = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe";
    const serde = { library, parameters: { "field.delim": delimiter } };
    return { format: { delimiter, hasHeader, serde, columns }, header: why };
  }
  return problems[0] ?? "none of its delimiters (comma, |, tab, ;, Ctrl-A) makes two columns";
}

function records({ text, isCut }: Sample, delimiter: string, quoteChar: string): string[][] {
  const parsed = papa.parse<string[]>(text, { delimiter, quoteChar, escapeChar: quoteChar, skipEmptyLines: true });
  const whole = isCut ? parsed.data.slice(0, -1) : parsed.data;
  return whole.slice(0, sampleRecords);
}

function whyNoTable(rows: readonly string[][]): string | undefined {
  const [first] = rows;
  if (first === undefined) return "there is no record in it";
  if (first.length < 2) return "it has a single column";
  const odd = rows.findIndex((row) => row.length !== first.length);
  if (odd < 0) return undefined;
  return `record ${odd + 1} has ${rows[odd]!.length} values, the first ${first.length}`;
}

const longestHeaderCell = 150;
const columnName = /^[\t\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]{1,255}$/u;

/** A header is recognised as text above values of another type, so a table that holds only text seems to have no header. */
function findHeader(rows: readonly string[][]): { isHeader: boolean; why: string } {
  const [first = [], ...data] = rows;
  for (const [i, cell] of first.entries()) {
    const why = whyNoName(cell, i === first.length - 1);
    if (why !== undefined) return { isHeader: false, why: `no header: value ${i + 1} of the first record ${why}` };
  }
  const differs = data.some((row) => row.some((value) => value !== "" && inferType([value]) !== "string"));
  return differs
    ? { isHeader: true, why: "header: the first record is text, and below it are values that are not" }
    : { isHeader: false, why: "no header: all values below the first record are text, so it may be data too" };
}

function whyNoName(cell: string, isLast: boolean): string | undefined {
  const type = inferType([cell]);
  if (type !== "string") return `reads as ${type}`;
  if (cell === "") return "is empty";
  if (!isLast && cell.length >= longestHeaderCell) return `has ${longestHeaderCell} characters or more`;
  return columnName.test(cell) ? undefined : "is not a column name that Glue accepts";
}

const maxBigint = 2n ** 63n - 1n;

/** The type that fits all values of a column. Empty values are ignored; a column of only empty values is text. */
export function inferType(values: readonly string[]): string {
  const types = values.filter((value) => value !== "").map(typeOf);
  return types.length === 0 ? "string" : types.reduce(widen);
}

/** The narrowest type that holds the values of both types. */
export function widen(one: string, other: string): string {
  if (one === other) return one;
  return [one, other].every((type) => type === "bigint" || type === "double") ? "double" : "string";
}

function typeOf(value: string): string {
  if (/^[+-]?\d+$/.test(value)) {
    const number = BigInt(value.replace("+", ""));
    return number <= maxBigint && number >= -maxBigint - 1n ? "bigint" : "double";
  }
  if (/^[+-]?(\d+\.\d*|\.\d+|\d+(?=[eE]))([eE][+-]?\d+)?$/.test(value)) return "double";
  return /^(true|false)$/i.test(value) ? "boolean" : "string";
}

/** Something in a CSV file that readers interpret in different ways. */
export type Oddity = "notUtf8" | "lineBreak" | "mixedLineEnds" | "backslash" | "blankLine" | "bareQuote";

/** An odd number of backslashes in a row. */
const loneBackslash = /(?<!\\)\\(?:\\\\)*(?!\\)/;
/** A quote in a value that does not begin with a quote. */
const bareQuote = /(?:^|,)[^",]+"/;

/**
 * Finds what readers interpret in different ways in the beginning of a comma-separated file, the worst first.
 * @param isCut whether the file continues after the text: then its last line may be incomplete
 * @param isUtf8 whether the file's bytes are valid UTF-8
 */
export function odditiesOf(text: string, isCut: boolean, isUtf8: boolean): Oddity[] {
  const lines = text.split(/\r\n|\r|\n/);
  if (isCut || lines.at(-1) === "") lines.pop();
  const has: Record<Oddity, boolean> = {
    notUtf8: !isUtf8,
    lineBreak: lines.some((line) => line.split('"').length % 2 === 0),
    mixedLineEnds: text.includes("\r") && /(?<!\r)\n/.test(text),
    backslash: lines.some((line) => line.includes("\\") && loneBackslash.test(line)),
    blankLine: lines.includes(""),
    bareQuote: lines.some((line) => bareQuote.test(line.replace(/"(?:[^"]|"")*"/g, '""'))),
  };
  return (Object.keys(has) as Oddity[]).filter((oddity) => has[oddity]);
}
