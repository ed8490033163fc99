/** What the project set itself, and what was measured. */
export interface Goal {
  figure: string;
  /** The most that it may be, or the least. */
  atMost?: number;
  atLeast?: number;
  measured: number;
  /** @default none: a ratio, shown with two digits behind the point */
  unit?: "MiB" | "KiB" | "s";
}

/** What one measurement found, ready to be printed. */
export interface BenchTable {
  title: string;
  columns: readonly string[];
  /** As many cells a row as there are columns. */
  rows: readonly (readonly string[])[];
  /** What one has to know of the figures, a sentence each. */
  notes: readonly string[];
  /** What of it the project has set itself a goal for. */
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

/** Prints a table: what a bench file does that is run alone. */
export function printTable(table: BenchTable): void {
  console.log(renderTable(table));
}
