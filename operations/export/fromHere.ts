import path from "node:path";
import { type Exporter, openExporter } from "../../emulator/athena";
import { literal, quoted } from "../../emulator/athena/tables";
import { checkNames, type ExportFormat, type Files, writeWhole } from "./index";

/**
 * Writes views and tables of a state folder's lake by DuckDB, with their types as far as the format has them. In CSV
 * (RFC 4180, with a header) nothing stands for null and `""` for an empty text.
 * @param onFile told of each view or table that is written now
 */
export async function exportFromHere(
  stateDir: string,
  format: ExportFormat,
  files: Files,
  onName: (name: string) => void,
): Promise<void> {
  const [first = ""] = files.values();
  const exporter = await openExporter({ stateDir }, path.dirname(first));
  try {
    checkNames([...files.keys()], exporter.names);
    if (format === "duckdb") await writeDatabase(exporter, first, [...files.keys()], onName);
    else {
      for (const [name, file] of files) {
        onName(name);
        await writeWhole(file, (unfinished) => exporter.run(copyStatement(name, format, unfinished)));
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
  await writeWhole(file, async (unfinished) => {
    await exporter.run(`attach ${literal(unfinished)} as exported`);
    try {
      for (const name of names) {
        onName(name);
        await exporter.run(`create table exported.main.${quoted(name)} as select * from ${quoted(name)}`);
      }
    } finally {
      await exporter.run("detach exported");
    }
  });
}
