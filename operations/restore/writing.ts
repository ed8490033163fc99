import type { SpotifyClient } from "../../spotify/client";
import { codedError, errorCode, errorReason } from "../../spotify/errors";
import { type ListRead, readEntries } from "../../spotify/readEntries";
import type { Effects } from "../../spotify/types";
import type { Edit, PlaylistWriter } from "../../spotify/writePlaylist";
import { applyEdit } from "./plan";
import { contentsDigest, digestOf, entriesIn, type RecordStore, type RestoreRecord } from "./record";

/** What a restore uses. */
export interface RestoreTools {
  readonly client: SpotifyClient;
  readonly writer: PlaylistWriter;
  readonly effects: Pick<Effects, "now" | "sleep">;
  readonly records: RecordStore;
  /** Reports the progress in a few words. */
  readonly tell: (text: string) => void;
}

/**
 * How long Spotify may serve the state before a write. Contents were seen half a second after it, snapshot ids half a minute
 * after it. What is served later than this counts as true.
 */
export const settleMs = 30_000;

const firstPauseMs = 500;
const longestPauseMs = 8_000;
/** How often a request may fail without an effect, one time after the other. */
const mostFailures = 4;
/** If so many URIs are refused and none is taken, the playlist is refused, and not they. */
const mostRefusedAtFirst = 8;

type Addition = Edit & { kind: "add" };

/** Reads and changes one playlist. The record always has what the last request made of the contents. */
export function makeWriting(tools: RestoreTools, record: RestoreRecord, playlistId: string) {
  const { client, writer, effects, records, tell } = tools;
  let isAnyTaken = record.expected !== undefined;

  /** Notes what a request makes of the list. @param isSent whether it is sent now */
  function expect(list: readonly string[], isSent: boolean): void {
    record.expected = contentsDigest(list);
    if (isSent) record.writtenMs = effects.now();
    records.save(record);
  }

  /** Reads the list until it is what the last request made of it, or until that request cannot be the reason any more. */
  async function readSettled(): Promise<ListRead> {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      const isOld = effects.now() - Math.max(record.writtenMs ?? 0, record.madeMs ?? 0) >= settleMs;
      try {
        const opening = await client.open(playlistId);
        const { expected } = record;
        const { total } = opening.paging;
        // A list of another length is not the expected one: its other pages need not be read.
        if (isOld || expected === undefined || total === undefined || total === entriesIn(expected)) {
          const read = await readEntries(client, playlistId, opening);
          if (isOld || expected === undefined || digestOf(read) === expected) return read;
        }
      } catch (error) {
        // A playlist that was just made can be unknown to the servers that read.
        if (isOld || errorCode(error) !== "UNAVAILABLE") throw error;
      }
      await effects.sleep(pauseMs);
    }
  }

  /**
   * Makes one change.
   * @returns the snapshot id after it; null if it took no effect; undefined if the list is another one
   * @throws `REFUSED`
   */
  async function makeEdit(list: readonly string[], edit: Edit, snapshotId: string | undefined) {
    const after = applyEdit(list, edit);
    expect(after, true);
    try {
      return await writer.edit(playlistId, edit, snapshotId);
    } catch (error) {
      if (errorCode(error) === "REFUSED") expect(list, false);
      if (errorCode(error) !== "UNCLEAR") throw error;
      const read = await readSettled();
      if (digestOf(read) === contentsDigest(after)) return read.snapshotId ?? "";
      tell(`once more: ${errorReason(error)}`);
      return digestOf(read) === contentsDigest(list) ? null : undefined;
    }
  }

  /** Looks for what Spotify refuses by halves, and notes it. @returns the requests to make instead */
  function withoutRefused({ uris, position }: Addition, error: unknown): Addition[] {
    if (uris.length > 1) {
      const middle = Math.ceil(uris.length / 2);
      return [
        { kind: "add", uris: uris.slice(0, middle), position },
        { kind: "add", uris: uris.slice(middle), position: position + middle },
      ];
    }
    record.refused.push(uris[0]!);
    if (!isAnyTaken && record.refused.length >= mostRefusedAtFirst) record.refused = [];
    records.save(record);
    if (record.refused.length === 0) throw error;
    return [];
  }

  /**
   * Makes the changes of a list one after the other, each once. Stops early if the list turns out to be another one; what is
   * left is found by reading.
   *
   * @throws `REFUSED`, unless that is about single items; these are noted in the record. `TRANSIENT`, and as `Session.authorized`
   */
  async function makeEdits(first: readonly string[], all: readonly Edit[], snapshotId: string | undefined) {
    let list = first;
    let edits = [...all];
    let snapshot = snapshotId;
    let failures = 0;
    for (let edit = edits[0]; edit !== undefined; edit = edits[0]) {
      tell(edits.length === 1 ? "the last request" : `${edits.length} requests to make`);
      try {
        const made = await makeEdit(list, edit, snapshot);
        if (made === undefined) return;
        // Spotify's API was seen to fail because of a right snapshot id.
        snapshot = made === null || snapshot === undefined ? undefined : made;
        failures = made === null ? failures + 1 : 0;
        if (failures > mostFailures) {
          throw codedError("TRANSIENT", `playlist ${playlistId}`, `a change took no effect, ${failures} times`, {});
        }
        if (made === null) continue;
        isAnyTaken = true;
        list = applyEdit(list, edit);
        edits = edits.slice(1);
      } catch (error) {
        if (errorCode(error) !== "REFUSED") throw error;
        const { status } = error as { status?: number };
        // A snapshot id can be refused because the list has changed, or without any reason.
        if (edit.kind !== "add" && snapshot !== undefined) return;
        if (status === 404 && !isAnyTaken && effects.now() - (record.madeMs ?? 0) < settleMs) {
          // A playlist that was just made can be unknown to the servers that write.
          await effects.sleep(longestPauseMs);
          continue;
        }
        if (edit.kind !== "add" || ![400, 403, 404].includes(status ?? 0)) throw error;
        const instead = withoutRefused(edit, error);
        const missing = instead.length === 0 ? 1 : 0;
        edits = [...instead, ...edits.slice(1).map((later) => movedUp(later, missing))];
      }
    }
  }

  return { readSettled, makeEdits };
}

/** An edit after an addition without so many of its entries. All edits after an addition are additions. */
function movedUp(edit: Edit, missing: number): Edit {
  return edit.kind === "add" ? { ...edit, position: edit.position - missing } : edit;
}
