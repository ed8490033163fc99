import { existsSync } from "node:fs";
import path from "node:path";
import type { Clock } from "../../emulator/clock";
import { myPlaylistsWord, parseWanted } from "../../spotify/playlistId";
import type { AppCredentials } from "../../spotify/types";
import { fromFiles } from "../../standin/fromFiles";
import { firstSampleDay, sampleLibrary } from "../../standin/sampleLibrary";
import type { StandInOptions } from "../../standin/spotify";
import { standInApp } from "../../standin/tokens";
import { likedId } from "../../transforms/keys";
import { wrongUse } from "../errors";
import { serveSpotify } from "./standIn";
import type { Origin } from "./state";

/** The app's credentials, and the user's consent if there is one. */
export interface Credentials extends AppCredentials {
  readonly refreshToken?: string;
}

/** Where a local run reads Spotify from. */
export interface Source {
  /** `sample`, `spotify`, or the absolute path of the served files. */
  readonly origin: string;
  /** The name of the state folder under `.playlake/`. */
  readonly stateName: string;
  /** Notes for the user before it is read, one sentence each. @default none */
  readonly notes?: readonly string[];
  /** Ids, URIs or links. */
  readonly playlists: readonly string[];
  readonly credentials: Credentials;
  /** The first day of a simulation, YYYY-MM-DD. @default runs use the machine's time */
  readonly firstDay?: string | undefined;
  /** Makes it reachable. The variables give the extractor its address. */
  open(clock: Clock): Promise<{ environment: Record<string, string>; close(): Promise<void> }>;
}

/** The user's choice of a source. */
interface SourceRequest {
  /** Whether the samples are requested. @default they are read if there is nothing else */
  readonly sample?: boolean;
  /** A file or folder that a stand-in serves. */
  readonly from: string | undefined;
  readonly playlists: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** The state of runs against Spotify. A run without playlists reads those of the last run. */
  readonly remembered: Origin | undefined;
  /** The last command's lake, if it is another one. */
  readonly last?: Origin | undefined;
}

/** A state folder's name, made from the served path. */
function stateNameOf(file: string): string {
  const name = path.basename(file).replace(/(\.(jsonl|ndjson|json|gz))+$/, "");
  return name.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[.-]+/, "") || "files";
}

/** The samples' user, whose Liked Songs are read. A simulation can run for years, so this consent never ends. */
const sampleUser = { refreshToken: "playlake-sample-user", consentedAt: "9999-01-01T00:00:00Z" } as const;

async function openStandIn(options: StandInOptions) {
  const { apiUrl, accountsUrl, close } = await serveSpotify(options);
  return { environment: { SPOTIFY_API_URL: apiUrl, SPOTIFY_ACCOUNTS_URL: accountsUrl }, close };
}

async function filesSource(file: string, playlists: readonly string[]): Promise<Source> {
  if (!existsSync(file)) throw new Error(`--from: ${file} does not exist`);
  const library = await fromFiles(file);
  return {
    origin: file,
    stateName: stateNameOf(file),
    notes: library.notes ?? [],
    playlists: playlists.length > 0 ? playlists : library.playlistsAt(new Date()).map(({ id }) => id),
    credentials: standInApp,
    open: (clock) => openStandIn({ library, clock }),
  };
}

function sampleSource(): Source {
  const library = sampleLibrary();
  const first = library.playlistsAt(new Date(`${firstSampleDay}T12:00:00Z`));
  return {
    origin: "sample",
    stateName: "sample",
    playlists: [...first.map((playlist) => playlist.id), likedId],
    credentials: { ...standInApp, refreshToken: sampleUser.refreshToken },
    firstDay: firstSampleDay,
    open: (clock) => openStandIn({ library, clock, refreshTokens: [sampleUser] }),
  };
}

/** The address in a variable. @throws if it is not an address */
function checkAddress(variable: string, value: string): string {
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return value;
  throw new Error(`${variable}: got "${value}", expected an address such as http://127.0.0.1:8080`);
}

function spotifySource(playlists: readonly string[], env: NodeJS.ProcessEnv): Source {
  const { SPOTIFY_CLIENT_ID: clientId = "", SPOTIFY_CLIENT_SECRET: clientSecret = "", SPOTIFY_REFRESH_TOKEN } = env;
  const environment: Record<string, string> = {};
  for (const name of ["SPOTIFY_API_URL", "SPOTIFY_ACCOUNTS_URL"]) {
    if (env[name]) environment[name] = checkAddress(name, env[name]);
  }
  return {
    origin: "spotify",
    stateName: "spotify",
    playlists,
    credentials: { clientId, clientSecret, ...(SPOTIFY_REFRESH_TOKEN ? { refreshToken: SPOTIFY_REFRESH_TOKEN } : {}) },
    open: async () => ({ environment, close: async () => undefined }),
  };
}

