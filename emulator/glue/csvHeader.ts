import { inferType } from "./csvTypes";

/** Whether a file's first record is a header. */
export interface HeaderFinding {
  isHeader: boolean;
  /** The rule that decided it. */
  why: string;
}

const longestHeaderCell = 150;
const columnName = /^[\t\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]{1,255}$/u;

/** A header is recognised as text above values of another type, so a table that holds only text seems to have no header. */
export function findHeader(rows: readonly string[][]): HeaderFinding {
  const [first = [], ...data] = rows;
  for (const [i, cell] of first.entries()) {
    const why = whyNoName(cell, i === first.length - 1);
    if (why !== undefined) return { isHeader: false, why: `no header: value ${i + 1} of the first record ${why}` };
  }
  const differs = data.some((row) => row.some((value) => value !== "" && inferType([value]) !== "string"));
  return differs
    ? { isHeader: true, why: "header: the first record is text, and below it are values that are not" }
    : { isHeader: false, why: "no header: below the first record is nothing but text, so it may be data as well" };
}

function whyNoName(cell: string, isLast: boolean): string | undefined {
  const type = inferType([cell]);
  if (type !== "string") return `reads as ${type}`;
  if (cell === "") return "is empty";
  if (!isLast && cell.length >= longestHeaderCell) return `has ${longestHeaderCell} characters or more`;
  return columnName.test(cell) ? undefined : "is no name that Glue takes for a column";
}
