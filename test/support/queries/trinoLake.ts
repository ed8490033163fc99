import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { createViewStatement, views } from "../../../queries";
import { catalogPrefix, tableNames } from "../../../transforms/schema";
import { catalogColumns } from "./lake";
import { type TrinoAnswer, trino, trinoAnswers } from "./trino";

/** The folder that Trino's `hive` catalog sees as `local:///`; `TRINO_DATA` names another. */
const dataFolder = process.env.TRINO_DATA ?? join(homedir(), ".cache/trino-oracle/data");

/** Whether a Trino answers whose files this machine can write. */
export async function trinoReadsFiles(): Promise<boolean> {
  return existsSync(dataFolder) && (await trinoAnswers());
}

/**
 * Copies a lake's files into Trino's folder, and creates tables over them in Athena's serde and the views over those.
 * @param lake the bucket's folder
 */
export async function openTrinoLake(
  lake: string,
): Promise<{ ask(sql: string): Promise<TrinoAnswer>; drop(): Promise<void> }> {
  const schema = `playlake_lake_${process.pid}`;
  const folder = join(dataFolder, "tables", schema);
  const ask = (sql: string) => trino(sql, schema, "hive");
  mkdirSync(folder, { recursive: true });
  cpSync(lake, folder, { recursive: true });
  await ask(`create schema hive.${schema}`);
  for (const table of tableNames) {
    const columns = catalogColumns(table).map((column) => `"${column}" varchar`);
    await ask(`create table ${catalogPrefix}${table} (${columns.join(", ")}) with (format = 'CSV',
      skip_header_line_count = 1, csv_separator = ',', csv_quote = '"', csv_escape = '\\',
      partitioned_by = array['snapshot_date'], external_location = 'local:///tables/${schema}/${table}')`);
    await ask(`call hive.system.sync_partition_metadata('${schema}', '${catalogPrefix}${table}', 'FULL')`);
  }
  for (const view of views) await ask(createViewStatement(view));
  const drop = async () => {
    await ask(`drop schema hive.${schema} cascade`);
    rmSync(folder, { recursive: true, force: true });
  };
  return { ask, drop };
}
