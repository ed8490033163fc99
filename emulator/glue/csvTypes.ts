/** The types that the crawler infers from CSV values. */
export type InferredType = "bigint" | "double" | "boolean" | "string";

const maxBigint = 2n ** 63n - 1n;

/** The type that fits all values of a column. Empty values are ignored; a column of only empty values is text. */
export function inferType(values: readonly string[]): InferredType {
  const types = values.filter((value) => value !== "").map(typeOf);
  return types.length === 0 ? "string" : types.reduce(widen);
}

/** The narrowest type that holds the values of both types. */
export function widen<T extends string>(one: T, other: T): T | "double" | "string" {
  if (one === other) return one;
  return isNumber(one) && isNumber(other) ? "double" : "string";
}

function typeOf(value: string): InferredType {
  if (/^[+-]?\d+$/.test(value)) {
    const number = BigInt(value.replace("+", ""));
    return number <= maxBigint && number >= -maxBigint - 1n ? "bigint" : "double";
  }
  if (/^[+-]?(\d+\.\d*|\.\d+|\d+(?=[eE]))([eE][+-]?\d+)?$/.test(value)) return "double";
  return /^(true|false)$/i.test(value) ? "boolean" : "string";
}

function isNumber(type: string): boolean {
  return type === "bigint" || type === "double";
}
