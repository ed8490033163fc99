import * as fc from "fast-check";
import { makeCsvWriter } from "../../../transforms/csv";

/** Text made of characters that break CSV readers, mixed with all of Unicode, including lone surrogates. */
const hostileText = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('"', "\\", ",", "\n", "\r", "\r\n", '\\"', '""', " ", "\t", "N", "\\N") },
      { weight: 1, arbitrary: fc.constantFrom("\ufeff", "\u0000", "\u2028", "\u0085", "\u200f", "🎧", "é", "\ud800") },
      { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 3 }) },
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));

/** Rows of such cells. */
export function hostileRows(columnCount: number): fc.Arbitrary<string[][]> {
  const row = fc.array(hostileText, { minLength: columnCount, maxLength: columnCount });
  return fc.array(row, { minLength: 1, maxLength: 12 });
}

/** The expected value of a cell when read back: without line breaks, and without what UTF-8 cannot encode. */
export function asStored(cell: string): string {
  return Buffer.from(cell.replace(/[\r\n]+/g, " ")).toString();
}

const writeCsv = makeCsvWriter();

/** Rows of cells as CSV, as in the lake's files. */
export function writeRows(rows: readonly (readonly string[])[]): Buffer {
  const columns = (rows[0] ?? []).map((_, index) => `c${index}`);
  const named = rows.map((row) => Object.fromEntries(row.map((cell, index) => [`c${index}`, cell])));
  return Buffer.from(writeCsv(columns, named));
}
