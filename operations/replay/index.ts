// The answer to every change of the transform: raw is kept, and runs through the transformer again.
import type { Place } from "../../lake";
import { openCursor } from "./cursor";
import { type Selection, selectedKeys } from "./selection";
import { add, noTally, type Tally } from "./tally";
import { type Outcome, transformAll } from "./transformAll";

export type { Selection } from "./selection";
export type { Tally } from "./tally";

/** A replay that is about to begin, or to go on. */
export interface Planned {
  /** All raw objects that are meant. */
  readonly keys: readonly string[];
  /** Those of them that are left to do. */
  readonly left: readonly string[];
  /** The last object that an earlier try was through with; undefined where there was none. */
  readonly after: string | undefined;
  /**
   * Does it. A process that is killed leaves how far it came, for the next one with the same selection.
   * @param onProgress gets the number of objects that are through
   */
  run(onProgress: (through: number) => void): Promise<Tally>;
}

/** @param isAfresh from the beginning, however far an earlier try came */
export async function planReplay(place: Place, selection: Selection, isAfresh: boolean): Promise<Planned> {
  const cursor = openCursor(place.memoryFolder);
  const version = await place.transformerVersion();
  const before = isAfresh ? undefined : cursor.find(selection, version);
  const keys = await selectedKeys(place, selection);
  const first = before === undefined ? 0 : keys.findIndex((key) => isLater(key, before.after));
  const left = first < 0 ? [] : keys.slice(first);

  async function run(onProgress: (through: number) => void): Promise<Tally> {
    // Batches end in any order: what is through is remembered up to the first that is not.
    const ended = new Map<number, readonly Outcome[]>();
    let inOrder = before?.tally ?? noTally;
    let nextBatch = 0;
    let through = keys.length - left.length;
    await transformAll(place, left, (batch, outcomes) => {
      ended.set(batch, outcomes);
      through += outcomes.length;
      onProgress(through);
      for (let next = ended.get(nextBatch); next !== undefined; next = ended.get(nextBatch)) {
        ended.delete(nextBatch);
        nextBatch += 1;
        inOrder = add(inOrder, next);
        cursor.save({ selection, version, after: next.at(-1)?.key ?? "", tally: inOrder });
      }
    });
    cursor.clear();
    return inOrder;
  }

  return { keys, left, after: before?.after, run };
}

/** S3 lists keys by their bytes. */
function isLater(key: string, other: string): boolean {
  return Buffer.compare(Buffer.from(key), Buffer.from(other)) > 0;
}
