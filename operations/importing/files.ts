import { readdir, stat } from "node:fs/promises";
import path from "node:path";

const isResponse = /^[^.].*\.(json|jsonl|ndjson|gz)$/;

/**
 * The files that paths name, in order, each once; of folders those below them whose names are of responses.
 * @throws one line, where nothing is at a path, or nothing in a folder
 */
export async function filesAt(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const place of paths) {
    const found = await stat(place).catch(() => undefined);
    if (found === undefined) throw new Error(`${place}: no such file or folder`);
    if (!found.isDirectory()) {
      files.push(place);
      continue;
    }
    const entries = await readdir(place, { recursive: true, withFileTypes: true });
    const names = entries
      .filter((entry) => entry.isFile() && isResponse.test(entry.name))
      .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
    if (names.length === 0) throw new Error(`${place}: found no .json, .jsonl, .ndjson or .gz file in it`);
    files.push(...names.sort());
  }
  return [...new Set(files)];
}
