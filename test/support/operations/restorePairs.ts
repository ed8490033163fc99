import * as assert from "uvu/assert";
import type { RestoreJob } from "../../../operations/restore/execute";
import type { OldEntry } from "../../../operations/restore/target";
import { entryUri, isInCatalog } from "../../../spotify/entryUri";
import { errorCode } from "../../../spotify/errors";
import { idFrom, type ServedPlaylist, snapshotIdOf } from "../../../standin/library";
import { entryJson, factsOf } from "../queries/history/catalog";
import { type Entry, replay, type StoredDay } from "../queries/history/replay";
import { simulate } from "../queries/history/simulate";
import { randomFrom } from "../random";
import { changingLibrary } from "../spotify/world";
import type { Misbehave, Misbehaviour } from "../standin/misbehaviours";
import { burst, tokenMissing } from "../standin/misbehaviours";
import { Killed, type RestoreWorld, startRestoreWorld, urisOf } from "./restoreWorld";

/** Simulated playlists, day by day. */
export function simulatedDays(playlists: number, days: number): StoredDay[][] {
  return replay(simulate({ seed: 19, playlists, days, sizes: [5, 260] }));
}

/** Everything that the simulation can add, by URI. */
const items = new Map(
  (["track", "episode", "squeezedEpisode"] as const).flatMap((kind) =>
    Array.from({ length: kind === "track" ? 1_200 : 40 }, (_, number) => {
      const { type, key } = factsOf({ kind, number });
      return [entryUri(type, key ?? ""), { kind, number }] as const;
    }),
  ),
);

function uriOf({ item, availability }: Entry): string {
  if (availability === "noItem") return "unavailable";
  const { type, key } = factsOf(item);
  return entryUri(type, key ?? "");
}

function oldEntry(entry: Entry): OldEntry {
  const { name, maker } = factsOf(entry.item);
  const isTakenDown = entry.availability === "takenDown";
  return { uri: uriOf(entry), name: name ?? "", by: maker ?? "", isTakenDown };
}

function servedPlaylist(playlist: number, { name, entries }: StoredDay): ServedPlaylist {
  const shape = playlist % 2 === 0 ? "item" : "track";
  const id = idFrom(`simulated ${playlist}`);
  const texts = entries.map(({ item, availability, addedAt }) => entryJson(item, availability, addedAt, shape));
  const fields = Object.entries({ id, name, type: "playlist", owner: { id: "maren" }, public: playlist % 3 === 0 });
  return {
    id,
    fields: fields.map(([field, value]) => [field, JSON.stringify(value)] as const),
    snapshotId: snapshotIdOf(texts),
    contentsNames: [shape === "item" ? "items" : "tracks"],
    entries: texts,
  };
}

/** What the list must be in the end. Written without the restore's own code: this is the rule that the docs state. */
function wantedList(
  old: readonly OldEntry[],
  current: readonly string[],
  canBeAdded: (uri: string) => boolean,
): string[] {
  const counts = (list: readonly string[], uri: string) => list.filter((one) => one === uri).length;
  const oldUris = old.map(({ uri }) => uri);
  const kept = new Map<string, number>();
  for (const uri of new Set(oldUris)) {
    const here = counts(current, uri);
    const isLostWithCopies = isInCatalog(uri) && here > counts(oldUris, uri);
    kept.set(uri, isLostWithCopies ? 0 : here);
  }
  const restored = old.flatMap(({ uri, isTakenDown }) => {
    const left = kept.get(uri) ?? 0;
    kept.set(uri, left - 1);
    return (canBeAdded(uri) && !isTakenDown) || left > 0 ? [uri] : [];
  });
  const stay = current.filter((uri, place) => {
    const later = counts(current.slice(place), uri);
    return !isInCatalog(uri) && later <= counts(current, uri) - counts(oldUris, uri);
  });
  return [...restored, ...stay];
}

