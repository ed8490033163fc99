import { executionParameter, parametersOf, valuesInOrder } from "../../../queries/parameters";

/** The examples of a saved query's parameters as values for its question marks. `given` replaces examples, by name. */
export function exampleValues(sql: string, given: Readonly<Record<string, string>> = {}): string[] {
  const examples = Object.fromEntries(parametersOf(sql).map(({ name, example }) => [name, example]));
  return valuesInOrder(sql, { ...examples, ...given });
}

/** A saved query with its values as a statement of Trino, which takes parameters as Athena does: as literals. */
export function withValues(sql: string, given: Readonly<Record<string, string>> = {}): string {
  const values = exampleValues(sql, given);
  if (values.length === 0) return sql;
  return `execute immediate ${executionParameter(sql)} using ${values.map(executionParameter).join(", ")}`;
}
