import { unparse } from "papaparse";

/** The cells of one CSV line, in the order of its table's columns. */
export type Row = string[];

/**
 * Makes the writer of the lake's CSV dialect: UTF-8, `,`, every cell in `"`, a quote doubled, each line ended by one LF.
 * OpenCSVSerde takes a backslash for an escape and a line break for a row's end wherever they stand, so a backslash is
 * doubled and a run of CR and LF becomes one space. The cells of `rows` may be changed in place.
 */
export function makeCsvWriter(): (rows: Row[]) => Uint8Array {
  const print = unparse;
  const toBytes = Buffer.from;
  const dialect = { quotes: true, delimiter: ",", quoteChar: '"', newline: "\n", header: false };
  const backslash = /\\/g;
  const lineBreaks = /[\r\n]+/g;

  /** Whether there are line breaks besides those that end the lines. Looking at each cell would cost a tenth of the job. */
  function hasLineBreaks(printed: string, lines: number): boolean {
    if (printed.includes("\r")) return true;
    let breaks = 0;
    for (let at = printed.indexOf("\n"); at !== -1; at = printed.indexOf("\n", at + 1)) breaks++;
    return breaks >= lines;
  }

  function withoutLineBreaks(row: Row): Row {
    for (let column = 0; column < row.length; column++) {
      row[column] = (row[column] as string).replace(lineBreaks, " ");
    }
    return row;
  }

  return function writeCsv(rows) {
    let printed = print(rows, dialect);
    if (hasLineBreaks(printed, rows.length)) printed = print(rows.map(withoutLineBreaks), dialect);
    // No backslash is part of the dialect: each one stands in a cell.
    if (printed.includes("\\")) printed = printed.replace(backslash, "\\\\");
    return toBytes(`${printed}\n`);
  };
}
