/** A goal of the project and the measured figure. */
export interface Goal {
  figure: string;
  /** The upper bound; `atLeast` is the lower bound. */
  atMost?: number;
  atLeast?: number;
  measured: number;
  /** @default none: a ratio, shown with two decimal places */
  unit?: "MiB" | "KiB" | "s";
}

/** The result of one measurement, ready to print. */
export interface BenchTable {
  title: string;
  columns: readonly string[];
  /** One cell per column in each row. */
  rows: readonly (readonly string[])[];
  /** Remarks on the figures, one sentence each. */
  notes: readonly string[];
  /** The figures that have a goal. */
  goals?: readonly Goal[];
}

/** A table as text, in columns. */
export function renderTable({ title, columns, rows, notes }: BenchTable): string {
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...rows.map((row) => (row[index] ?? "").length)),
  );
  const print = (cells: readonly string[]) =>
    cells.map((cell, index) => (index === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[index]!))).join("  ");
  const head = rows.length === 0 ? [] : [print(columns), widths.map((width) => "-".repeat(width)).join("  ")];
  const lines = [title, ...head, ...rows.map(print)];
  return `${[...lines, ...notes.map((note) => `* ${note}`)].map((line) => line.trimEnd()).join("\n")}\n`;
}

/** Prints the table of a bench file that is run alone. */
export function printTable(table: BenchTable): void {
  console.log(renderTable(table));
}
