import * as papa from "papaparse";
import type { Column, Serde } from "./catalog";
import { findHeader, type HeaderFinding } from "./csvHeader";
import { inferType } from "./csvTypes";

/** A custom classifier for CSV, as the program declares it. */
export interface CsvClassifier {
  name: string;
  containsHeader: "PRESENT" | "ABSENT" | "UNKNOWN";
  delimiter: string;
  quoteSymbol: string;
  /** The column names; if undefined, they come from the file. */
  headers?: string[];
  allowSingleColumn: boolean;
  /** Whether spaces around values are kept. */
  disableValueTrimming: boolean;
  serde: "OpenCSVSerDe" | "LazySimpleSerDe" | "None";
  /** The Hive type of each column in `headers`, or the only types to use without `headers`; inferred if undefined. */
  columnTypes?: string[];
}

/** The format that a classifier finds in a file. */
export interface CsvFormat {
  delimiter: string;
  hasHeader: boolean;
  serde: Serde;
  columns: Column[];
}

/** The beginning of a file, as text. */
export interface Sample {
  text: string;
  /** Whether the file continues after it: then the last record may be incomplete. */
  isCut: boolean;
}

/** The most that a classifier reads of a file. */
export const sampleBytes = 1_000_000;
const sampleRecords = 1000;

const libraries = {
  open: "org.apache.hadoop.hive.serde2.OpenCSVSerde",
  lazy: "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
};

/** How a file was classified, and why. */
export interface Verdict {
  /** Undefined if no classifier recognised the file. */
  format?: CsvFormat;
  /** The classifier that recognised it. */
  classifier?: string;
  /** Whether it has a header, and the rule that decided it. */
  header?: string;
  /** The classifiers asked before that one, in order, and why each did not match. */
  passedOver: { classifier: string; why: string }[];
}

/** The name of the last classifier in explanations. */
export const builtInName = "built-in csv";

/** Asks the custom classifiers in order, then the built-in one. The first that recognises the file wins. */
export function judge(sample: Sample, classifiers: readonly CsvClassifier[]): Verdict {
  const passedOver: Verdict["passedOver"] = [];
  const asked = [
    ...classifiers.map((custom) => ({ classifier: custom.name, ask: () => askCustom(sample, custom) })),
    { classifier: builtInName, ask: () => askBuiltIn(sample) },
  ];
  for (const { classifier, ask } of asked) {
    const answer = ask();
    if (typeof answer !== "string") return { ...answer, classifier, passedOver };
    passedOver.push({ classifier, why: answer });
  }
  return { passedOver };
}

/** What a classifier recognises, or why it does not match. */
type ClassifierAnswer = { format: CsvFormat; header: string } | string;

/**
 * Assumes that a classifier with a list of column names does not match a file with other names in its header, or with
 * another number of columns if it has no header. AWS documents neither.
 */
function askCustom(sample: Sample, classifier: CsvClassifier): ClassifierAnswer {
  const { delimiter, headers, containsHeader } = classifier;
  const cells = records(sample, delimiter, classifier.quoteSymbol);
  const rows = classifier.disableValueTrimming ? cells : cells.map((row) => row.map((value) => value.trim()));
  const problem = whyNoTable(rows, classifier.allowSingleColumn ? 1 : 2);
  if (problem !== undefined) return problem;
  const [first = []] = rows;
  if (headers !== undefined && headers.length !== first.length) {
    return `its header list has ${headers.length} columns, the file ${first.length}`;
  }
  if (headers !== undefined && containsHeader === "PRESENT" && !sameNames(headers, first)) {
    return "the first record is not its header list";
  }
  const { isHeader: hasHeader, why } = customHeader(containsHeader, rows);
  const data = hasHeader ? rows.slice(1) : rows;
  const names = headers ?? (hasHeader ? first : numberedNames(first.length));
  const columns = names.map((name, i) => ({
    name: name.toLowerCase(),
    type: typeOf(classifier, i) ?? inferType(column(data, i)),
  }));
  return { format: { delimiter, hasHeader, serde: serdeOf(classifier), columns }, header: why };
}

/** Without a header list, the datatypes are assumed to be the only ones that the classifier uses. AWS does not document it. */
function typeOf({ headers, columnTypes }: CsvClassifier, i: number): string | undefined {
  return headers === undefined ? columnTypes?.[0] : columnTypes?.[i];
}

function customHeader(containsHeader: CsvClassifier["containsHeader"], rows: readonly string[][]): HeaderFinding {
  if (containsHeader === "UNKNOWN") return findHeader(rows);
  const isHeader = containsHeader === "PRESENT";
  return { isHeader, why: `${isHeader ? "header" : "no header"}: the classifier says ${containsHeader}` };
}

const builtInDelimiters = [",", "|", "\t", ";", "\u0001"];

/** Needs at least two columns and two records after the header. It always chooses the serde that does not support quotes. */
function askBuiltIn(sample: Sample): ClassifierAnswer {
  const problems: string[] = [];
  for (const delimiter of builtInDelimiters) {
    const rows = records(sample, delimiter, '"').map((row) => row.map((value) => value.trim()));
    const problem = whyNoTable(rows, 2);
    const [first = []] = rows;
    if (problem !== undefined) {
      // A delimiter that is not in the file is not worth a line.
      if (first.length !== 1) problems.push(problem);
      continue;
    }
    const { isHeader: hasHeader, why } = findHeader(rows);
    const data = hasHeader ? rows.slice(1) : rows;
    if (data.length < 2) {
      problems.push("it wants 2 records of data at least");
      continue;
    }
    const names = hasHeader ? first : numberedNames(first.length);
    const columns = names.map((name, i) => ({ name: name.toLowerCase(), type: inferType(column(data, i)) }));
    const serde = { library: libraries.lazy, parameters: { "field.delim": delimiter } };
    return { format: { delimiter, hasHeader, serde, columns }, header: why };
  }
  return problems[0] ?? "none of its delimiters (comma, |, tab, ;, Ctrl-A) makes two columns";
}

function records({ text, isCut }: Sample, delimiter: string, quoteChar: string): string[][] {
  const parsed = papa.parse<string[]>(text, { delimiter, quoteChar, escapeChar: quoteChar, skipEmptyLines: true });
  const whole = isCut ? parsed.data.slice(0, -1) : parsed.data;
  return whole.slice(0, sampleRecords);
}

function whyNoTable(rows: readonly string[][], leastColumns: number): string | undefined {
  const [first] = rows;
  if (first === undefined) return "there is no record in it";
  if (first.length < leastColumns) return "it has a single column";
  const odd = rows.findIndex((row) => row.length !== first.length);
  if (odd < 0) return undefined;
  return `record ${odd + 1} has ${rows[odd]!.length} values, the first ${first.length}`;
}

function sameNames(headers: readonly string[], first: readonly string[]): boolean {
  return headers.every((name, i) => name.toLowerCase() === first[i]?.toLowerCase());
}

function numberedNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `col${i}`);
}

function column(rows: readonly string[][], i: number): string[] {
  return rows.map((row) => row[i] ?? "");
}

function serdeOf({ serde, delimiter, quoteSymbol }: CsvClassifier): Serde {
  if (serde === "OpenCSVSerDe") {
    return { library: libraries.open, parameters: { separatorChar: delimiter, quoteChar: quoteSymbol } };
  }
  return { library: libraries.lazy, parameters: { "field.delim": delimiter } };
}
