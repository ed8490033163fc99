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

/** The name that differs from a word in the fewest letters; undefined if all differ in more than a third of them. */
export function nearest(word: string, names: readonly string[]): string | undefined {
  const distances = names.map((name) => ({ name, distance: distance(word.toLowerCase(), name.toLowerCase()) }));
  const [best] = distances.sort((one, other) => one.distance - other.distance);
  return best !== undefined && best.distance <= Math.max(1, word.length / 3) ? best.name : undefined;
}

/** How many letters must be inserted, removed or replaced to turn one word into the other. */
function distance(one: string, other: string): number {
  let previous = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...one].entries()) {
    const current = [i + 1];
    for (let j = 0; j < other.length; j++) {
      const replaced = previous[j]! + (letter === other[j] ? 0 : 1);
      current.push(Math.min(replaced, previous[j + 1]! + 1, current[j]! + 1));
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}
