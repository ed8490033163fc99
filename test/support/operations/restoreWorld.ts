import { type Restored, type RestoreJob, restore } from "../../../operations/restore/execute";
import type { RecordStore, RestoreRecord } from "../../../operations/restore/record";
import { makeSpotifyClient } from "../../../spotify/client";
import { entryUri } from "../../../spotify/entryUri";
import { makeSession } from "../../../spotify/session";
import type { Effects } from "../../../spotify/types";
import { makePlaylistWriter } from "../../../spotify/writePlaylist";
import type { Library, ServedPlaylist } from "../../../standin/library";
import { standInApp } from "../../../standin/tokens";
import { type WritableLibrary, writableLibrary } from "../../../standin/writableLibrary";
import { makeEntryReader } from "../../../transforms/entries";
import { makeValues } from "../../../transforms/values";
import { memoryTokens, startWorld, type World } from "../spotify/world";
import { type Lateness, lateLibrary } from "../standin/lateLibrary";
import type { Misbehave } from "../standin/misbehaviours";
import type { TestStandInOptions } from "../standin/testStandIn";

const refreshToken = "restoring";
const scope =
  "playlist-read-private playlist-read-collaborative playlist-modify-private playlist-modify-public user-library-read";

/** A stand-in that takes writes, and what restores find there. */
export interface RestoreWorld extends World {
  library: WritableLibrary;
  /** The record of the restore that a test runs; undefined if none is unfinished. */
  record: RestoreRecord | undefined;
  /**
   * Runs a restore in a separate process, which is killed at a request.
   * @param kill the number of the request, from 1, and whether Spotify still gets it. @default not killed
   */
  restore(job: RestoreJob, kill?: { at: number; isSent: boolean }): Promise<Restored>;
}

/** The error of a killed process. */
export class Killed extends Error {}

export interface RestoreWorldOptions extends Partial<Omit<TestStandInOptions, "clock" | "library">> {
  misbehave?: Misbehave;
  /** As of the writable library. */
  itemOf?: (uri: string) => string | undefined;
  /** Called for each write. @default reads serve each write at once */
  lateness?: () => Lateness;
}

export async function startRestoreWorld(base: Library, options: RestoreWorldOptions = {}): Promise<RestoreWorld> {
  const { itemOf, lateness, misbehave, ...served } = options;
  const clock = { now: () => new Date(world?.effects.now() ?? 0) };
  const punctual = writableLibrary(base, { clock, ...(itemOf === undefined ? {} : { itemOf }) });
  const library = lateness === undefined ? punctual : lateLibrary(punctual, clock, lateness);
  const refreshTokens = [{ refreshToken, scope, consentedAt: "2026-11-20T00:00:00Z" }];
  const world: World = await startWorld({ library, refreshTokens, ...served });
  world.standIn.setMisbehave(misbehave);
  const restoring: RestoreWorld = {
    ...world,
    library,
    record: undefined,
    async restore(job, kill) {
      const { effects, isAlive } = mortal(world.effects, kill);
      const records: RecordStore = {
        load: () => structuredClone(restoring.record),
        save: (record) => {
          isAlive();
          restoring.record = structuredClone(record);
        },
        remove: () => {
          isAlive();
          restoring.record = undefined;
        },
      };
      const { apiUrl, accountsUrl } = world;
      const tokens = memoryTokens({ refreshToken });
      const settings = { apiUrl, accountsUrl, tokens, app: async () => standInApp };
      const session = makeSession(effects, settings);
      const client = makeSpotifyClient(effects, settings, session);
      const tools = { client, writer: makePlaylistWriter(session), effects, records, tell: () => undefined };
      return restore(tools, job);
    },
  };
  return restoring;
}

/** Effects of a process that is killed at a request: nothing works afterwards. */
function mortal(effects: Effects, kill: { at: number; isSent: boolean } | undefined) {
  let requests = 0;
  let isKilled = false;
  const isAlive = () => {
    if (isKilled) throw new Killed();
  };
  return {
    isAlive,
    effects: {
      ...effects,
      fetch: async (...request: Parameters<Effects["fetch"]>) => {
        isAlive();
        requests += 1;
        isKilled = requests === kill?.at;
        if (isKilled && kill?.isSent === true) await effects.fetch(...request).catch(() => undefined);
        isAlive();
        return effects.fetch(...request);
      },
      sleep: async (ms: number) => {
        isAlive();
        await effects.sleep(ms);
      },
    },
  };
}

const { trackKey, key } = makeValues();
const readEntry = makeEntryReader();

/** The URIs of a playlist's entries, read from what the stand-in serves without any code of the restore. */
export function urisOf(playlist: ServedPlaylist | undefined): string[] {
  return (playlist?.entries ?? []).map((text) => {
    const { type, item } = readEntry(JSON.parse(text));
    return entryUri(type, type === "track" ? trackKey(item) : type === "episode" ? key(item) : "");
  });
}
