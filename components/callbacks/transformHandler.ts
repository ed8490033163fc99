import { lakeKey, parseRawKey } from "../../transforms/keys";
import { type TableName, tableNames } from "../../transforms/schema";
import type { PlaylistTables, Transform } from "../../transforms/transform";
import type { TransformValues } from "../alarms/metrics";
import type { InvocationContext } from "./attention";
import { causesOf, watchTime } from "./attention";
import { isDelivered, type RawEvent, type RawObject, rawObjectsOf } from "./rawEvents";
import type { CsvBody, TableFile, TableFiles } from "./tableFiles";

/** The effects, as arguments. */
interface TransformEffects {
  transform: Transform;
  /** Opens a raw object; undefined if it is gone. */
  read(object: RawObject): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Collects the tables until they are written. */
  files: TableFiles;
  /** Writes a table's file into the lake. */
  write(key: string, csv: CsvBody): Promise<unknown>;
  /** Makes days visible in the catalog once their files are written; absent if something else does that. */
  register?: ((snapshotDates: readonly string[]) => Promise<void>) | undefined;
  /** Keeps an event whose objects are refused at every try, with the reason, until an engineer looks at it. */
  keepRefused(event: RawEvent, reason: string): Promise<unknown>;
  log(record: object): void;
  /** Emits the values of an invocation, also of a failed one, and what needs attention. */
  emit(values: TransformValues, attention: readonly string[]): void;
}

/** What became of one playlist of a raw object. */
export interface TransformedPlaylist {
  key: string;
  snapshotDate: string;
  playlistId: string;
  /** Entries served: the number of rows of `playlist_items`. */
  entries: number;
  itemTypes: PlaylistTables["itemTypes"];
  /** Rows by table. */
  rows: Record<TableName, number>;
}

/** A raw object that is not a Spotify response. */
export interface RefusedObject {
  key: string;
  /** What was found and what is expected. */
  refused: string;
}

/**
 * Makes the transformer's handler. It writes nine files for each playlist of each raw object that an event names. The same
 * object gives the same bytes, so an event can safely come twice, or be sent by hand to write a day again. If S3's event
 * fails only because objects are refused, it is kept at once and the invocation succeeds: another try cannot help. A direct
 * caller gets the error.
 */
export function makeTransformHandler(
  effects: TransformEffects,
): (
  event: RawEvent,
  context: Pick<InvocationContext, "getRemainingTimeInMillis">,
) => Promise<(TransformedPlaylist | RefusedObject)[]> {
  const { transform, read, files, write, register, keepRefused, log, emit } = effects;
  // An invocation that was killed in this process's folder left its files behind.
  files.discard();

  async function writeTables(snapshotDate: string, playlist: PlaylistTables<TableFile>): Promise<void> {
    const writes = tableNames.map((table) =>
      write(lakeKey(table, snapshotDate, playlist.playlistId), playlist.csv[table].body()),
    );
    // All writes settle before a failed one ends the invocation: none is still running during the next one.
    const failed = (await Promise.allSettled(writes)).find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }

  /**
   * Writes nothing before the whole object is read: a refused one leaves no trace in the lake. Returns undefined if the
   * object is gone: it was forgotten before its event came.
   */
  async function transformObject(object: RawObject): Promise<TransformedPlaylist[] | undefined> {
    const place = parseRawKey(object.key);
    if (place === undefined) {
      const expected = "playlists/snapshot_date=YYYY-MM-DD/NAME";
      throw Object.assign(new Error(`got the key ${JSON.stringify(object.key)}; expected ${expected}`), {
        code: "INVALID_RAW",
      });
    }
    const { snapshotDate, fileName } = place;
    const chunks = await read(object);
    if (chunks == null) {
      log({ event: "gone", key: object.key });
      return undefined;
    }
    const done: TransformedPlaylist[] = [];
    const tables = await transform(chunks, fileName, {
      startFile: files.start,
      // One object cannot touch another's files.
      isStored: true,
      onSkipped: (reason) => log({ event: "playlistSkipped", key: object.key, reason }),
    });
    for (const playlist of tables) {
      await writeTables(snapshotDate, playlist);
      const { playlistId, entries, itemTypes, rows } = playlist;
      const transformed = { key: object.key, snapshotDate, playlistId, entries, itemTypes, rows };
      log({ event: "transformed", ...transformed });
      done.push(transformed);
    }
    return done;
  }

  return async (event, context) => {
    const isNearTimeout = watchTime(context);
    const done: TransformedPlaylist[] = [];
    const failures: Error[] = [];
    const refused: RefusedObject[] = [];
    let gone = 0;
    const objects = rawObjectsOf(event);
    for (const object of objects) {
      // An object that cannot be fetched or read does not affect the event's other objects.
      await transformObject(object)
        .finally(files.discard)
        .then(
          (playlists) => {
            if (playlists == null) gone += 1;
            else done.push(...playlists);
          },
          (error: Error & { code?: string }) => {
            failures.push(error);
            const { code, message } = error;
            if (code === "INVALID_RAW") refused.push({ key: object.key, refused: message });
            log({ event: "notTransformed", key: object.key, code, reason: message });
          },
        );
    }
    let isVisible = true;
    await register?.([...new Set(done.map(({ snapshotDate }) => snapshotDate))]).catch((error) => {
      isVisible = false;
      failures.push(error);
      log({ event: "notVisible", keys: done.map(({ key }) => key), reason: (error as Error).message });
    });
    const transformed = isVisible ? objects.length - gone - failures.length : 0;
    const values = valuesOf(transformed, gone, done, refused.length);
    const attention = causesOf({
      objectsRefused: (values.ObjectsRefused ?? 0) > 0,
      rowsRejected: (values.RowsRejected ?? 0) > 0,
      nearTimeout: isNearTimeout(),
    });
    emit({ ...values, NeedsAttention: attention.length > 0 ? 1 : 0 }, attention);
    const reason = failures.map(({ message }) => message).join("; ");
    if (refused.length > 0 && refused.length === failures.length && isDelivered(event)) {
      await keepRefused(event, reason);
      return [...done, ...refused];
    }
    if (failures.length > 1) throw new Error(reason);
    if (failures.length === 1) throw failures[0];
    return done;
  };
}

function valuesOf(
  transformed: number,
  gone: number,
  done: readonly TransformedPlaylist[],
  refused: number,
): TransformValues {
  const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
  return {
    ObjectsTransformed: transformed > 0 ? transformed : undefined,
    ObjectsGone: gone,
    ObjectsRefused: refused,
    RowsRead: total(done.map(({ entries }) => entries)),
    RowsWritten: total(done.flatMap(({ rows }) => Object.values(rows))),
    RowsRejected: total(done.map(({ rows }) => rows.rejected_items)),
  };
}
