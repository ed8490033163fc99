import { statePrefix } from "../transforms/keys";
import type { LimitState } from "./rateLimit";
import type { ObjectStore } from "./types";

/** A playlist's last full read. It is only a hint: the object that it names is checked before it is used. */
export interface PlaylistState {
  /** The playlist's snapshot id; for Liked Songs, which have none, see `contentsIdOf`. */
  snapshotId: string;
  /** The raw object with the read. */
  key: string;
  /** The day of the read, YYYY-MM-DD. */
  snapshotDate: string;
  entries: number;
  /** The market that was sent; null if none was. */
  market: string | null;
}

/** A read of a long list that was cut short. */
export interface PartialRead {
  contentsId: string;
  market: string | null;
  /** The day of the read, YYYY-MM-DD. */
  snapshotDate: string;
  /** Entries in `lines`. */
  entries: number;
  total: number | undefined;
  /** The offset of the next page; undefined if only the closing response is missing. */
  nextOffset: number | undefined;
  /** The raw lines, gzipped. */
  lines: Uint8Array;
}

/** A playlist that is gone or closed. */
export interface UnavailablePlaylist {
  playlistId: string;
  status: number;
  cause: string;
  /** It comes from the user's list alone, and was unavailable on an earlier day, too: there is nothing new to attend to. */
  isOld?: true;
}

/** A day's state after its last run. */
export interface DayState {
  snapshotDate: string;
  /** Nothing is left to do for that day. */
  isComplete: boolean;
  /** What the run was asked for: ids and "me". */
  wanted: string[];
  /** Wanted ids that have a raw object of the day. */
  stored: string[];
  unavailable: UnavailablePlaylist[];
  /** Ids (or "me") that are not stored, for a reason that can be temporary. */
  missing: string[];
  /** Those of `missing` whose own requests failed in the last run. Absent in states of earlier versions. */
  failed?: string[];
  /** When the user whose token was used consented, ISO 8601. Absent if there was no user, or it is not known. */
  consentedAt?: string;
}

/** A user's token that Spotify no longer accepts. */
interface EndedConsent {
  /** The version id of the token in its store; never the token itself. */
  versionId: string;
  /** ISO 8601. */
  refusedAt: string;
}

/** What the extractor keeps between runs. */
export interface States {
  playlist(playlistId: string): Promise<PlaylistState | undefined>;
  putPlaylist(playlistId: string, state: PlaylistState): Promise<void>;
  partial(playlistId: string): Promise<PartialRead | undefined>;
  putPartial(playlistId: string, read: Omit<PartialRead, "lines">, lines: Uint8Array): Promise<void>;
  removePartial(playlistId: string): Promise<void>;
  day(snapshotDate: string): Promise<DayState | undefined>;
  /** @param stays keeps the existing state, also one that a concurrent run writes at this moment. @default it is replaced */
  putDay(state: DayState, stays?: (existing: DayState) => boolean): Promise<void>;
  /** Dates that have a state, oldest first. */
  days(): Promise<string[]>;
  limit(): Promise<LimitState | undefined>;
  putLimit(state: LimitState): Promise<void>;
  endedConsent(): Promise<EndedConsent | undefined>;
  putEndedConsent(state: EndedConsent): Promise<void>;
}

export function makeStates(store: ObjectStore): States {
  const daysPrefix = `${statePrefix}days/`;
  const dayKey = (snapshotDate: string) => `${daysPrefix}${snapshotDate}.json`;
  const playlistKey = (playlistId: string) => `${statePrefix}playlists/${playlistId}.json`;
  /** One line of JSON, then the gzipped raw lines. */
  const partialKey = (playlistId: string) => `${statePrefix}playlists/${playlistId}.partial`;
  const limitKey = `${statePrefix}limit.json`;
  const endedConsentKey = `${statePrefix}ended-consent.json`;

  /** State that cannot be read counts as missing. State only saves requests; nothing is lost without it. */
  async function read(key: string): Promise<unknown> {
    const bytes = await store.get(key);
    return bytes == null ? undefined : parse(bytes);
  }

  function parse(bytes: Uint8Array): unknown {
    try {
      return JSON.parse(Buffer.from(bytes).toString());
    } catch {
      return undefined;
    }
  }

  const bytesOf = (state: object) => Buffer.from(`${JSON.stringify(state)}\n`);

  async function write(key: string, state: object): Promise<void> {
    await store.put(key, bytesOf(state));
  }

  return {
    playlist: async (playlistId) => (await read(playlistKey(playlistId))) as PlaylistState | undefined,
    putPlaylist: (playlistId, state) => write(playlistKey(playlistId), state),
    async partial(playlistId) {
      const bytes = await store.get(partialKey(playlistId));
      const end = bytes?.indexOf(10) ?? -1;
      if (bytes == null || end < 0) return undefined;
      const read = parse(bytes.subarray(0, end)) as Omit<PartialRead, "lines"> | undefined;
      return read == null ? undefined : { ...read, lines: bytes.subarray(end + 1) };
    },
    async putPartial(playlistId, read, lines) {
      await store.put(partialKey(playlistId), Buffer.concat([Buffer.from(`${JSON.stringify(read)}\n`), lines]));
    },
    async removePartial(playlistId) {
      // The extractor's role cannot delete objects. An empty one counts as missing.
      await store.put(partialKey(playlistId), Buffer.alloc(0));
    },
    day: async (snapshotDate) => (await read(dayKey(snapshotDate))) as DayState | undefined,
    async putDay(state, stays) {
      const key = dayKey(state.snapshotDate);
      if (stays == null) return write(key, state);
      await store.update(key, (bytes) => {
        const existing = bytes && (parse(bytes) as DayState | undefined);
        return existing != null && stays(existing) ? undefined : bytesOf(state);
      });
    },
    async days() {
      const keys = await store.list(daysPrefix);
      return keys.map((key) => key.slice(daysPrefix.length, -".json".length)).sort();
    },
    limit: async () => (await read(limitKey)) as LimitState | undefined,
    putLimit: (state) => write(limitKey, state),
    endedConsent: async () => (await read(endedConsentKey)) as EndedConsent | undefined,
    putEndedConsent: (state) => write(endedConsentKey, state),
  };
}
