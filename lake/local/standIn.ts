import { createLoopbackServer } from "../../emulator/loopback";
import { datesBetween } from "../../spotify/days";
import type { AppCredentials } from "../../spotify/types";
import { firstSampleDay, sampleLibrary } from "../../standin/sampleLibrary";
import { createSpotify, type StandInOptions } from "../../standin/spotify";
import { standInApp } from "../../standin/tokens";
import { servedItems, writableLibrary } from "../../standin/writableLibrary";

/** How a Spotify is reached, and a token of its user. */
export interface SpotifyAccess {
  readonly apiUrl: string;
  readonly accountsUrl: string;
  readonly app: AppCredentials;
  readonly refreshToken: string;
  close(): Promise<void>;
}

/** Starts a stand-in for Spotify on a free port of this machine. */
export async function serveSpotify(options: StandInOptions) {
  const server = createLoopbackServer(createSpotify(options).listener);
  const accountsUrl = await server.listen();
  return { apiUrl: `${accountsUrl}/v1`, accountsUrl, close: server.close };
}

const refreshToken = "sample-user";

/**
 * Starts the stand-in with the sample playlists as they are on a day. It takes writes and forgets them when it is closed.
 * @param day YYYY-MM-DD
 * @param scope what its user has consented to, separated by spaces
 */
export async function openSampleSpotify(day: string, scope: string): Promise<SpotifyAccess> {
  const base = sampleLibrary();
  const clock = { now: () => new Date(`${day}T12:00:00Z`) };
  const days = [firstSampleDay, ...datesBetween(firstSampleDay, day), day].map((date) => new Date(date));
  const items = servedItems(base, days);
  const library = writableLibrary(base, { clock, itemOf: (uri) => items.get(uri) });
  const refreshTokens = [{ refreshToken, scope, consentedAt: clock.now().toISOString() }];
  return { ...(await serveSpotify({ library, clock, refreshTokens })), app: standInApp, refreshToken };
}
