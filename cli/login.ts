import path from "node:path";
import { stateRoot } from "../lake/local/state";
import { localTokenStore, stackTokenStore, type TokenStore } from "../lake/tokenStore";
import { readConsent } from "../spotify/consent";
import {
  type Command,
  commonOptions,
  type OptionValues,
  printResult,
  refuseWords,
  statePath,
  type Terminal,
  text,
  wrongUse,
} from "./command";
import { appOf, consentOptions, consentSettings, noApp } from "./login/ask";
import { likedScope, readScopes } from "./login/consent";
import { warn } from "./progress";

async function openStore(values: OptionValues, terminal: Terminal): Promise<TokenStore> {
  const stackName = text(values, "stack");
  if (stackName !== undefined) return stackTokenStore(stackName, terminal);
  const stateDir = statePath(values, terminal) ?? path.join(stateRoot(terminal.home), "spotify");
  return localTokenStore(stateDir, path.relative(terminal.home, stateDir) || ".", terminal);
}

/** `playlake login`: stores a user's consent for the runs. */
export const command: Command = {
  summary: "log in to Spotify, for local runs or for a stack",
  usage: "playlake login [--stack NAME | --state DIR] [--liked] [OPTIONS]",
  about: `Asks you to consent, on Spotify's page, to your playlists being read, and stores the refresh token: for local runs
(npm start then reads your playlists), or with --stack in the token secret of a deployed stack. The app's credentials come
from SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET; with --stack, if these are not set, from the stack's own secret. The app
needs the redirect URI http://127.0.0.1:8888/callback (https://developer.spotify.com/dashboard).`,
  options: {
    stack: { value: "NAME", says: "the stack whose runs use the consent" },
    state: { value: "DIR", says: "the state folder whose runs use it (default: .playlake/spotify)" },
    liked: {
      says: 'asks for Liked Songs, too, which local runs then read; the default if the runs\' playlists already include "liked" or "library"',
    },
    ...consentOptions,
    quiet: { says: "prints the page's address only" },
    json: commonOptions.json,
  },
  examples: ["playlake login", "playlake login --stack prod"],
  async run(call) {
    const { values, terminal } = call;
    refuseWords(call);
    if (text(values, "stack") !== undefined && text(values, "state") !== undefined) {
      throw wrongUse("login: give --stack or --state, not both");
    }
    if (text(values, "state") === "") throw wrongUse("login: --state is empty");
    const ask = consentSettings(values, terminal);
    const ownApp = appOf("login", terminal.env);
    if (ownApp === undefined && text(values, "stack") === undefined) throw noApp("login");
    const store = await openStore(values, terminal);
    try {
      const app = ownApp ?? (await store.readApp());
      if (app === undefined) throw noApp("login");
      const withLiked = values.liked === true || store.readsLiked;
      const consentedAt = await ask({
        app,
        scopes: [...readScopes, ...(withLiked ? [likedScope] : [])],
        command: "npx playlake login",
        keep: (token) => store.keep(token, withLiked),
      });
      tell(values, store, { consentedAt, withLiked }, terminal);
    } finally {
      store.close();
    }
  },
};

function tell(
  values: OptionValues,
  store: TokenStore,
  { consentedAt, withLiked }: { consentedAt: string; withLiked: boolean },
  terminal: Terminal,
): void {
  const { endsAt } = readConsent(consentedAt, Date.parse(consentedAt))!;
  const others = withLiked ? "" : "Liked Songs are not included: npx playlake login --liked asks for them.\n";
  const done = `Logged in: the refresh token is in ${store.name}, good until ${endsAt.slice(0, 10)}.\n`;
  const shown = `${done}Next: ${store.next}\n${others}`;
  printResult({ storedIn: store.name, consentedAt, endsAt }, shown, values, terminal);
  if (terminal.env.SPOTIFY_REFRESH_TOKEN && text(values, "stack") === undefined) {
    warn(
      "SPOTIFY_REFRESH_TOKEN is set: a local run that has not used it yet replaces this login with it; unset it",
      terminal,
    );
  }
}
