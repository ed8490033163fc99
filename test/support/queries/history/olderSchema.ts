import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { partitionColumn, type TableName, tables } from "../../../../transforms/schema";
import { writeRows } from "../../transforms/hostileCells";
import { readOpenCsv } from "../../transforms/openCsvSerde";

/** How many of its last columns a table did not have in the older schema: those that are not keys, two at most. */
const added: Partial<Record<TableName, number>> = {
  playlists: 2,
  playlist_items: 1,
  tracks: 2,
  artists: 1,
  albums: 2,
  episodes: 2,
  rejected_items: 1,
};

/** A table's columns in the older schema. */
export function olderColumns(table: TableName): readonly string[] {
  return tables[table].slice(0, tables[table].length - (added[table] ?? 0));
}

/**
 * Rewrites a lake's files of the days before `firstDay` as a schema without the last columns would have written them.
 * @param lake the bucket's folder
 */
export function writeAsOlderSchema(lake: string, firstDay: string): void {
  for (const table of Object.keys(added) as TableName[]) {
    const columns = olderColumns(table);
    for (const folder of readdirSync(join(lake, table))) {
      if (folder >= `${partitionColumn}=${firstDay}`) continue;
      for (const name of readdirSync(join(lake, table, folder))) {
        const file = join(lake, table, folder, name);
        const rows = readOpenCsv(readFileSync(file), tables[table].length);
        const kept = rows.map((row) => row.slice(0, columns.length).map(String));
        writeFileSync(
          file,
          Buffer.concat([writeRows([[...columns]]), ...(kept.length === 0 ? [] : [writeRows(kept)])]),
        );
      }
    }
  }
}
