import { lakeKey, parseRawKey } from "../../transforms/keys";
import { type TableName, tableNames } from "../../transforms/schema";
import type { PlaylistTables, Transform } from "../../transforms/transform";
import { type RawEvent, type RawObject, rawObjectsOf } from "./rawEvents";

/** The world, as arguments. */
export interface TransformEffects {
  transform: Transform;
  /** Opens a raw object. */
  read(object: RawObject): Promise<AsyncIterable<Uint8Array>>;
  /** Writes a table's file into the lake. */
  write(key: string, csv: Uint8Array): Promise<unknown>;
  log(record: object): void;
}

/** What became of one playlist of a raw object. */
export interface TransformedPlaylist {
  key: string;
  snapshotDate: string;
  playlistId: string;
  /** Entries served; as many rows `playlist_items` has. */
  entries: number;
  itemTypes: PlaylistTables["itemTypes"];
  /** Rows by table. */
  rows: Record<TableName, number>;
}

/**
 * Makes the transformer's handler: each raw object of an event becomes the nine files of each playlist in it. The same
 * object gives the same bytes, so an event may come twice, or be made up to write a day again.
 */
export function makeTransformHandler(effects: TransformEffects): (event: RawEvent) => Promise<TransformedPlaylist[]> {
  const { transform, read, write, log } = effects;

  async function writeTables(snapshotDate: string, playlist: PlaylistTables): Promise<void> {
    const writes = tableNames.map((table) =>
      write(lakeKey(table, snapshotDate, playlist.playlistId), Buffer.concat(playlist.csv[table])),
    );
    // All settle before one that failed ends the invocation: nothing goes on behind the next one's back.
    const failed = (await Promise.allSettled(writes)).find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }

  async function transformObject(object: RawObject): Promise<TransformedPlaylist[]> {
    const place = parseRawKey(object.key);
    if (place === undefined) {
      const expected = "playlists/snapshot_date=YYYY-MM-DD/NAME";
      throw Object.assign(new Error(`got the key ${JSON.stringify(object.key)}; expected ${expected}`), {
        code: "INVALID_RAW",
      });
    }
    const { snapshotDate, fileName } = place;
    const done: TransformedPlaylist[] = [];
    for (const playlist of await transform(await read(object), fileName)) {
      await writeTables(snapshotDate, playlist);
      const { playlistId, entries, itemTypes, rows } = playlist;
      const transformed = { key: object.key, snapshotDate, playlistId, entries, itemTypes, rows };
      log({ event: "transformed", ...transformed });
      done.push(transformed);
    }
    return done;
  }

  return async (event) => {
    const done: TransformedPlaylist[] = [];
    const failures: unknown[] = [];
    for (const object of rawObjectsOf(event)) {
      // An object that can't be had or read costs the event's others nothing.
      await transformObject(object).then(
        (playlists) => done.push(...playlists),
        (error) => failures.push(error),
      );
    }
    if (failures.length > 1) throw new Error(failures.map((error) => (error as Error).message).join("; "));
    if (failures.length === 1) throw failures[0];
    return done;
  };
}
