import { unparse } from "papaparse";

/** The cells of one CSV line, in the order of its table's columns. */
export type Row = string[];

/**
 * Makes the writer of the lake's CSV dialect: UTF-8, `,`, every cell in `"`, a quote doubled, each line ended by one LF.
 * OpenCSVSerde takes a backslash for an escape and a line break for a row's end wherever they stand, so a backslash is
 * doubled and a run of CR and LF becomes one space. The cells of `rows` are changed in place.
 */
export function makeCsvWriter(): (rows: Row[]) => Uint8Array {
  const print = unparse;
  const toBytes = Buffer.from;
  const dialect = { quotes: true, delimiter: ",", quoteChar: '"', newline: "\n", header: false };
  const special = /[\\\r\n]/;
  const backslash = /\\/g;
  const lineBreaks = /[\r\n]+/g;

  function escapeRow(row: Row): void {
    for (let column = 0; column < row.length; column++) {
      const cell = row[column] as string;
      if (special.test(cell)) row[column] = cell.replace(backslash, "\\\\").replace(lineBreaks, " ");
    }
  }

  return function writeCsv(rows) {
    for (const row of rows) escapeRow(row);
    return toBytes(`${print(rows, dialect)}\n`);
  };
}
