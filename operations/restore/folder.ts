// What restores keep on this machine: records of unfinished ones, and lists as they were before.
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import type { Lake } from "../../lake";
import { safeId } from "../../transforms/keys";

type Memory = Pick<Lake, "memoryFolder">;

export function restoreFolder({ memoryFolder }: Memory): string {
  return path.join(memoryFolder, "restore");
}

/** The path of a file about a playlist. @param rest the end of its name */
export function restoreFile(memory: Memory, playlistId: string, rest: string): string {
  return path.join(restoreFolder(memory), `${safeId(playlistId)}.${rest}`);
}

/** The paths of all files about a playlist. */
export function restoreFilesOf(memory: Memory, playlistId: string): string[] {
  const folder = restoreFolder(memory);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.filter((name) => name.startsWith(`${safeId(playlistId)}.`)).map((name) => path.join(folder, name));
}
