import * as papa from "papaparse";
import type { Answer } from "../emulator/athena";

export type { Answer } from "../emulator/athena";

/** A value as one line of text; null is empty. */
export function plainText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "object") return JSON.stringify(value, jsonValue);
  return String(value);
}

/** JSON has no big integers. One that a double holds exactly becomes a number, a larger one a string. */
export function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value !== "bigint") return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
}

/** RFC 4180 with a header and quotes only where needed; lines end with LF. */
export function toCsv(answer: Answer): string {
  const rows = [answer.columns.map((column) => column.name), ...answer.rows.map((row) => row.map(plainText))];
  return `${papa.unparse(rows, { newline: "\n" })}\n`;
}
