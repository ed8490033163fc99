import { randomBytes } from "node:crypto";
import { codedError, errorCode, errorText } from "../../spotify/errors";
import { type ListRead, readEntries } from "../../spotify/readEntries";
import type { Edit } from "../../spotify/writePlaylist";
import { applyEdit } from "./lists";
import { makePlaylist } from "./make";
import { planEdits } from "./plan";
import { contentsDigest, type RestoreRecord } from "./record";
import { type OldEntry, type Target, type TargetOptions, targetOf } from "./target";
import { type RestoreTools, settleMs } from "./tools";

/** A list to be written. */
export interface RestoreJob extends Omit<TargetOptions, "refused"> {
  readonly old: readonly OldEntry[];
  /** Where it is written: into a new private playlist, or in place of the contents that the user was shown. */
  readonly into:
    | { readonly name: string; readonly description: string }
    | { readonly playlistId: string; readonly shown: Pick<ListRead, "entries"> };
}

/** The written playlist, as Spotify serves it. */
export interface Restored extends ListRead {
  readonly playlistId: string;
  readonly target: Target;
}

const firstPauseMs = 500;
const longestPauseMs = 8_000;
/** How often the difference that is left is written. Each time something else must have changed the list. */
const mostRounds = 5;
/** How often a request may fail without an effect, one time after the other. */
const mostFailures = 4;
/** If so many URIs are refused and none is taken, the playlist is refused, and not they. */
const mostRefusedAtFirst = 8;

/**
 * Writes a list. It can be killed at any request and called again: it reads what is there and writes the difference, until
 * Spotify serves the wanted list.
 *
 * @throws as `SpotifyClient` and `PlaylistWriter`; `UNEXPECTED` if something else changes the playlist meanwhile
 */
