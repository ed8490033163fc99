import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { deflateRawSync } from "node:zlib";

/** The size of the zip that a folder makes, and how many files are in it. */
export function zipOf(folder: string): { bytes: number; files: number } {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
  // A header before each file, one more for each in the directory at the end, and the directory's own end.
  const sizes = names.map((name) => {
    const nameBytes = Buffer.byteLength(path.relative(folder, name));
    return deflateRawSync(readFileSync(name)).length + 30 + nameBytes + 46 + nameBytes;
  });
  return { bytes: sizes.reduce((sum, size) => sum + size, 22), files: names.length };
}
