import { nearest } from "../components/arguments/nearest";
import { namedQueries } from "../queries";
import { valuesInOrder } from "../queries/parameters";
import type { Answer } from "./answer";
import type { LakeSql } from "./index";

/**
 * The SQL of a named query. Its name can be given without the stack's prefix, if no other name ends in it.
 * @throws Error that suggests the nearest name, or lists all names
 */
export function pickNamedQuery(queries: readonly { name: string; sql: string }[], name: string): string {
  const ending = queries.filter((query) => query.name.endsWith(`-${name}`));
  const found = queries.find((query) => query.name === name) ?? (ending.length === 1 ? ending[0] : undefined);
  if (found !== undefined) return found.sql;
  const names = queries.map((query) => query.name);
  const near = nearest(name, names);
  const hint =
    near === undefined ? `there are ${names.length === 0 ? "none" : names.join(", ")}` : `the nearest is ${near}`;
  throw new Error(`there is no named query "${name}"; ${hint}`);
}

/**
 * The SQL of a deployed query. The project's queries fill in those that are not deployed yet.
 * @throws one line that names the existing ones
 */
export function savedQuery(deployed: readonly { name: string; sql: string }[], name: string): string {
  const isDeployed = new Set(deployed.map((query) => query.name));
  return pickNamedQuery([...deployed, ...namedQueries.filter((query) => !isDeployed.has(query.name))], name);
}

/** A row by column name. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * Runs a named query as this version of Playlake has it: a stack may hold an older one with other columns.
 * @param values of the query's parameters, by name
 */
export async function askNamed(
  lake: LakeSql,
  name: string,
  values: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const query = namedQueries.find((one) => one.name === name);
  if (query === undefined) throw new Error(`there is no named query "${name}"`);
  return lake.query(query.sql, valuesInOrder(query.sql, values));
}

/** An answer's rows by column name. */
export function rowsOf({ columns, rows }: Answer): Row[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i] ?? null])));
}
