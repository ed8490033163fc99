// What restores keep on this machine: records of unfinished ones, and lists as they were before.
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import type { Lake } from "../../lake";
import { safeId } from "../../transforms/keys";

/** The path of a file about a playlist. @param rest the end of its name */
export function restoreFile({ memoryFolder }: Pick<Lake, "memoryFolder">, playlistId: string, rest: string): string {
  return path.join(memoryFolder, "restore", `${safeId(playlistId)}.${rest}`);
}

/** The paths of all files about a playlist. */
export function restoreFilesOf(lake: Pick<Lake, "memoryFolder">, playlistId: string): string[] {
  const first = restoreFile(lake, playlistId, "");
  const folder = path.dirname(first);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.filter((name) => name.startsWith(path.basename(first))).map((name) => path.join(folder, name));
}
