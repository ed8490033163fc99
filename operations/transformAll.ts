// Runs raw objects through the transformer, in concurrent batches, and counts the outcomes.
import { eventOf, type Lake, type TransformedPlaylist } from "../lake";
import { inBatches, sum } from "../lake/lists";

/** The outcome of one raw object. */
export interface Outcome {
  readonly key: string;
  /** Its transformed playlists; empty if it is gone or failed. */
  readonly playlists: readonly TransformedPlaylist[];
  /** Why it failed, one line. */
  readonly failure?: string;
}

/** Outcomes in numbers. */
export interface Tally {
  /** Raw objects whose files are written. */
  readonly objects: number;
  /** CSV files. */
  readonly files: number;
  /** Rows in them. */
  readonly rows: number;
  /** Raw objects that were removed meanwhile. */
  readonly gone: number;
  readonly failures: readonly { readonly key: string; readonly reason: string }[];
}

export const noTally: Tally = { objects: 0, files: 0, rows: 0, gone: 0, failures: [] };

/** The tally with further outcomes. */
export function addOutcomes(tally: Tally, outcomes: readonly Outcome[]): Tally {
  const done = outcomes.filter(({ failure, playlists }) => failure === undefined && playlists.length > 0);
  const rowCounts = done.flatMap(({ playlists }) => playlists.flatMap(({ rows }) => Object.values(rows)));
  const failures = outcomes.flatMap(({ key, failure }) => (failure === undefined ? [] : [{ key, reason: failure }]));
  return {
    objects: tally.objects + done.length,
    files: tally.files + rowCounts.length,
    rows: tally.rows + sum(rowCounts, (rows) => rows),
    gone: tally.gone + outcomes.length - done.length - failures.length,
    failures: [...tally.failures, ...failures],
  };
}

/** Objects per invocation: few enough for its timeout, many enough that the calls cost little. */
export const objectsABatch = 10;

/**
 * Runs the transformer over raw objects, in batches, several at a time. A batch that fails is run again object by object, so
 * that a failure is reported with its key and does not affect the others.
 * @param onBatch gets a batch's outcomes when it is done; batches end in any order
 * @throws errors of AWS that do not depend on the object; then no further batch is started
 */
export async function transformAll(
  lake: Lake,
  keys: readonly string[],
  onBatch: (batch: number, outcomes: readonly Outcome[]) => void,
): Promise<void> {
  await inParallel(lake.concurrency, inBatches(keys, objectsABatch).entries(), async ([batch, some]) =>
    onBatch(batch, await transformBatch(lake, some)),
  );
}

/** Works on items, several at a time. After a failure none is begun, and nothing is still running when it is thrown. */
export async function inParallel<T>(
  workers: number,
  items: Iterable<T> | AsyncIterable<T>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  // The workers share it. A failure in one of them closes it, and so it ends for the others.
  const queue = (async function* () {
    yield* items;
  })();
  const worker = async () => {
    for await (const item of queue) await work(item);
  };
  const ended = await Promise.allSettled(Array.from({ length: workers }, worker));
  const failed = ended.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

/** Runs the transformer over a few objects, as {@link transformAll} does. */
export async function transformBatch(lake: Lake, keys: readonly string[]): Promise<Outcome[]> {
  const answer = await lake.transform(eventOf(lake.outputs.rawBucket, keys));
  if ("done" in answer) {
    return keys.map((key) => ({ key, playlists: answer.done.filter((playlist) => playlist.key === key) }));
  }
  const [key] = keys;
  if (keys.length === 1 && key !== undefined) return [{ key, playlists: [], failure: answer.failure }];
  const outcomes: Outcome[] = [];
  for (const one of keys) outcomes.push(...(await transformBatch(lake, [one])));
  return outcomes;
}
