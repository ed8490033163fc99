import { gunzipSync } from "node:zlib";
import { type ExtractOptions, makeExtractDay } from "../../../spotify/extract";
import type { Effects, ObjectStore, TokenStore, UserToken } from "../../../spotify/types";
import { type Library, type ServedPlaylist, snapshotIdOf } from "../../../standin/library";
import { standInApp } from "../../../standin/tokens";
import { createTestStandIn, type TestStandIn, type TestStandInOptions } from "../standin/testStandIn";

/** Ids of the playlists that most tests use. */
export const idA = "AAAAAAAAAAAAAAAAAAAAAA";
export const idB = "BBBBBBBBBBBBBBBBBBBBBB";
export const idC = "CCCCCCCCCCCCCCCCCCCCCC";

/** A playlist of `count` small entries; `mark` makes its contents differ from another's. */
export function playlistOf(id: string, count: number, mark = ""): ServedPlaylist {
  const entries = Array.from({ length: count }, (_, position) =>
    JSON.stringify({ added_at: null, item: { id: `${mark}${position}`, type: "track" } }),
  );
  const fields = [
    ["id", JSON.stringify(id)],
    ["name", JSON.stringify(`List ${id[0]}${mark}`)],
    ["type", '"playlist"'],
  ] as const;
  return { id, fields, snapshotId: snapshotIdOf(entries), contentsNames: ["items"], entries };
}

/** So many Liked Songs, the newest first; `mark` makes them differ from others. */
export function likedEntries(count: number, mark = ""): string[] {
  return Array.from({ length: count }, (_, age) => {
    const number = `${mark}${count - age}`;
    return JSON.stringify({ added_at: `of ${number}`, track: { id: `song ${number}`, type: "track" } });
  });
}

/** A library that a test changes as it goes. */
export interface ChangingLibrary extends Library {
  playlists: ServedPlaylist[];
  /** Liked Songs, the newest first. */
  liked: readonly string[];
}

export function changingLibrary(playlists: ServedPlaylist[]): ChangingLibrary {
  return {
    playlists,
    liked: [],
    playlistsAt() {
      return this.playlists;
    },
    likedAt() {
      return this.liked;
    },
  };
}

/** An object store in memory that notes its calls. */
export interface MemoryStore extends ObjectStore {
  objects: Map<string, Uint8Array>;
  calls: string[];
}

export function memoryStore(): MemoryStore {
  const objects = new Map<string, Uint8Array>();
  const calls: string[] = [];
  return {
    objects,
    calls,
    async get(key) {
      calls.push(`get ${key}`);
      return objects.get(key);
    },
    async put(key, body, options) {
      calls.push(`put ${key}`);
      if (options?.ifAbsent === true && objects.has(key)) return false;
      objects.set(key, body);
      return true;
    },
    async update(key, change) {
      calls.push(`update ${key}`);
      const body = change(objects.get(key));
      if (body !== undefined) objects.set(key, body);
    },
    async list(prefix) {
      calls.push(`list ${prefix}`);
      return [...objects.keys()].filter((key) => key.startsWith(prefix)).sort();
    },
  };
}

/** A token store in memory, with a version for each value. */
export function memoryTokens(token?: UserToken): TokenStore & { token: UserToken | undefined } {
  let version = 1;
  return {
    token,
    async read() {
      return this.token == null ? undefined : { ...this.token, versionId: `version-${version}` };
    },
    async write(next) {
      version += 1;
      this.token = next;
    },
  };
}

/** The world of a test: a stand-in over loopback, and a clock that only waits and tests advance. */
export interface World {
  standIn: TestStandIn;
  apiUrl: string;
  accountsUrl: string;
  effects: Effects;
  /** Milliseconds slept, in order. */
  sleeps: number[];
  log: object[];
  setNow(instant: string): void;
  close(): Promise<void>;
}

export async function startWorld(options: Omit<TestStandInOptions, "clock">): Promise<World> {
  let nowMs = Date.parse("2026-11-22T06:00:00Z");
  const { default: fetch } = await import("node-fetch");
  const standIn = createTestStandIn({ ...options, clock: { now: () => new Date(nowMs) } });
  const urls = await standIn.listen();
  const sleeps: number[] = [];
  const log: object[] = [];
  const effects: Effects = {
    fetch,
    now: () => nowMs,
    sleep: async (ms) => {
      sleeps.push(ms);
      nowMs += ms;
    },
    random: () => 0,
    log: (record) => log.push(record),
  };
  const setNow = (instant: string) => {
    nowMs = Date.parse(instant);
  };
  return { standIn, ...urls, effects, sleeps, log, setNow, close: standIn.close };
}

/** Runs days in a world, with a store and a token store that stay from run to run. */
export function extractor(world: World, options: ExtractOptions, tokens = memoryTokens(), store = memoryStore()) {
  const { apiUrl, accountsUrl } = world;
  const app = async () => standInApp;
  const run = makeExtractDay({ ...world.effects, store, tokens, app }, { apiUrl, accountsUrl, ...options });
  return { run, store, tokens };
}

/** The lines of a raw object, parsed. */
export function rawLines(object: Uint8Array | undefined): { url: string; fetchedAt: string; body: unknown }[] {
  return gunzipSync(object!)
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** `METHOD /path` of the stand-in's requests since the last call, queries left out. */
export function requestsSince(world: World): string[] {
  return world.standIn.requests.splice(0).map(({ method, url }) => `${method} ${url.replace(/\?.*/, "")}`);
}

/** What a promise rejects with; throws if it resolves. */
export async function rejection(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error("expected a rejection");
}