/**
 * The source of a run: the named files, Spotify itself, or the samples. The samples never replace the user's own history:
 * they are read if there is no app, no login and no other lake, or if they are requested.
 * @throws wrong use that says what is missing
 */
export async function chooseSource({ sample, from, playlists, env, remembered, last }: SourceRequest): Promise<Source> {
  const wrong = playlists.find((playlist) => parseWanted(playlist) === undefined);
  if (wrong !== undefined) {
    throw wrongUse(`--playlist: got "${wrong}", expected a playlist's id, URI or link, such as 3cEYpjA9oz9GiPac4AsH4n`);
  }
  if (sample === true) {
    if (from !== undefined || playlists.length > 0) throw wrongUse("--sample does not go with --from or --playlist");
    return sampleSource();
  }
  if (from !== undefined) return filesSource(path.resolve(from), playlists);
  const missing = ["SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET"].filter((name) => !env[name]);
  if (missing.length === 1)
    throw wrongUse(`${missing[0]} is not set: SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET go together; ${orSamples}`);
  const known = remembered?.source === "spotify" ? remembered.playlists : [];
  // As after a login, if only the token is given.
  const fallback = known.length === 0 && env.SPOTIFY_REFRESH_TOKEN ? [myPlaylistsWord] : known;
  const asked = playlists.length > 0 ? playlists : fallback;
  if (missing.length === 0) {
    if (asked.length > 0) return spotifySource(asked, env);
    throw wrongUse(
      `the app's id and secret are set, but nobody is logged in: run npx playlake login, or name --playlist LINK; ${orSamples}`,
    );
  }
  if (playlists.length > 0) {
    throw wrongUse(
      "--playlist reads Spotify itself: set SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET, or give --from PATH",
    );
  }
  const own = known.length > 0 ? remembered : last;
  if (own === undefined || own.source === "sample") return sampleSource();
  const next = {
    spotify: "set SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET to continue it",
    import: "npx playlake import adds to it",
  }[own.source];
  throw wrongUse(
    `there is a lake of ${describeOrigin(own)}: ${next ?? `give --from ${own.source} to continue it`}; ${orSamples}`,
  );
}

const orSamples = "npx playlake --sample reads the sample playlists";

/** A lake's content, in a few words. */
export function describeOrigin({ source, playlists }: Origin): string {
  if (source === "sample") return "the sample playlists";
  if (source === "import") return "imported files";
  if (source !== "spotify") return `files in ${source}`;
  const lists = { me: "your playlists", liked: "your Liked Songs" };
  const named = playlists.filter((playlist) => !(playlist in lists)).length;
  const parts = Object.entries(lists).flatMap(([word, text]) => (playlists.includes(word) ? [text] : []));
  if (named > 0) parts.push(named === 1 && parts.length === 0 ? `the playlist ${playlists[0]}` : `${named} playlists`);
  return `${parts.length === 0 ? "playlists" : parts.join(" and ")}, from Spotify`;
}

/**
 * The source of a state's earlier runs, for work on its stored data.
 * @param readsSpotify whether functions that read Spotify can run; if false, Spotify gets no requests
 * @throws wrong use if the history's credentials are missing
 */
export async function sourceForWork(
  { source, playlists }: Origin,
  readsSpotify: boolean,
  env: NodeJS.ProcessEnv,
): Promise<Source> {
  if (!readsSpotify) {
    // The program requires playlists and credentials even so.
    const sample = sampleSource();
    return {
      ...sample,
      playlists: playlists.length > 0 ? playlists : sample.playlists,
      // Without the samples' token, which would replace the user's.
      credentials: standInApp,
      firstDay: undefined,
      open: async () => ({ environment: {}, close: async () => undefined }),
    };
  }
  if (source === "sample") return sampleSource();
  if (source === "import") return sourceForWork({ source, playlists }, false, env);
  if (source !== "spotify") return filesSource(source, playlists);
  return chooseSource({ from: undefined, playlists: [], env, remembered: { source, playlists } });
}

/** Playlists as ids, `me` and `liked`, for a state's record. */
export function playlistIds(playlists: readonly string[]): string[] {
  return playlists.flatMap((playlist) => parseWanted(playlist) ?? [playlist]);
}
