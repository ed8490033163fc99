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
const objectsABatch = 10;

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
  const batches = inBatches(keys, objectsABatch);
  let next = 0;
  let isOver = false;

  async function work(): Promise<void> {
    while (!isOver && next < batches.length) {
      const batch = next;
      next += 1;
      try {
        onBatch(batch, await transformBatch(lake, batches[batch] ?? []));
      } catch (error) {
        isOver = true;
        throw error;
      }
    }
  }

  await inParallel(Math.min(lake.concurrency, batches.length), work);
}

/** Runs so many workers. All end before the first failure is thrown, so that nothing is still running then. */
export async function inParallel(workers: number, work: () => Promise<void>): Promise<void> {
  const ended = await Promise.allSettled(Array.from({ length: workers }, work));
  const failed = ended.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

async function transformBatch(lake: Lake, keys: readonly string[]): Promise<Outcome[]> {
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