/** Everything that can go wrong with a request that writes or reads, at random. */
function misbehaviourOf(random: () => number, share: number, expireTokens: () => void): Misbehave {
  const choose = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const kinds: readonly (() => Misbehaviour)[] = [
    () => burst(choose([1, 3, undefined])),
    () => ({ status: choose([500, 502, 503, 504]) }),
    () => ({ status: choose([500, 502, 503, 504]), isApplied: true }),
    () => ({ status: 200, body: '{"error":{"status":502,"message":""}}', isApplied: random() < 0.5 }),
    () => ({ cut: "before", isApplied: random() < 0.5 }),
    () => ({ cut: "middle" }),
    () => ({ badJson: true }),
    () => tokenMissing(),
    () => ({ act: expireTokens }),
  ];
  return ({ path }) => (path === "/api/token" || random() >= share ? undefined : choose(kinds)());
}

const mostRuns = 60;

/** Restores one list and day with kills and misbehaviour until it is done, and checks what is there then. */
export async function checkPair(
  simulated: readonly StoredDay[][],
  seed: number,
): Promise<{ runs: number; requests: number }> {
  const random = randomFrom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const playlist = below(simulated.length);
  const days = simulated[playlist]!;
  const old = days[below(days.length)]!.entries.map(oldEntry);
  const now = days.at(-1)!;
  const served = servedPlaylist(playlist, now);
  const current = urisOf(served);
  const isDown = (uri: string) => below(40) === 0 && !current.includes(uri);
  const down = new Set(old.map(({ uri }) => uri).filter(isDown));
  for (const [place, { availability }] of now.entries.entries())
    if (availability === "takenDown") down.add(current[place]!);
  const canBeAdded = (uri: string) => isInCatalog(uri) && !down.has(uri);
  const itemText = (uri: string) => {
    const item = items.get(uri);
    if (item === undefined || !canBeAdded(uri)) return undefined;
    return JSON.stringify((JSON.parse(entryJson(item, "there", null, "item")) as { item: unknown }).item);
  };
  const lateness = () => ({ contentsMs: below(25_000), snapshotIdMs: below(60_000) });
  const generation = (["items", "tracks", "both"] as const)[below(3)]!;
  const world = await startRestoreWorld(changingLibrary([served]), { itemOf: itemText, lateness, generation });
  try {
    const isInPlace = below(2) === 0;
    const shown = { entries: current.map((uri) => ({ uri, name: "", by: "" })) };
    const into = isInPlace
      ? { playlistId: served.id, shown }
      : { name: `${now.name} (as of a day)`, description: "As of a day" };
    const job: RestoreJob = { old, into, others: new Map(), substitutes: false };
    world.standIn.setMisbehave(misbehaviourOf(random, 0.15, world.standIn.expireAccessTokens));
    const { runs, playlistId } = await runUntilDone(world, job, () => ({ at: 1 + below(25), isSent: below(2) === 0 }));

    assert.equal(urisOf(world.library.current(playlistId)), wantedList(old, isInPlace ? current : [], canBeAdded));
    const lists = world.library.playlistsAt(new Date(world.effects.now() + 3_600_000));
    assert.equal(lists.length, isInPlace ? 1 : 2, "no playlist is made twice");
    assert.is(world.record, undefined);
    return { runs, requests: world.standIn.requests.length };
  } finally {
    await world.close();
  }
}

async function runUntilDone(world: RestoreWorld, job: RestoreJob, kill: () => { at: number; isSent: boolean }) {
  for (let runs = 1; runs <= mostRuns; runs += 1) {
    try {
      // The last runs are not killed, so that the longest list ends.
      const { playlistId } = await world.restore(job, runs < mostRuns / 2 ? kill() : undefined);
      return { runs, playlistId };
    } catch (error) {
      // Spotify can fail, or refuse a token, at every try; a user then runs the command again.
      if (!(error instanceof Killed) && !["TRANSIENT", "APP_REFUSED"].includes(errorCode(error) ?? "")) throw error;
    }
  }
  throw new Error(`not done after ${mostRuns} runs`);
}
