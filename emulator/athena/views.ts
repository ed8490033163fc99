import type { DuckDBConnection } from "@duckdb/node-api";
import type { Table } from "../glue/catalog";
import { duckType, quoted } from "./tables";

interface StoredView {
  originalSql: string;
  columns: { name: string; type: string }[];
}

/**
 * Reads a view's text: Presto's JSON in base64, in a comment.
 * @throws Error naming the view
 */
export function decodeView({ name, viewOriginalText = "" }: Table): StoredView {
  const [, encoded] = /^\/\* Presto View: ([A-Za-z0-9+/=]+) \*\/$/.exec(viewOriginalText) ?? [];
  try {
    return JSON.parse(Buffer.from(encoded ?? "", "base64").toString("utf8")) as StoredView;
  } catch {
    throw new Error(`view ${name}: its text in the catalog is not a Presto view`);
  }
}

/**
 * Creates a database's views in any order of dependency: views that cannot be created yet are tried again after the others.
 * Columns are cast to the types that the catalog holds, as Athena does.
 *
 * @param onCreated is called for each created view, before the views that read it are created
 * @returns why a view could not be created, by name
 */
export async function makeViews(
  connection: DuckDBConnection,
  views: readonly Table[],
  onCreated: (view: Table) => Promise<void>,
): Promise<ReadonlyMap<string, string>> {
  let failed = new Map<string, string>();
  let left = views;
  do {
    const tried = left;
    failed = new Map();
    for (const view of tried) {
      try {
        await connection.run(`create view ${quoted(view.name)} as ${viewSelect(view)}`);
        await onCreated(view);
      } catch (error) {
        failed.set(view.name, (error as Error).message);
      }
    }
    left = tried.filter(({ name }) => failed.has(name));
    if (left.length === tried.length) break;
  } while (left.length > 0);
  return failed;
}

export function viewSelect(view: Table): string {
  const { originalSql, columns } = decodeView(view);
  const casts = columns.map(({ name, type }) => `cast(${quoted(name)} as ${duckType(type)}) as ${quoted(name)}`);
  return `select ${casts.join(", ")} from (\n${originalSql}\n) as definition`;
}
