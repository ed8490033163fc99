import { statePrefix } from "../transforms/keys";
import type { ObjectStore } from "./types";

/** What is remembered of a playlist's last full read. A hint: the object that it names is checked before it is used. */
export interface PlaylistState {
  snapshotId: string;
  /** The raw object with the read. */
  key: string;
  /** The day of the read, YYYY-MM-DD. */
  snapshotDate: string;
  entries: number;
  /** Read for this market; null: none was sent. */
  market: string | null;
}

/** A playlist that is gone or closed. */
export interface UnavailablePlaylist {
  playlistId: string;
  status: number;
  cause: string;
}

/** What is remembered of a day. */
export interface DayState {
  snapshotDate: string;
  /** Nothing is left to do on that day. */
  isComplete: boolean;
  /** What the run was asked for: ids and "me". */
  wanted: string[];
  /** Ids that the day has raw objects of, as far as the runs wanted them. */
  stored: string[];
  unavailable: UnavailablePlaylist[];
  /** Ids (or "me") that are not stored and that a later try could have mended. */
  missing: string[];
  /** When the user consented with whose token the day was read, ISO 8601. Absent: no user, or not known. */
  consentedAt?: string;
}

/** When Spotify wants to be asked again. */
export interface LimitState {
  /** ISO 8601. */
  until: string;
  isQuota: boolean;
}

/** A user's token that Spotify does not take any more. */
export interface EndedConsent {
  /** Of the token in its store; never the token. */
  versionId: string;
  /** ISO 8601. */
  refusedAt: string;
}

/** What the extractor remembers between runs. */
export interface States {
  playlist(playlistId: string): Promise<PlaylistState | undefined>;
  putPlaylist(playlistId: string, state: PlaylistState): Promise<void>;
  day(snapshotDate: string): Promise<DayState | undefined>;
  putDay(state: DayState): Promise<void>;
  /** Dates of which something is remembered, oldest first. */
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
  const limitKey = `${statePrefix}limit.json`;
  const endedConsentKey = `${statePrefix}ended-consent.json`;

  /** State that can't be read counts as none: it saves requests, and nothing is lost without it. */
  async function read(key: string): Promise<unknown> {
    const bytes = await store.get(key);
    if (bytes == null) return undefined;
    try {
      return JSON.parse(Buffer.from(bytes).toString());
    } catch {
      return undefined;
    }
  }

  async function write(key: string, state: object): Promise<void> {
    await store.put(key, Buffer.from(`${JSON.stringify(state)}\n`));
  }

  return {
    playlist: async (playlistId) => (await read(playlistKey(playlistId))) as PlaylistState | undefined,
    putPlaylist: (playlistId, state) => write(playlistKey(playlistId), state),
    day: async (snapshotDate) => (await read(dayKey(snapshotDate))) as DayState | undefined,
    putDay: (state) => write(dayKey(state.snapshotDate), state),
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
