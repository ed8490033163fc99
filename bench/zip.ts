import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { deflateRawSync } from "node:zlib";

/** The size of a folder's zip, and how many files it contains. */
export function zipOf(folder: string): { bytes: number; files: number } {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
  // A header for each file, an entry for each in the central directory, and the end of the directory.
  const sizes = names.map((name) => {
    const nameBytes = Buffer.byteLength(path.relative(folder, name));
    return deflateRawSync(readFileSync(name)).length + 30 + nameBytes + 46 + nameBytes;
  });
  return { bytes: sizes.reduce((sum, size) => sum + size, 22), files: names.length };
}
