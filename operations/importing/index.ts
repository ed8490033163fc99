import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Lake } from "../../lake";
import { rawKey } from "../../transforms/keys";
import { type CanonicalObject, canonicalObjects } from "./canonical";

/** What became of the files. */
export interface Imported {
  /** Keys of the raw objects that were written. */
  readonly stored: readonly string[];
  /** Those that were there already, and stay. */
  readonly kept: readonly string[];
  /** A line for each file that is not taken. */
  readonly refused: readonly string[];
  /** What the user should know of files that were taken. */
  readonly notes: readonly string[];
}

export interface ImportOptions {
  readonly files: readonly string[];
  /** The day of a file, YYYY-MM-DD. */
  readonly dateOf: (file: string) => string;
  /** Whether an object that is there is written over. */
  readonly replaces: boolean;
  /** Gets the number of files that are through. */
  readonly onProgress: (through: number) => void;
}

/**
 * Writes the playlists of files as raw objects. A file that is refused costs the others nothing.
 * @throws what S3 refuses
 */
export async function importFiles(lake: Lake, options: ImportOptions): Promise<Imported> {
  const [stored, kept, refused, notes]: [string[], string[], string[], string[]] = [[], [], [], []];
  const sources = new Map<string, string>();
  for (const [i, file] of options.files.entries()) {
    const objects = await readObjects(file, refused);
    const keyed = objects.map((object) => ({ object, key: rawKey(options.dateOf(file), object.playlistId) }));
    const taken = keyed.find(({ key }) => sources.has(key));
    if (taken !== undefined) {
      const { playlistId } = taken.object;
      refused.push(
        `${file}: holds playlist ${playlistId} of that day as ${sources.get(taken.key)} does; import one of them`,
      );
    } else {
      for (const { object, key } of keyed) {
        sources.set(key, file);
        notes.push(...partNote(object, file));
        const isNew = await put(lake, key, object.body, options.replaces);
        (isNew ? stored : kept).push(key);
      }
    }
    options.onProgress(i + 1);
  }
  return { stored, kept, refused, notes };
}

async function readObjects(file: string, refused: string[]): Promise<CanonicalObject[]> {
  try {
    return await canonicalObjects(await readFile(file), path.basename(file));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "INVALID_RAW" && code?.startsWith("E") !== true) throw error;
    // A refusal begins with the file's name without its folder.
    const [, rest = ""] = /^[^:]*: (.*)$/s.exec(message) ?? [];
    refused.push(`${file}: ${code === "INVALID_RAW" ? rest : `can't be read (${code})`}`);
    return [];
  }
}

/** Says of a playlist that it is not there as a whole: one response holds 100 entries at most. */
function partNote({ playlistId, entries, totalItems }: CanonicalObject, file: string): string[] {
  if (entries >= totalItems) return [];
  return [`${file}: playlist ${playlistId}: only ${entries} of its ${totalItems} items are in the file`];
}

/** Gives false where an object is there already, which then stays. */
async function put({ s3, outputs }: Lake, Key: string, Body: Buffer, replaces: boolean): Promise<boolean> {
  const { sdk, client } = s3;
  const condition = replaces ? {} : { IfNoneMatch: "*" };
  try {
    await client.send(new sdk.PutObjectCommand({ Bucket: outputs.rawBucket, Key, Body, ...condition }));
    return true;
  } catch (error) {
    if ((error as Error).name === "PreconditionFailed") return false;
    throw error;
  }
}
