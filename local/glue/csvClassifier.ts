import * as papa from "papaparse";
import type { Column, Serde } from "./catalog";
import { inferType } from "./csvTypes";

/** A custom classifier for CSV, as the program declares it. */
export interface CsvClassifier {
  name: string;
  containsHeader: "PRESENT" | "ABSENT" | "UNKNOWN";
  delimiter: string;
  quoteSymbol: string;
  /** The columns' names; undefined: from the file. */
  headers?: string[];
  allowSingleColumn: boolean;
  /** Whether spaces around values are kept. */
  disableValueTrimming: boolean;
  serde: "OpenCSVSerDe" | "LazySimpleSerDe" | "None";
  /** Hive's type of each column; undefined: inferred. */
  columnTypes?: string[];
}

/** What a classifier makes of a file. */
export interface CsvFormat {
  delimiter: string;
  hasHeader: boolean;
  serde: Serde;
  columns: Column[];
}

/** The beginning of a file, as text. */
export interface Sample {
  text: string;
  /** Whether the file goes on after it, so that its last record may be a part of one. */
  isCut: boolean;
}

/** A classifier reads no more of a file. */
export const sampleBytes = 1_000_000;
const sampleRecords = 1000;

const libraries = {
  open: "org.apache.hadoop.hive.serde2.OpenCSVSerde",
  lazy: "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
};

/**
 * What the first classifier that recognises the file makes of it: the custom ones in their order, then the built-in one.
 * Undefined where none does.
 */
export function classify(sample: Sample, classifiers: readonly CsvClassifier[]): CsvFormat | undefined {
  for (const classifier of classifiers) {
    const format = classifyCustom(sample, classifier);
    if (format !== undefined) return format;
  }
  return classifyBuiltIn(sample);
}

/**
 * A classifier with a list of column names is taken to pass over a file that has other names in its header, or another
 * number of columns where it has no header: AWS documents neither.
 */
function classifyCustom(sample: Sample, classifier: CsvClassifier): CsvFormat | undefined {
  const { delimiter, headers, containsHeader } = classifier;
  const cells = records(sample, delimiter, classifier.quoteSymbol);
  const rows = classifier.disableValueTrimming ? cells : cells.map((row) => row.map((value) => value.trim()));
  const [first] = rows;
  if (first === undefined || !isTable(rows, classifier.allowSingleColumn ? 1 : 2)) return undefined;
  if (headers !== undefined && headers.length !== first.length) return undefined;
  const hasHeader = containsHeader === "PRESENT" || (containsHeader === "UNKNOWN" && looksLikeHeader(rows));
  if (headers !== undefined && containsHeader === "PRESENT" && !sameNames(headers, first)) return undefined;
  const data = hasHeader ? rows.slice(1) : rows;
  const names = headers ?? (hasHeader ? first : numberedNames(first.length));
  return {
    delimiter,
    hasHeader,
    serde: serdeOf(classifier),
    columns: names.map((name, i) => ({
      name: name.toLowerCase(),
      type: classifier.columnTypes?.[i] ?? inferType(column(data, i)),
    })),
  };
}

const builtInDelimiters = [",", "|", "\t", ";", "\u0001"];

/** At least two columns and two records after the header; it always chooses the serde that knows no quotes. */
function classifyBuiltIn(sample: Sample): CsvFormat | undefined {
  for (const delimiter of builtInDelimiters) {
    const rows = records(sample, delimiter, '"').map((row) => row.map((value) => value.trim()));
    const [first] = rows;
    if (first === undefined || !isTable(rows, 2)) continue;
    const hasHeader = looksLikeHeader(rows);
    const data = hasHeader ? rows.slice(1) : rows;
    if (data.length < 2) continue;
    const names = hasHeader ? first : numberedNames(first.length);
    return {
      delimiter,
      hasHeader,
      serde: { library: libraries.lazy, parameters: { "field.delim": delimiter } },
      columns: names.map((name, i) => ({ name: name.toLowerCase(), type: inferType(column(data, i)) })),
    };
  }
  return undefined;
}

function records({ text, isCut }: Sample, delimiter: string, quoteChar: string): string[][] {
  const parsed = papa.parse<string[]>(text, { delimiter, quoteChar, escapeChar: quoteChar, skipEmptyLines: true });
  const whole = isCut ? parsed.data.slice(0, -1) : parsed.data;
  return whole.slice(0, sampleRecords);
}

function isTable(rows: readonly string[][], leastColumns: number): boolean {
  const width = rows[0]?.length ?? 0;
  return width >= leastColumns && rows.every((row) => row.length === width);
}

const longestHeaderCell = 150;
const columnName = /^[\t\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]{1,255}$/u;

/** A header is told by being text over something that is not: a table of texts alone seems to have none. */
function looksLikeHeader(rows: readonly string[][]): boolean {
  const [first = [], ...data] = rows;
  return (
    first.every((value) => inferType([value]) === "string" && columnName.test(value)) &&
    first.slice(0, -1).every((value) => value.length < longestHeaderCell) &&
    data.some((row) => row.some((value) => value !== "" && inferType([value]) !== "string"))
  );
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
