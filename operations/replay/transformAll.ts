import type { TransformedPlaylist } from "../../components/callbacks/transformHandler";
import { eventOf, type Place } from "../../lake";

/** What became of one raw object. */
export interface Outcome {
  readonly key: string;
  /** What it was made into; empty where it is gone by now, or failed. */
  readonly playlists: readonly TransformedPlaylist[];
  /** Why it failed, one line. */
  readonly failure?: string;
}

/** Objects that one invocation gets: few enough for its time, many enough that the calls don't count. */
const objectsABatch = 10;

/**
 * Runs the transformer over raw objects, in batches, several at a time. A batch that fails is run again object by object,
 * so that what fails is told by its key and costs the others nothing.
 * @param onBatch gets a batch's outcomes when it is through; batches end in any order
 * @throws what AWS refuses whatever the object is; then nothing more is begun
 */
export async function transformAll(
  place: Place,
  keys: readonly string[],
  onBatch: (batch: number, outcomes: readonly Outcome[]) => void,
): Promise<void> {
  const batches: string[][] = [];
  for (let at = 0; at < keys.length; at += objectsABatch) batches.push(keys.slice(at, at + objectsABatch));
  let next = 0;
  let isOver = false;

  async function work(): Promise<void> {
    while (!isOver && next < batches.length) {
      const batch = next;
      next += 1;
      try {
        onBatch(batch, await transformBatch(place, batches[batch] ?? []));
      } catch (error) {
        isOver = true;
        throw error;
      }
    }
  }

  const workers = Array.from({ length: Math.min(place.concurrency, batches.length) }, work);
  // All settle before the first failure is told: nothing goes on behind the caller's back.
  const failed = (await Promise.allSettled(workers)).find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

async function transformBatch(place: Place, keys: readonly string[]): Promise<Outcome[]> {
  const answer = await place.transform(eventOf(place.outputs.rawBucket, keys));
  if ("done" in answer) {
    return keys.map((key) => ({ key, playlists: answer.done.filter((playlist) => playlist.key === key) }));
  }
  const [key] = keys;
  if (keys.length === 1 && key !== undefined) return [{ key, playlists: [], failure: answer.failure }];
  const outcomes: Outcome[] = [];
  for (const one of keys) outcomes.push(...(await transformBatch(place, [one])));
  return outcomes;
}
