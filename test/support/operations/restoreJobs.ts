// Jobs of a restore, and worlds to run them in.
import type { RestoreJob } from "../../../operations/restore/execute";
import type { OldEntry } from "../../../operations/restore/target";
import { idFrom, type ServedPlaylist, snapshotIdOf } from "../../../standin/library";
import { changingLibrary, idA } from "../spotify/world";
import type { Misbehaviour } from "../standin/misbehaviours";
import { inOrder } from "../standin/misbehaviours";
import { type RestoreWorld, type RestoreWorldOptions, startRestoreWorld } from "./restoreWorld";

export const uri = (name: string) => `spotify:track:${idFrom(name)}`;
export const song = (name: string): OldEntry => ({ uri: uri(name), name, by: "Someone", isTakenDown: false });
export const songs = (count: number) => Array.from({ length: count }, (_, number) => song(`song ${number}`));
const entry = (name: string) =>
  JSON.stringify({ added_at: "2026-01-01T00:00:00Z", item: { id: idFrom(name), name, type: "track", uri: uri(name) } });

export function listA(names: readonly string[], owner = "maren"): ServedPlaylist {
  const entries = names.map(entry);
  const fields = { id: idA, name: "List A", type: "playlist", owner: { id: owner }, public: true };
  const texts = Object.entries(fields).map(([name, value]) => [name, JSON.stringify(value)] as const);
  return { id: idA, fields: texts, snapshotId: snapshotIdOf(entries), contentsNames: ["items"], entries };
}

/** Spotify has every song, except dead ones. */
const itemOf = (wanted: string) =>
  wanted.includes(idFrom("dead")) ? undefined : JSON.stringify({ id: wanted.slice(14), type: "track", uri: wanted });

export async function withWorld(
  work: (world: RestoreWorld) => Promise<void>,
  options: RestoreWorldOptions = {},
  lists: ServedPlaylist[] = [],
): Promise<void> {
  const world = await startRestoreWorld(changingLibrary(lists), { itemOf, ...options });
  try {
    await work(world);
  } finally {
    await world.close();
  }
}

export const into = { name: "List A (as of 2026-11-01)", description: "As of 2026-11-01" };
const noOthers = { others: new Map(), substitutes: false };
export const newList = (old: readonly OldEntry[]): RestoreJob => ({ old, into, ...noOthers });
export const inPlace = (old: readonly OldEntry[], now: readonly string[]): RestoreJob => ({
  old,
  into: { playlistId: idA, shown: { entries: now.map(song) } },
  ...noOthers,
});

/** The requests that write, such as `POST items 100`, and how many read. */
export function requestsOf({ standIn }: RestoreWorld): { writes: string[]; reads: number } {
  const asked = standIn.requests.splice(0).filter(({ url }) => url !== "/api/token");
  const writes = asked.filter(({ method }) => method !== "GET");
  return {
    writes: writes.map(({ method, url, status }) => `${method} ${url.split("/").at(-1)} ${status}`),
    reads: asked.length - writes.length,
  };
}

export const writing =
  (method: string, ...misbehaviours: Misbehaviour[]) =>
  (world: RestoreWorld) =>
    world.standIn.setMisbehave(
      inOrder(misbehaviours, (request) => request.method === method && request.path !== "/api/token"),
    );
