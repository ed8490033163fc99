/**
 * The SQL of a named query. Its name may be given without what the stack puts before it.
 * @throws Error that names those there are
 */
export function pickNamedQuery(queries: readonly { name: string; sql: string }[], name: string): string {
  const found =
    queries.find((query) => query.name === name) ?? queries.find((query) => query.name.endsWith(`-${name}`));
  if (found !== undefined) return found.sql;
  const names = queries.map((query) => query.name).join(", ");
  throw new Error(`there is no named query "${name}"; there are ${names === "" ? "none" : names}`);
}
