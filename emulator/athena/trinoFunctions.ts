/** Statements that make Trino's functions in the current schema. */
export const trinoFunctions: readonly string[] = [];
