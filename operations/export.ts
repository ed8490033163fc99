import { existsSync } from "node:fs";
import path from "node:path";
import { type ExportFormat, type LakeSql, makeFolder, type Progress } from "../lake";
import { removeLeftExports, targetOf } from "../lake/exportFiles";
import { count } from "../lake/lists";
import { tableNames } from "../transforms/schema";

/** The names that are exported by default: the typed views, which hold the whole lake. */
export const defaultNames: readonly string[] = tableNames;

/** What to export, and where to. */
interface ExportRequest {
  readonly format: ExportFormat;
  /** A folder; for `duckdb` a file. */
  readonly out: string;
  readonly names: readonly string[];
  /** Whether existing files are overwritten. */
  readonly replaces: boolean;
}

/**
 * Writes views and tables as files that other programs read.
 * @returns the file of each name
 * @throws one line if a file exists already, or the folder cannot be created
 */
export async function exportTables(
  lake: LakeSql,
  request: ExportRequest,
  progress: Progress,
): Promise<ReadonlyMap<string, string>> {
  const files = filesFor(request);
  const targets = new Map([...files].map(([name, file]) => [name, targetOf(file)]));
  await progress.step(
    "export",
    (tell) => lake.exportTo(request.format, targets, tell),
    () => `${count(files.size, "table")}: ${request.out}`,
  );
  return files;
}

function filesFor({ format, out, names, replaces }: ExportRequest): ReadonlyMap<string, string> {
  const fileOf = (name: string) => (format === "duckdb" ? out : path.join(out, `${name}.${format}`));
  const files = new Map(names.map((name) => [name, fileOf(name)]));
  const there = [...files.values()].find((file) => existsSync(file));
  if (there !== undefined && !replaces) throw new Error(`${there} exists already; give --replace to overwrite it`);
  const folder = format === "duckdb" ? path.dirname(out) : out;
  try {
    makeFolder(folder);
    removeLeftExports(folder);
  } catch (error) {
    throw new Error(`${out} cannot be created (${(error as NodeJS.ErrnoException).code}); choose another --out`);
  }
  return files;
}
