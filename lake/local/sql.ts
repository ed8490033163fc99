import { rmSync } from "node:fs";
import path from "node:path";
import { nearest } from "../../components/arguments/nearest";
import { type Athena, type Exporter, openAthena, openExporter } from "../../emulator/athena";
import { literal, quoted } from "../../emulator/athena/tables";
import { savedQuery } from "../askNamed";
import { wrongUse } from "../errors";
import { writeExport } from "../exportFiles";
import type { ExportFormat, LakeSql } from "../index";

/**
 * A state folder's lake as DuckDB sees it through the catalog. The folder is first read by `open` or the first query.
 * @param database the database in which names resolve. @default the catalog's first
 */
export function localSql(stateDir: string, database?: string) {
  let opened: Promise<Athena> | undefined;
  const athena = () => {
    opened ??= openAthena({ stateDir, ...(database === undefined ? {} : { database }) });
    return opened;
  };
  const refresh = () => {
    opened?.then(
      (one) => one.close(),
      () => undefined,
    );
    opened = undefined;
  };
  return {
    title: stateDir,
    engine: "DuckDB through the catalog",
    /** @throws one line if there is no catalog, or DuckDB is not installed */
    open: async () => void (await athena()),
    query: async (sql: string, values?: readonly string[]) => (await athena()).query(sql, values),
    namedQuery: async (name) => savedQuery((await athena()).namedQueries, name),
    exportTo: (format, files, onName) => exportTo(stateDir, format, files, onName),
    /** Makes the next query read the folder again. Until then, queries may see the folder of the first query. */
    refresh,
    close: refresh,
  } satisfies LakeSql & { open(): Promise<void> };
}

/** CSV is RFC 4180 with a header. Null is empty, and an empty text is `""`. The other formats keep types. */
async function exportTo(
  stateDir: string,
  format: ExportFormat,
  files: ReadonlyMap<string, string>,
  onName: (name: string) => void,
): Promise<void> {
  const [first = ""] = files.values();
  const folders = new Set([...files.values()].map((file) => path.dirname(file)));
  const exporter = await openExporter({ stateDir }, [...folders]);
  try {
    const unknown = [...files.keys()].find((name) => !exporter.names.includes(name));
    if (unknown !== undefined) {
      const close = nearest(unknown, exporter.names);
      const hint =
        close === undefined ? `there are ${[...exporter.names].sort().join(", ")}` : `did you mean ${close}?`;
      throw wrongUse(`export: there is no view or table "${unknown}"; ${hint}`);
    }
    if (format === "duckdb") await writeDatabase(exporter, first, [...files.keys()], onName);
    else {
      for (const [name, file] of files) {
        onName(name);
        await writeExport(file, (unfinished) => exporter.run(copyStatement(name, format, unfinished)));
      }
    }
  } finally {
    exporter.close();
  }
}

function copyStatement(name: string, format: "parquet" | "csv", file: string): string {
  const options = format === "csv" ? "format csv, header true" : "format parquet, compression zstd";
  return `copy (select * from ${quoted(name)}) to ${literal(file)} (${options})`;
}

async function writeDatabase(
  exporter: Exporter,
  file: string,
  names: readonly string[],
  onName: (name: string) => void,
): Promise<void> {
  await writeExport(file, async (unfinished) => {
    // DuckDB's write-ahead log.
    const log = `${unfinished}.wal`;
    rmSync(log, { force: true });
    await exporter.run(`attach ${literal(unfinished)} as exported`);
    try {
      for (const name of names) {
        onName(name);
        await exporter.run(`create table exported.main.${quoted(name)} as select * from ${quoted(name)}`);
      }
    } finally {
      await exporter.run("detach exported").finally(() => rmSync(log, { force: true }));
    }
  });
}
