// Stores the rows of views in the copy, so that queries read them instead of computing them. A view can be stored if its rows
// of one partition come only from that partition's files: an update then computes the changed partitions again. DuckDB shows
// that it can, if it makes a condition on one of the view's columns a condition on the partition in each scan of a table.
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Catalog, Table } from "../glue/catalog";
import { copyDatabase, copySchema, insertRows, rowsOf } from "./copied";
import { decodeView, literal, quoted, viewSelect } from "./tables";

/** A view whose rows are stored. */
interface StoredView {
  /** The table that holds the rows, as DuckDB names it. */
  stored: string;
  database: string;
  name: string;
  /** The view's column that holds the partition's first value. */
  key: string;
  /** The copied tables that it reads, as DuckDB names them. */
  tables: string[];
}

/** A node of a plan as EXPLAIN (FORMAT json) prints it. */
interface PlanNode {
  name: string;
  extra_info?: { Table?: string; Filters?: string | string[]; "Join Type"?: string };
  children?: PlanNode[];
}

/** No partition's value. */
const anyPartition = "any partition";
/** With these, a plan can have scans that are empty, or limited by a join instead of a condition. */
const disabledOptimizers = "statistics_propagation,top_n_window_elimination,late_materialization";
/** Functions whose results change while the rows do not. */
const volatile = /\b(now|current_\w+|local\w+|rand|random|uuid|shuffle)\b|\btablesample\b/i;

/** All stored views, in the order in which they were stored: a view comes after those that it reads. */
export async function storedViews(connection: DuckDBConnection): Promise<StoredView[]> {
  const rows = await rowsOf(connection, `select database, name, key, tables from ${copySchema}.stored order by id`);
  return rows.map(([database, name, key, tables], id) => ({
    stored: `${copySchema}.v${id}`,
    database: String(database),
    name: String(name),
    key: String(key),
    tables: JSON.parse(String(tables)) as string[],
  }));
}

/** Removes the stored rows. Views that read them must be created again. */
export async function dropStoredViews(connection: DuckDBConnection): Promise<void> {
  for (const { stored } of await storedViews(connection)) await connection.run(`drop table ${stored}`);
  await connection.run(`delete from ${copySchema}.stored`);
}

/** Stores the rows of a view in the current schema, and makes the view read them; does nothing if it cannot be stored. */
export async function storeView(connection: DuckDBConnection, database: string, view: Table): Promise<void> {
  const { originalSql, columns } = decodeView(view);
  if (volatile.test(originalSql)) return;
  const others = await storedViews(connection);
  for (const { name: key } of columns.filter(({ type }) => type === "varchar").reverse()) {
    const read = await tablesByPartition(connection, view.name, key, others);
    if (read === undefined) continue;
    const stored = `${copySchema}.v${others.length}`;
    try {
      await connection.run(`create table ${stored} as ${viewSelect(view)}`);
    } catch {
      // A row cannot be computed. A query of the view reports why.
      return;
    }
    await connection.run(`create or replace view ${quoted(view.name)} as select * from ${stored}`);
    await insertRows(connection, "stored", [[others.length, database, view.name, key, JSON.stringify(read)]]);
    return;
  }
}

/**
 * Computes stored rows again.
 * @param changed the first values of the partitions that changed, by the table as DuckDB names it
 * @throws if rows cannot be computed
 */
export async function refreshViews(
  connection: DuckDBConnection,
  { databases }: Catalog,
  changed: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<void> {
  for (const { stored, database, name, key, tables } of await storedViews(connection)) {
    const values = new Set(tables.flatMap((table) => [...(changed.get(table) ?? [])]));
    const view = databases[database]?.[name];
    if (values.size === 0 || view === undefined) continue;
    const isChanged = `${quoted(key)} in (${[...values].map(literal).join(", ")})`;
    await connection.run(`use ${copyDatabase}.${quoted(database)}`);
    await connection.run(`delete from ${stored} where ${isChanged};
      insert into ${stored} select * from (${viewSelect(view)}) as computed where ${isChanged}`);
  }
  await connection.run("use memory.main");
}

/**
 * The copied tables that a view reads, if its rows of one partition come only from that partition.
 * @param key the view's column that is to hold the partition's first value
 */
async function tablesByPartition(
  connection: DuckDBConnection,
  view: string,
  key: string,
  others: readonly StoredView[],
): Promise<string[] | undefined> {
  const limited = await planOf(connection, view, `where ${quoted(key)} = ${literal(anyPartition)}`);
  // A condition that removes scans, or the rows that an outer join fills with NULL, shows nothing about those rows.
  if (shapeOf(limited) !== shapeOf(await planOf(connection, view, ""))) return undefined;
  const read = new Set<string>();
  for (const { extra_info: { Table: table = "", Filters: filters = [] } = {} } of limited.filter(isScan)) {
    const other = others.find(({ stored }) => stored === table);
    const partition = other === undefined ? "p0" : other.key;
    const isLimited = [filters].flat().includes(`${partition}='${anyPartition}'`);
    if (!isLimited || !table.startsWith(`${copySchema}.`)) return undefined;
    for (const one of other?.tables ?? [table]) read.add(one);
  }
  return read.size === 0 ? undefined : [...read];
}

/** Whether a node reads rows that are not constant. */
function isScan({ name, children = [] }: PlanNode): boolean {
  return children.length === 0 && !/^(CTE_SCAN|DELIM_SCAN|DUMMY_SCAN|COLUMN_DATA_SCAN|EMPTY_RESULT)$/.test(name);
}

/** The scanned tables and the number of outer joins. */
function shapeOf(plan: readonly PlanNode[]): string {
  const tables = plan.filter(isScan).map(({ extra_info }) => extra_info?.Table);
  const outer = plan.filter(({ extra_info }) => /LEFT|RIGHT|OUTER|SINGLE/.test(extra_info?.["Join Type"] ?? ""));
  return JSON.stringify([tables.sort(), outer.length]);
}

/** All nodes of a query's plan; none if DuckDB cannot show it. */
async function planOf(connection: DuckDBConnection, view: string, condition: string): Promise<PlanNode[]> {
  try {
    await connection.run(`set disabled_optimizers = ${literal(disabledOptimizers)}`);
    const [row] = await rowsOf(connection, `explain (format json) select * from ${quoted(view)} ${condition}`);
    const below = (node: PlanNode): PlanNode[] => [node, ...(node.children ?? []).flatMap(below)];
    return (JSON.parse(String(row?.[1])) as PlanNode[]).flatMap(below);
  } catch {
    return [];
  } finally {
    await connection.run("reset disabled_optimizers");
  }
}
