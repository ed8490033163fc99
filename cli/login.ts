import path from "node:path";
import { stateRoot } from "../lake/local/state";
import { localTokenStore, stackTokenStore } from "../lake/tokenStore";
import { readConsent } from "../spotify/consent";
import { type Command, commonOptions, printResult, refuseWords, statePath, wrongUse } from "./command";
import { appOf, consentOptions, consentSettings, noApp, readScopes } from "./login/consent";

export const command: Command = {
  summary: "log in to Spotify, for local runs or for a stack",
  usage: "playlake login [--stack NAME | --state DIR] [--liked] [OPTIONS]",
  about: `Asks you to consent, on Spotify's page, to your playlists being read, and stores the refresh token: for local runs
(npm start then reads your playlists), or with --stack in the SSM parameter of a deployed stack. The app's credentials come
from SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET; with --stack, if these are not set, from the stack's own parameter. The app
needs the redirect URI http://127.0.0.1:8888/callback (https://developer.spotify.com/dashboard).`,
  options: {
    "stack NAME": "the stack whose runs use the consent",
    "state DIR": "the state folder whose runs use it (default: .playlake/spotify)",
    liked:
      'asks for Liked Songs, too, which local runs then read; the default if the runs\' playlists already include "liked" or "library"',
    ...consentOptions,
    quiet: "prints the page's address only",
    json: commonOptions.json,
  },
  examples: ["playlake login", "playlake login --stack prod"],
  async run(call) {
    const { is, text, terminal, progress } = call;
    refuseWords(call);
    const { stack, state } = text;
    if (stack !== undefined && state !== undefined) throw wrongUse("login: give --stack or --state, not both");
    if (state === "") throw wrongUse("login: --state is empty");
    const ask = consentSettings(call);
    const ownApp = appOf("login", terminal.env);
    if (ownApp === undefined && stack === undefined) throw noApp("login");
    const stateDir = statePath(call) ?? path.join(stateRoot(terminal.home), "spotify");
    const store =
      stack === undefined
        ? await localTokenStore(stateDir, path.relative(terminal.home, stateDir) || ".", terminal)
        : await stackTokenStore(stack, terminal);
    try {
      const app = ownApp ?? (await store.readApp());
      if (app === undefined) throw noApp("login");
      const withLiked = is.liked === true || store.readsLiked;
      const scopes = [...readScopes, ...(withLiked ? ["user-library-read"] : [])];
      const { consentedAt } = await ask(app, scopes, (token) => store.keep(token, withLiked));
      const { endsAt } = readConsent(consentedAt, Date.parse(consentedAt))!;
      const others = withLiked ? "" : "Liked Songs are not included: npx playlake login --liked asks for them.\n";
      const done = `Logged in: the refresh token is in ${store.name}, good until ${endsAt.slice(0, 10)}.\n`;
      const shown = `${done}Next: ${store.next}\n${others}`;
      printResult({ storedIn: store.name, consentedAt, endsAt }, shown, call);
      if (terminal.env.SPOTIFY_REFRESH_TOKEN && stack === undefined) {
        progress.warn(
          "SPOTIFY_REFRESH_TOKEN is set: a local run that has not used it yet replaces this login with it; unset it",
        );
      }
    } finally {
      store.close();
    }
  },
};
