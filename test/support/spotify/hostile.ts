/** Runs the extractor against a server that answers requests wrongly, by a seed. */
import * as assert from "uvu/assert";
import { type ExtractOptions, type IncompleteDay, makeExtractDay } from "../../../spotify/extract";
import { standInApp } from "../../../standin/tokens";
import { likedId } from "../../../transforms/keys";
import { makeTransform } from "../../../transforms/transform";
import { randomFrom } from "../random";
import type { Misbehave, Misbehaviour } from "../standin/misbehaviours";
import { redirect } from "../standin/misbehaviours";
import { type CheckedObject, checkObject } from "./checkObject";
import {
  changingLibrary,
  idA,
  idB,
  idC,
  likedEntries,
  memoryStore,
  memoryTokens,
  playlistOf,
  startWorld,
  type World,
} from "./world";

const user = { refreshToken: "planted", consentedAt: "2026-11-01T00:00:00.000Z" };
const named = [idA, idB, idC];
const spareId = "SSSSSSSSSSSSSSSSSSSSSS";
const invocationMs = 120_000;

/** What answers wrongly: a playlist's id, `liked`, or the user's list or the accounts service. */
type Subject = string;

/** How a subject answers while it is hostile, one request after the other. */
type Answerer = (offset: number, isPage: boolean) => Misbehaviour | undefined;

/** Time that passes before an answer; the client's own time limit ends it. */
interface Slow {
  passMs: number;
}

function subjectOf(path: string): Subject {
  const id = /^\/v1\/playlists\/([^/]+)/.exec(path)?.[1];
  if (id !== undefined) return id;
  if (path === "/api/token") return "token";
  return path === "/v1/me/playlists" ? "list" : likedId;
}

/** One way to answer wrongly. @param harmless collects changed bodies that can still be stored */
function answererOf(subject: Subject, random: () => number, harmless: Set<string>): Answerer {
  const choose = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const replace = (body: string): Misbehaviour => ({ status: 200, body });
  const alter = (change: (right: string) => string): Misbehaviour => ({ alter: change });
  const alterHarmlessly = (change: (right: string) => string): Misbehaviour =>
    alter((right) => {
      const changed = change(right);
      harmless.add(changed);
      return changed;
    });
  const total = choose(["1000000000", "null", '"many"', "-1", "1e400"]);
  const kinds: readonly Answerer[] = [
    () => replace('{"error":{"status":502,"message":""}}'),
    () => replace(choose(["{}", "null", "[]", '"x"', '{"items":{}}'])),
    () => replace('{"type":"artist","id":"x","name":"Another type"}'),
    // Another list of the requested kind could not be distinguished from the right one.
    () =>
      replace(`{"items":[{"type":"${subject === "list" ? "artist" : "playlist"}"}],"limit":50,"offset":0,"total":1}`),
    () =>
      alter((right) => {
        // Another user's list cannot be distinguished from the user's own.
        if (right.includes("/me/playlists?")) return "{}";
        return right.replace(/[A-Z]{22}/g, spareId).replaceAll("/me/tracks", `/playlists/${spareId}/items`);
      }),
    // Of a playlist this leaves embedded entries that do not count.
    (_, isPage) => (isPage ? alter : alterHarmlessly)((right) => right.replace(/"offset":\d+/, '"offset":7')),
    () => alterHarmlessly((right) => right.replace(/"total":\d+/g, `"total":${total}`)),
    () => (random() < 0.1 ? alter((right) => right + " ".repeat(17 * 1024 ** 2)) : undefined),
    () => redirect("/v1/stolen"),
    () => ({ cut: choose(["before", "middle"] as const) }),
    () => ({ badJson: true }),
    () => ({ status: choose([201, 204, 206, 400, 410, 418, 451, 500]) }),
    (offset) => (offset > 0 ? { status: choose([403, 404]) } : { status: 500 }),
  ];
  // Such a page alone is a right one: only that they do not end shows it.
  if (random() < 0.1) return (offset, isPage) => (isPage ? replace(endlessPage(offset)) : undefined);
  const kind = choose(kinds);
  return (offset, isPage) => (random() < 0.3 ? undefined : kind(offset, isPage));
}

function endlessPage(offset: number): string {
  const items = Array.from({ length: 50 }, () => ({ added_at: "endless", item: null }));
  return JSON.stringify({ items, limit: 50, offset, total: 1e9 });
}