export async function restore(tools: RestoreTools, job: RestoreJob): Promise<Restored> {
  const { client, writer, effects, records, tell } = tools;
  const record = records.load() ?? begin();
  const subject = () => `playlist ${record.playlistId}`;
  let isAnyTaken = record.expected !== undefined;

  function begin(): RestoreRecord {
    const marker = randomBytes(6).toString("hex");
    return { marker, startedAt: new Date(effects.now()).toISOString(), refused: [] };
  }

  /** Notes, before it is sent, what a request makes of the list. */
  function expect(list: readonly string[], writtenMs: number | undefined): void {
    record.expected = contentsDigest(list);
    if (writtenMs !== undefined) record.writtenMs = writtenMs;
    records.save(record);
  }

  /** Reads the list until it is what the last request made of it, or until that request cannot be the reason. */
  async function readSettled(playlistId: string): Promise<ListRead> {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      const isOld = effects.now() - Math.max(record.writtenMs ?? 0, record.madeMs ?? 0) >= settleMs;
      try {
        const read = await readEntries(client, playlistId);
        if (isOld || record.expected === undefined || isExpected(read)) return read;
      } catch (error) {
        // A playlist that was just made can be unknown to the servers that read.
        if (isOld || errorCode(error) !== "UNAVAILABLE") throw error;
      }
      await effects.sleep(pauseMs);
    }
  }

  function isExpected(read: ListRead): boolean {
    return digestOf(read) === record.expected;
  }

  /** Makes the changes as far as they go; what is left is found by reading. */
  async function makeEdits(playlistId: string, before: readonly string[], edits: Edit[], snapshotId?: string) {
    let list = before;
    // Spotify's API was seen to fail, and to move the wrong entry, because of a right snapshot id.
    let snapshot = snapshotId;
    let dropped = 0;
    let failures = 0;
    for (let next = edits.shift(); next !== undefined; next = edits.shift()) {
      const edit = next.kind === "add" ? { ...next, position: next.position - dropped } : next;
      const after = applyEdit(list, edit);
      tell(edits.length === 0 ? "the last request" : `${edits.length + 1} requests to make`);
      expect(after, effects.now());
      try {
        const written = await writer.edit(playlistId, edit, snapshot);
        if (snapshot !== undefined) snapshot = written;
      } catch (error) {
        if (errorCode(error) === "UNCLEAR") {
          const read = await readSettled(playlistId);
          if (!isExpected(read)) {
            failures += 1;
            if (failures > mostFailures) throw asTransient(error, failures);
            if (digestOf(read) !== contentsDigest(list)) return;
            edits.unshift(next);
            snapshot = undefined;
            continue;
          }
          if (snapshot !== undefined) snapshot = read.snapshotId;
        } else if (errorCode(error) === "REFUSED") {
          expect(list, undefined);
          // A snapshot id can be refused because the list has changed, or without any reason.
          if (edit.kind !== "add" && snapshot !== undefined) return;
          if (edit.kind !== "add" || !mayBeItems(error)) throw error;
          dropped += setAside(edit, edits, dropped, error);
          continue;
        } else throw error;
      }
      failures = 0;
      isAnyTaken = true;
      list = after;
    }
  }

  /** Finds what Spotify refuses by halves. @returns how many entries will be missing */
  function setAside(edit: Edit & { kind: "add" }, edits: Edit[], dropped: number, error: unknown): number {
    const { uris, position } = edit;
    if (uris.length === 1) {
      record.refused.push(uris[0]!);
      records.save(record);
      if (!isAnyTaken && record.refused.length >= mostRefusedAtFirst) throw error;
      return 1;
    }
    const middle = Math.ceil(uris.length / 2);
    // Positions in `edits` are those before anything was dropped.
    const [first, second] = [position + dropped, position + dropped + middle];
    edits.unshift(
      { kind: "add", uris: uris.slice(0, middle), position: first },
      { kind: "add", uris: uris.slice(middle), position: second },
    );
    return 0;
  }

  const { into } = job;
  const isResumed = record.expected !== undefined;
  let read: ListRead | undefined;
  if ("playlistId" in into) record.playlistId ??= into.playlistId;
  else if (record.playlistId === undefined) {
    const made = await makePlaylist(tools, record, into);
    record.playlistId = made.playlistId;
    records.save(record);
    if (made.isEmpty) read = { entries: [], snapshotId: undefined, responses: [] };
  }
  const playlistId = record.playlistId!;
  for (let round = 1; round <= mostRounds; round += 1) {
    read ??= await readSettled(playlistId).catch(startAnew);
    const current = read.entries.map(({ uri }) => uri);
    if ("shown" in into && round === 1 && !isResumed) checkShown(into.shown, current);
    const target = targetOf(job.old, current, { ...job, refused: new Set(record.refused) });
    if (contentsDigest(target.uris) === contentsDigest(current)) {
      records.remove();
      return { ...read, playlistId, target };
    }
    const nameless = read.entries.filter(({ name }) => name === "");
    const dead = new Set([...nameless, ...job.old.filter(({ isTakenDown }) => isTakenDown)].map(({ uri }) => uri));
    const edits = planEdits(current, target.uris, dead);
    await makeEdits(playlistId, current, edits, round === 1 ? read.snapshotId : undefined);
    read = undefined;
  }
  const reason = "its contents are not what was written: something else changes it; run the same command again";
  throw codedError("UNEXPECTED", subject(), reason, {});

  /** @throws the error. A playlist that an earlier run made, and that is gone, does not bind the next run. */
  function startAnew(error: unknown): never {
    if (errorCode(error) === "UNAVAILABLE" && !("playlistId" in into)) records.remove();
    throw error;
  }

  /** @throws if the list is not the one that the user agreed to change */
  function checkShown(shown: Pick<ListRead, "entries">, current: readonly string[]): void {
    if (digestOf(shown) === contentsDigest(current)) return;
    throw codedError("UNEXPECTED", subject(), "it was changed since the difference was shown; nothing was written", {});
  }
}

function digestOf({ entries }: Pick<ListRead, "entries">): string {
  return contentsDigest(entries.map(({ uri }) => uri));
}

function asTransient(error: unknown, failures: number): Error {
  return codedError("TRANSIENT", undefined, `${errorText(error)}, ${failures} times`, {});
}

/** Whether a refusal can be about the items that are added. */
function mayBeItems(error: unknown): boolean {
  return [400, 403, 404].includes((error as { status?: number }).status ?? 0);
}
