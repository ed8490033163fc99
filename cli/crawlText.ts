import type { CrawlChanges } from "../emulator/glue/crawlContext";
import { count } from "./describe";

/** What a crawl changed in the catalog. */
type Changes = Pick<
  CrawlChanges,
  "tablesCreated" | "tablesUpdated" | "tablesDeleted" | "partitionsAdded" | "partitionsDeleted"
>;

/** What a crawl changed, in a few words. */
export function describeCrawl(changes: Changes & { readonly error?: string }): string {
  if (changes.error !== undefined) return "failed";
  const numbers: readonly [number, string, string][] = [
    [changes.tablesCreated.length, "table", "added"],
    [changes.tablesUpdated.length, "table", "changed"],
    [changes.tablesDeleted.length, "table", "deleted"],
    [changes.partitionsAdded.length, "partition", "added"],
    [changes.partitionsDeleted.length, "partition", "deleted"],
  ];
  const parts = numbers.filter(([n]) => n > 0).map(([n, what, how]) => `${count(n, what)} ${how}`);
  return parts.length === 0 ? "nothing is new" : parts.join(", ");
}

/** What a crawl changed, a line a table. */
export function listChanges(changes: Changes): string {
  const byTable = new Map<string, string[]>();
  const note = (table: string, what: string) => byTable.set(table, [...(byTable.get(table) ?? []), what]);
  for (const table of changes.tablesCreated) note(table, "added");
  for (const table of changes.tablesUpdated) note(table, "changed");
  for (const table of changes.tablesDeleted) note(table, "deleted");
  for (const { table, values } of changes.partitionsAdded) note(table, `+ ${values.join("/")}`);
  for (const { table, values } of changes.partitionsDeleted) note(table, `- ${values.join("/")}`);
  const tables = [...byTable].sort(([one], [other]) => (one < other ? -1 : 1));
  if (tables.length === 0) return "Nothing is new: the catalog has all that is in the lake.\n";
  return tables.map(([table, what]) => `${table}  ${what.join(", ")}\n`).join("");
}
