import type { View } from "./queryFile";

/**
 * Views in an order in which each comes after the views it reads.
 * @param known views that exist before these
 * @throws Error if a view reads one that does not exist, or that reads it in turn
 */
export function inReadingOrder(known: readonly View[], views: readonly View[]): View[] {
  const ordered: View[] = [];
  while (ordered.length < views.length) {
    const made = [...known, ...ordered].map(({ name }) => name);
    const waiting = views.filter(({ name }) => !made.includes(name));
    const next = waiting.find(({ reads }) => reads.every((read) => made.includes(read)));
    if (next === undefined) {
      const unmade = waiting.map(({ name, reads }) => `${name} reads ${reads.filter((read) => !made.includes(read))}`);
      throw new Error(`queries/views: a view is missing, or views read each other: ${unmade.join("; ")}`);
    }
    ordered.push(next);
  }
  return ordered;
}
