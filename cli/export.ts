import { writeFile } from "node:fs/promises";
import path from "node:path";
import { quoted } from "../emulator/athena/tables";
import { withStack } from "../lake/stack";
import { openStackLake } from "../lake/stack/athena";
import { defaultNames, type ExportFormat, exportFormats, type Files, filesFor, writeWhole } from "../operations/export";
import { exportFromHere } from "../operations/export/fromHere";
import { type Command, lakeOptions, type OptionValues, stackName, type Terminal, text, wrongUse } from "./command";
import { count } from "./describe";
import { askedState } from "./openLocal";
import { createProgress, type Progress } from "./progress";
import { render } from "./table";

const help = `Usage: playlake export --format parquet|csv|duckdb --out DIR|FILE [NAME ...] [--replace] [OPTIONS]

Takes the history elsewhere: views and tables of the lake as files that other programs read. Without a NAME the views of
all nine tables, which hold all there is; any view or table that playlake sql can ask may be named.

  --format FORMAT   parquet or csv: DIR/NAME.FORMAT; duckdb: one database FILE with a table for each NAME
  --out DIR|FILE    where it goes; the folder is made where it is not there
  --replace         writes over files that are there
  --state DIR       exports the lake in this state folder (default: that of the last run)
  --stack NAME      exports the lake of the deployed stack NAME, asked by Athena; csv only
  --quiet           prints problems only
  --json            prints what was written as JSON
`;

function formatOf(values: OptionValues): ExportFormat {
  const given = text(values, "format");
  const format = exportFormats.find((name) => name === given);
  if (format !== undefined) return format;
  const expected = `expected one of ${exportFormats.join(", ")}`;
  throw wrongUse(
    given === undefined ? `export: --format is missing: ${expected}` : `--format: got "${given}", ${expected}`,
  );
}

async function exportStack(stack: string, files: Files, progress: Progress, terminal: Terminal): Promise<void> {
  await withStack(stack, terminal, async (opened) => {
    const lake = openStackLake(opened, terminal);
    for (const [name, file] of files) {
      await progress.step(
        name,
        async () => {
          const answer = await lake.query(`SELECT * FROM ${quoted(name)}`);
          const csv = await render(answer, "csv");
          await writeWhole(file, (unfinished) => writeFile(unfinished, csv));
          return answer.rows.length;
        },
        (rows) => `${count(rows, "row")}: ${file}`,
      );
    }
  });
}

/** `playlake export`: views and tables as files. */
export const exportCommand: Command = {
  summary: "write views and tables as Parquet, CSV or a DuckDB file",
  help,
  options: {
    format: { type: "string" },
    out: { type: "string" },
    replace: { type: "boolean" },
    ...lakeOptions,
  },
  async run(values, positionals, terminal) {
    const format = formatOf(values);
    const given = text(values, "out");
    if (given === undefined || given === "") throw wrongUse("export: --out is missing");
    const stack = stackName("export", values, ["state"]);
    if (stack !== undefined && format !== "csv") {
      throw wrongUse(`export: ${format} is not supported with --stack; export csv, or UNLOAD with Athena itself`);
    }
    const wrong = positionals.find((name) => !/^[a-z0-9_]+$/.test(name));
    if (wrong !== undefined) throw wrongUse(`export: got "${wrong}", expected a view or table such as tracks`);
    const names = positionals.length === 0 ? defaultNames : [...new Set(positionals)];
    const stateDir = stack === undefined ? askedState(values, terminal) : "";
    const out = path.resolve(terminal.directory, given);
    const files = filesFor(format, out, names, values.replace === true);
    const progress = createProgress(terminal, values.quiet === true);
    if (stack !== undefined) await exportStack(stack, files, progress, terminal);
    else {
      await progress.step(
        "export",
        (tell) => exportFromHere(stateDir, format, files, tell),
        () => `${count(files.size, "table")}: ${out}`,
      );
    }
    if (values.json === true) terminal.out(`${JSON.stringify(Object.fromEntries(files), null, 2)}\n`);
  },
};
