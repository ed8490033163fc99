import { randomBytes } from "node:crypto";
import { codedError, errorCode } from "../../spotify/errors";
import type { ListRead } from "../../spotify/readEntries";
import { makePlaylist } from "./make";
import { planEdits } from "./plan";
import { contentsDigest, digestOf, type RestoreRecord } from "./record";
import { type OldEntry, type Target, type TargetOptions, targetOf } from "./target";
import { makeWriting, type RestoreTools } from "./writing";

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

/** How often the difference that is left is written. After the first time, something else must have changed the list. */
const mostRounds = 5;

/**
 * Writes a list. It can be killed at any request and called again: it reads what is there and writes the difference, until
 * Spotify serves the wanted list.
 *
 * @throws as `SpotifyClient` and `PlaylistWriter`; `UNEXPECTED` if something else changes the playlist meanwhile
 */
export async function restore(tools: RestoreTools, job: RestoreJob): Promise<Restored> {
  const { effects, records } = tools;
  const { into, old } = job;
  const record: RestoreRecord = records.load() ?? {
    marker: randomBytes(6).toString("hex"),
    startedAt: new Date(effects.now()).toISOString(),
    refused: [],
  };
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
  const { readSettled, makeEdits } = makeWriting(tools, record, playlistId);
  for (let round = 1; round <= mostRounds; round += 1) {
    read ??= await readSettled().catch(startAnew);
    const current = read.entries.map(({ uri }) => uri);
    if ("shown" in into && round === 1 && !isResumed && digestOf(into.shown) !== digestOf(read)) {
      throw unexpected("it was changed since the difference was shown; nothing was written");
    }
    const target = targetOf(old, current, { ...job, refused: new Set(record.refused) });
    if (contentsDigest(target.uris) === contentsDigest(current)) {
      records.remove();
      return { ...read, playlistId, target };
    }
    const nameless = read.entries.filter(({ name }) => name === "");
    const dead = new Set([...nameless, ...old.filter(({ isTakenDown }) => isTakenDown)].map(({ uri }) => uri));
    // Spotify's API was seen to move the wrong entry because of a right snapshot id.
    await makeEdits(current, planEdits(current, target.uris, dead), round === 1 ? read.snapshotId : undefined);
    read = undefined;
  }
  throw unexpected("its contents are not what was written: something else changes it");

  function unexpected(reason: string): Error {
    return codedError("UNEXPECTED", `playlist ${playlistId}`, reason, {});
  }

  /** @throws the error. A playlist that an earlier run made, and that is gone, does not bind the next run. */
  function startAnew(error: unknown): never {
    if (errorCode(error) === "UNAVAILABLE" && !("playlistId" in into)) records.remove();
    throw error;
  }
}
