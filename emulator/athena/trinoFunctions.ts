/** Statements that make Trino's functions in the current schema. */
export const trinoFunctions: readonly string[] = ["create macro array_join(a, s) as array_to_string(a, s)"];