/** @throws what does not hold */
export async function runHostile(seed: number): Promise<void> {
  const random = randomFrom(seed);
  const choose = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const library = changingLibrary(named.map((id) => playlistOf(id, choose([0, 7, 100, 130, 260]))));
  library.liked = likedEntries(choose([0, 30, 120, 700]));
  const versions = new Map<Subject, (readonly string[])[]>();
  function remember(): void {
    for (const { id, entries } of library.playlists) versions.set(id, [...(versions.get(id) ?? []), entries]);
    versions.set(likedId, [...(versions.get(likedId) ?? []), library.liked]);
  }
  remember();
  const world = await startWorld({
    library,
    mine: named,
    refreshTokens: [user],
    keepBodies: true,
    generation: choose(["items", "tracks", "both"] as const),
  });
  try {
    const wanted = choose([["library"], [...named, likedId], named]);
    const asUser = wanted !== named || random() < 0.5;
    const hostile = new Map<Subject, Answerer>();
    const harmless = new Set<string>();
    world.standIn.setMisbehave(misbehaveOf(hostile));
    const runs = makeRuns(world, { playlists: wanted }, { asUser, hostile, harmless, random });
    const ids = wanted === named ? named : [...named, likedId];
    for (let day = 0; day < 3; day += 1) {
      const isLast = day === 2;
      for (let hour = 6; hour < 9; hour += 1) {
        hostile.clear();
        const subjects = [...ids, ...(random() < 0.2 ? ["list"] : []), ...(random() < 0.1 ? ["token"] : [])];
        const isCalm = hour === 8 && (isLast || random() < 0.5);
        for (const subject of subjects)
          if (!isCalm && random() < 0.5) hostile.set(subject, answererOf(subject, random, harmless));
        const date = `2026-11-${22 + day}`;
        await runs.run(new Date(`${date}T0${hour}:00:00Z`));
        const stored = await runs.check(date, versions);
        const isExcused = hostile.has("token") || (hostile.has("list") && wanted[0] === "library");
        const missing = ids.filter((id) => !hostile.has(id) && !stored.includes(id));
        if (!isExcused) assert.equal(missing, [], `${date} at ${hour}: served right, and not stored`);
      }
      if (random() < 0.7) library.playlists[0] = playlistOf(idA, choose([0, 99, 101, 150]), `day ${day} `);
      if (random() < 0.7) library.liked = [...likedEntries(1, `day ${day} `), ...library.liked];
      remember();
    }
    const isRedirected = world.standIn.requests.some(({ url }) => url.includes("stolen"));
    assert.not.ok(isRedirected, "a redirect was followed");
  } finally {
    await world.close();
  }
}

function misbehaveOf(hostile: ReadonlyMap<Subject, Answerer>): Misbehave {
  return ({ path, query }) => hostile.get(subjectOf(path))?.(Number(query.get("offset") ?? 0), query.has("offset"));
}

interface Story {
  asUser: boolean;
  hostile: ReadonlyMap<Subject, Answerer>;
  harmless: ReadonlySet<string>;
  random: () => number;
}

/** Runs in simulated time: waits and slow answers move the clock, and the invocation ends by it. */
function makeRuns(world: World, options: ExtractOptions, { asUser, hostile, harmless, random }: Story) {
  const store = memoryStore();
  const { effects, apiUrl, accountsUrl } = world;
  const seen = new Map<string, Buffer>();
  const checked = new Map<string, CheckedObject[]>();
  const transform = makeTransform();
  let slow: Slow | undefined;

  const fetch: typeof effects.fetch = async (url, init) => {
    const subject = subjectOf(new URL(url).pathname);
    if (hostile.has(subject) && random() < 0.3) slow = { passMs: choosePassMs(random) };
    const passMs = slow?.passMs ?? 0;
    slow = undefined;
    const allowedMs = allowed.at(-1) ?? 0;
    await effects.sleep(Math.min(passMs, allowedMs));
    if (passMs >= allowedMs) throw new DOMException("timeout", "TimeoutError");
    return effects.fetch(url, init);
  };
  const allowed: number[] = [];
  const extractDay = makeExtractDay(
    { ...effects, fetch, store, tokens: memoryTokens(asUser ? user : undefined), app: async () => standInApp },
    { apiUrl, accountsUrl, ...options },
  );

  async function run(instant: Date): Promise<void> {
    world.setNow(instant.toISOString());
    const remainingMs = () => instant.getTime() + invocationMs - effects.now();
    const { timeout } = AbortSignal;
    AbortSignal.timeout = (ms) => {
      allowed.push(ms);
      return timeout(10_000);
    };
    try {
      await extractDay({ remainingMs });
    } catch (error) {
      const { code, failures } = error as IncompleteDay;
      assert.is(code, "INCOMPLETE", String((error as Error).stack));
      const unexplained = failures.filter((failure) => failure.code === undefined);
      assert.equal(unexplained, []);
    } finally {
      AbortSignal.timeout = timeout;
    }
    assert.ok(remainingMs() > 0, `${instant.toISOString()}: the run ended within its time`);
  }

  /** The ids that are stored for a day. Each new object is compared with what was served, and transformed. */
  async function check(
    date: string,
    versions: ReadonlyMap<Subject, readonly (readonly string[])[]>,
  ): Promise<string[]> {
    const prefix = `playlists/snapshot_date=${date}/`;
    const stored: string[] = [];
    for (const [key, object] of store.objects) {
      if (!key.startsWith("playlists/")) continue;
      const id = key.slice(prefix.length, -".jsonl.gz".length);
      if (key.startsWith(prefix)) stored.push(id);
      const before = seen.get(key);
      if (before !== undefined) {
        assert.ok(before.equals(object), `${key} was written twice`);
        continue;
      }
      seen.set(key, Buffer.from(object));
      const earlier = checked.get(id) ?? [];
      const answers = world.standIn.requests.map((one) => ({ ...one, isRight: one.isRight || harmless.has(one.body) }));
      const found = checkObject(id, object, { answers, versions: versions.get(id)!, earlier });
      checked.set(id, [...earlier, found]);
      assert.ok(found.isConsistent || hostile.has(id), `${key}: it was not edited`);
      const [tables] = await transform(oneChunk(object), `${id}.jsonl.gz`);
      assert.equal([tables?.playlistId, tables?.entries], [id, found.entries.length]);
    }
    return stored;
  }

  return { run, check };
}

function choosePassMs(random: () => number): number {
  return [5_000, 20_000, 31_000, 600_000][Math.floor(random() * 4)]!;
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
