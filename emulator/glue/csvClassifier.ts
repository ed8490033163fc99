import * as papa from "papaparse";
import type { HiveColumn, Serde } from "./catalog";

/** A custom classifier for CSV: the first record is a header, and every column is text. */
export interface CsvClassifier {
  name: string;
  delimiter: string;
  quoteSymbol: string;
}

export interface CsvFormat {
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
  /** Undefined if no classifier recognised the file. */
  format?: CsvFormat;
  /** Why the last classifier did not recognise it. */
  why?: string;
}

/** Asks the classifiers in order. The first that recognises the file wins. Glue's own, which come after them, are not modelled. */
export function judge(sample: Sample, classifiers: readonly CsvClassifier[]): Verdict {
  const verdict: Verdict = {};
  for (const { name, delimiter, quoteSymbol } of classifiers) {
    const rows = records(sample, delimiter, quoteSymbol);
    const fault = faultOf(rows);
    if (fault === undefined) {
      const columns = (rows[0] ?? []).map((title) => ({ name: title.toLowerCase(), type: "string" }));
      const parameters = { separatorChar: delimiter, quoteChar: quoteSymbol };
      const serde = { library: "org.apache.hadoop.hive.serde2.OpenCSVSerde", parameters };
      return { format: { serde, columns } };
    }
    verdict.why = `${name}: ${fault}`;
  }
  return verdict;
}

function records({ text, isCut }: Sample, delimiter: string, quoteChar: string): string[][] {
  const parsed = papa.parse<string[]>(text, { delimiter, quoteChar, escapeChar: quoteChar, skipEmptyLines: true });
  const whole = isCut ? parsed.data.slice(0, -1) : parsed.data;
  return whole.slice(0, sampleRecords);
}

function faultOf(rows: readonly string[][]): string | undefined {
  const [first] = rows;
  if (first === undefined) return "there is no record in it";
  if (first.length < 2) return "it has a single column";
  const odd = rows.findIndex((row) => row.length !== first.length);
  if (odd < 0) return undefined;
  return `record ${odd + 1} has ${rows[odd]!.length} values, the first ${first.length}`;
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
