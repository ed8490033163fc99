import { existsSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { makeFolder } from "../../emulator/files";
import { wrongUse } from "../../lake/wrongUse";
import { tableNames } from "../../transforms/schema";

export const exportFormats = ["parquet", "csv", "duckdb"] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** What is exported where nothing is named: the typed views, which hold all that the lake does. */
export const defaultNames: readonly string[] = tableNames;

/** Where each name goes: a file of its own, or a table in one database file. */
export type Files = ReadonlyMap<string, string>;

/**
 * The files that an export writes.
 * @throws one line, where one is there already and may not be replaced, or the folder can't be made
 */
export function filesFor(format: ExportFormat, out: string, names: readonly string[], replaces: boolean): Files {
  const place = (name: string) => (format === "duckdb" ? out : path.join(out, `${name}.${format}`));
  const files = new Map(names.map((name) => [name, place(name)]));
  const there = [...files.values()].find((file) => existsSync(file));
  if (there !== undefined && !replaces) throw new Error(`${there} is there already; give --replace to write over it`);
  try {
    makeFolder(format === "duckdb" ? path.dirname(out) : out);
  } catch (error) {
    throw new Error(`${out} can't be made (${(error as NodeJS.ErrnoException).code}); choose another --out`);
  }
  return files;
}

/**
 * Refuses names that the catalog does not have.
 * @throws wrong use that names those there are
 */
export function checkNames(names: readonly string[], known: readonly string[]): void {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw wrongUse(`export: there is no view or table "${unknown}"; there are ${[...known].sort().join(", ")}`);
}

/** Writes a file beside its place and moves it there when it is whole; one that fails leaves what was there. */
export async function writeWhole(file: string, write: (unfinished: string) => Promise<void>): Promise<void> {
  const unfinished = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.new`);
  try {
    await write(unfinished);
    renameSync(unfinished, file);
  } finally {
    rmSync(unfinished, { force: true });
    rmSync(`${unfinished}.wal`, { force: true });
  }
}
