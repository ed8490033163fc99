// The connection to Spotify, with a consent to write that only this command gets.
import type { Lake } from "../../lake";
import { openSampleSpotify, type SpotifyAccess } from "../../lake/local/standIn";
import { readOrigin } from "../../lake/local/state";
import { stackTokenStore } from "../../lake/tokenStore";
import { makeSpotifyClient } from "../../spotify/client";
import { makeSession } from "../../spotify/session";
import type { AppCredentials, TokenStore, UserToken } from "../../spotify/types";
import { makePlaylistWriter } from "../../spotify/writePlaylist";
import { accountsUrlOf, appOf, consentSettings, networkEffects, noApp, readScopes } from "../login/consent";

type ConsentCall = Parameters<typeof consentSettings>[0];

/** Whether a lake holds the samples: then the stand-in takes the writes. */
export function isSample({ identity }: Lake): boolean {
  return "state" in identity && readOrigin(identity.state)?.source === "sample";
}

/**
 * Has the user consent that playlists are written, and connects. The token is held in memory, and is gone when the command
 * ends.
 * @param isInPlace whether an existing playlist is written, which may be public; a new one is private
 * @param day the day of the sample playlists, YYYY-MM-DD
 * @throws wrong use if there is no app; as `login`
 */
export async function connect(lake: Lake, call: ConsentCall, isInPlace: boolean, day: string) {
  const scopes = [...readScopes, "playlist-modify-private", ...(isInPlace ? ["playlist-modify-public"] : [])];
  const access = isSample(lake)
    ? await openSampleSpotify(day, scopes.join(" "))
    : await logInToWrite(lake, scopes, call);
  const effects = await networkEffects();
  const { apiUrl, accountsUrl, app } = access;
  let token: UserToken = { refreshToken: access.refreshToken };
  const tokens: TokenStore = {
    read: async () => token,
    write: async (next) => {
      token = next;
    },
  };
  const settings = { apiUrl, accountsUrl, tokens, app: async () => app };
  const session = makeSession(effects, settings);
  return {
    client: makeSpotifyClient(effects, settings, session),
    writer: makePlaylistWriter(session),
    effects,
    close: access.close,
  };
}

async function logInToWrite(lake: Lake, scopes: readonly string[], call: ConsentCall): Promise<SpotifyAccess> {
  const { command, terminal } = call;
  const ask = consentSettings(call);
  const app = appOf(command, terminal.env) ?? (await appOfStack(lake, terminal));
  if (app === undefined) throw noApp(command);
  const { refreshToken } = await ask(app, scopes);
  const apiUrl = (terminal.env.SPOTIFY_API_URL || "https://api.spotify.com/v1").replace(/\/+$/, "");
  return { apiUrl, accountsUrl: accountsUrlOf(terminal.env), app, refreshToken, close: async () => undefined };
}

async function appOfStack({ identity }: Lake, terminal: ConsentCall["terminal"]): Promise<AppCredentials | undefined> {
  if (!("stack" in identity)) return undefined;
  const store = await stackTokenStore(identity.stack, terminal);
  try {
    return await store.readApp();
  } finally {
    store.close();
  }
}
