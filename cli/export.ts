import path from "node:path";
import { type ExportFormat, exportFormats } from "../lake";
import { removeLeftExports } from "../lake/exportFiles";
import { defaultNames, exportTables } from "../operations/export";
import { type Command, lakeOptions, printResult, stackOption, wrongUse } from "./command";
import { withSql } from "./openLake";

function formatOf(given: string | undefined): ExportFormat {
  const format = exportFormats.find((name) => name === given);
  if (format !== undefined) return format;
  const what = given === undefined ? "export: --format is missing:" : `--format: got "${given}",`;
  throw wrongUse(`${what} expected one of ${exportFormats.join(", ")}`);
}

export const command: Command = {
  summary: "write views and tables as Parquet, CSV or a DuckDB file",
  usage: "playlake export --format parquet|csv|duckdb --out DIR|FILE [NAME ...] [OPTIONS]",
  about: `Writes views and tables of the lake as files that other programs can read. Without a NAME it writes the views of
all nine tables, which hold the whole history. A NAME is any view or table that playlake sql can query.`,
  options: {
    "format FORMAT": "parquet or csv: DIR/NAME.FORMAT; duckdb: one database FILE with a table for each NAME",
    "out DIR|FILE": "where to write; the folder is created if it does not exist",
    replace: "overwrites existing files",
    ...lakeOptions,
    "stack NAME": stackOption("the lake of the deployed stack NAME, by Athena; csv only"),
  },
  examples: [
    "playlake export --format parquet --out parquet",
    "playlake export --format csv --out csv tracks changes",
    "playlake export --format duckdb --out playlists.duckdb",
  ],
  async run(call) {
    const { is, text, positionals, terminal, progress } = call;
    const format = formatOf(text.format);
    if (text.out === undefined || text.out === "") throw wrongUse("export: --out is missing");
    const wrong = positionals.find((name) => !/^[a-z0-9_]+$/.test(name));
    if (wrong !== undefined) throw wrongUse(`export: got "${wrong}", expected a view or table such as tracks`);
    const names = positionals.length === 0 ? defaultNames : [...new Set(positionals)];
    const out = path.resolve(terminal.directory, text.out);
    const folder = format === "duckdb" ? path.dirname(out) : out;
    const keep = terminal.onStop(() => removeLeftExports(folder, true));
    const request = { format, out, names, replaces: is.replace === true };
    const files = await withSql(call, (lake) => exportTables(lake, request, progress)).finally(keep);
    printResult(Object.fromEntries(files), "", call);
  },
};
