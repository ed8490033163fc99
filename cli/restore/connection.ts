// The connection to Spotify, with a consent to write that only this command gets.
import type { Lake } from "../../lake";
import { openSampleSpotify, type SpotifyAccess } from "../../lake/local/sampleSpotify";
import { readOrigin } from "../../lake/local/state";
import { stackTokenStore } from "../../lake/tokenStore";
import { makeSpotifyClient, type SpotifyClient } from "../../spotify/client";
import { makeSession } from "../../spotify/session";
import type { AppCredentials, Effects, TokenStore, UserToken } from "../../spotify/types";
import { makePlaylistWriter, type PlaylistWriter } from "../../spotify/writePlaylist";
import type { OptionValues, Terminal } from "../command";
import { accountsUrlOf, appOf, consentSettings, noApp } from "../login/ask";
import { networkEffects, readScopes } from "../login/consent";

/** What a new private playlist needs. */
const writeScopes = [...readScopes, "playlist-modify-private"];
/** What a playlist that may be public needs, too. */
const publicScope = "playlist-modify-public";

export interface Connection {
  readonly client: SpotifyClient;
  readonly writer: PlaylistWriter;
  readonly effects: Effects;
  close(): Promise<void>;
}

/** Whether a lake holds the samples: then the stand-in takes the writes. */
export function isSample({ identity }: Lake): boolean {
  return "state" in identity && readOrigin(identity.state)?.source === "sample";
}

/**
 * Has the user consent that playlists are written, and connects. The token is held in memory, and is gone when the command
 * ends.
 * @param isInPlace whether an existing playlist is written, which may be public
 * @param day the day of the sample playlists, YYYY-MM-DD
 * @throws wrong use if there is no app; as `login`
 */
export async function connect(
  lake: Lake,
  { isInPlace, day, values, terminal }: { isInPlace: boolean; day: string; values: OptionValues; terminal: Terminal },
): Promise<Connection> {
  const scopes = isInPlace ? [...writeScopes, publicScope] : writeScopes;
  const access = isSample(lake)
    ? await openSampleSpotify(day, scopes.join(" "))
    : await logInToWrite(lake, scopes, values, terminal);
  const effects = await networkEffects();
  const { apiUrl, accountsUrl, app } = access;
  const tokens = tokenInMemory({ refreshToken: access.refreshToken });
  const settings = { apiUrl, accountsUrl, tokens, app: async () => app };
  const session = makeSession(effects, settings);
  return {
    client: makeSpotifyClient(effects, settings, session),
    writer: makePlaylistWriter(session),
    effects,
    close: access.close,
  };
}

function tokenInMemory(first: UserToken): TokenStore {
  let token = first;
  return {
    read: async () => token,
    write: async (next) => {
      token = next;
    },
  };
}

async function logInToWrite(
  lake: Lake,
  scopes: readonly string[],
  values: OptionValues,
  terminal: Terminal,
): Promise<SpotifyAccess> {
  const ask = consentSettings(values, terminal);
  const app = appOf("restore", terminal.env) ?? (await appOfStack(lake, terminal));
  if (app === undefined) throw noApp("restore");
  let refreshToken = "";
  await ask({
    app,
    scopes,
    command: "npx playlake restore",
    keep: async (token) => {
      refreshToken = token.refreshToken;
    },
  });
  return {
    apiUrl: (terminal.env.SPOTIFY_API_URL || "https://api.spotify.com/v1").replace(/\/+$/, ""),
    accountsUrl: accountsUrlOf(terminal.env),
    app,
    refreshToken,
    close: async () => undefined,
  };
}

async function appOfStack({ identity }: Lake, terminal: Terminal): Promise<AppCredentials | undefined> {
  if (!("stack" in identity)) return undefined;
  const store = await stackTokenStore(identity.stack, terminal);
  try {
    return await store.readApp();
  } finally {
    store.close();
  }
}
