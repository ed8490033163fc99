import { executionParameter, parametersOf, valuesInOrder } from "../../../queries/parameters";

/** The examples of a saved query's parameters as values for its question marks. `given` replaces examples, by name. */
export function exampleValues(sql: string, given: Readonly<Record<string, string>> = {}): string[] {
  const examples = Object.fromEntries(parametersOf(sql).map(({ name, example }) => [name, example]));
  return valuesInOrder(sql, { ...examples, ...given });
}

/** A saved query with these values in place of its question marks, for an engine that takes no parameters. */
export function withValues(sql: string, given: Readonly<Record<string, string>> = {}): string {
  const values = exampleValues(sql, given);
  const head = parametersOf(sql).length === 0 ? 0 : parametersOf(sql).length + 1;
  const statement = sql.split("\n").slice(head).join("\n");
  return statement.replace(/\?/g, () => executionParameter(values.shift() ?? ""));
}
