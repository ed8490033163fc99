import { nearest } from "../components/arguments/nearest";

/**
 * The SQL of a named query. Its name can be given without the stack's prefix.
 * @throws Error that suggests the nearest name, or lists all names
 */
export function pickNamedQuery(queries: readonly { name: string; sql: string }[], name: string): string {
  const found =
    queries.find((query) => query.name === name) ?? queries.find((query) => query.name.endsWith(`-${name}`));
  if (found !== undefined) return found.sql;
  const names = queries.map((query) => query.name);
  const near = nearest(name, names);
  const hint =
    near === undefined ? `there are ${names.length === 0 ? "none" : names.join(", ")}` : `the nearest is ${near}`;
  throw new Error(`there is no named query "${name}"; ${hint}`);
}
