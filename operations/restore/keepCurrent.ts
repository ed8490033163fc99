import { gzipSync } from "node:zlib";
import { type Lake, replaceFile } from "../../lake";
import { objectsIn } from "../../lake/s3";
import type { ListRead } from "../../spotify/readEntries";
import { rawKey } from "../../transforms/keys";
import { makeRawLine } from "../../transforms/rawLines";
import { listOn } from "./oldList";
import { digestOf, restoreFile } from "./record";

/** Where a playlist's state before a restore in place is kept. */
export type Kept =
  /** In the lake, as the snapshot of that day. `isNew` if it was stored now. */
  | { readonly day: string; readonly isNew: boolean }
  /** In a file, because the lake has another snapshot of that day. */
  | { readonly file: string };

/**
 * Keeps the playlist's current state: as today's snapshot, unless the lake has one. If that one differs, in a raw file that
 * `playlake import` takes.
 *
 * @param today YYYY-MM-DD in the lake's time zone
 * @throws one line if the snapshot's tables could not be written
 */
export async function keepCurrent(lake: Lake, playlistId: string, read: ListRead, today: string): Promise<Kept> {
  const stored = await listOn(lake, playlistId, today);
  if (stored?.day === today && digestOf(stored) === digestOf(read)) return { day: today, isNew: false };
  const rawLine = makeRawLine();
  const object = gzipSync(read.responses.map(({ url, fetchedAt, body }) => rawLine(url, fetchedAt, body)).join(""));
  if (stored?.day !== today) {
    const raw = objectsIn(lake.s3, lake.outputs.rawBucket);
    if (await raw.put(rawKey(today, playlistId), object, { ifAbsent: true })) {
      const [failure] = await lake.settle();
      if (failure === undefined) return { day: today, isNew: true };
      throw new Error(`the snapshot before the restore was not stored in full: ${failure}`);
    }
  }
  const time = new Date().toISOString().replace(/\W/g, "");
  const file = restoreFile(lake, playlistId, `before-${time}.jsonl.gz`);
  replaceFile(file, object, 0o600);
  return { file };
}
