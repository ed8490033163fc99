import { spawn } from "node:child_process";
import path from "node:path";
import { stateRoot } from "../lake/local/state";
import { localTokenStore, stackTokenStore, type TokenStore } from "../lake/tokenStore";
import { readConsent } from "../spotify/consent";
import type { AppCredentials } from "../spotify/types";
import { type Command, type OptionValues, refuseWords, statePath, type Terminal, text, wrongUse } from "./command";
import { redirectUri } from "./login/callback";
import { login as logIn } from "./login/consent";

const help = `Usage: playlake login [--stack NAME | --state DIR] [--liked] [--port N]
                 [--open] [--timeout-seconds N]

Has a user consent on Spotify's page that their playlists are read, and stores
the refresh token: for runs on this machine (npm start then reads the user's
playlists), or with --stack in the token secret of a deployed stack. The app's
credentials come from SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET; with --stack
else from the stack's own secret. The app must have
http://127.0.0.1:8888/callback among its redirect URIs
(https://developer.spotify.com/dashboard).

  --stack NAME          the stack whose runs read with the consent
  --state DIR           the state folder whose runs do (default:
                        .playlake/spotify)
  --liked               asks to read Liked Songs, too, which local runs then do;
                        the default if the runs' playlists already include
                        "liked" or "library"
  --port N              where Spotify sends the browser back to (default: 8888);
                        the app's redirect URI must have it too
  --open                opens the page in the browser also where the command
                        runs without a terminal
  --timeout-seconds N   how long it waits for the consent (default: 300)
  --quiet               prints the page's address only
  --json                prints the result as JSON

Examples:
  playlake login
  playlake login --stack prod
`;

const defaultPort = 8888;
const defaultTimeoutSeconds = 300;
const longestTimeoutSeconds = 86_400;

function wholeNumber(values: OptionValues, name: string, otherwise: number, most: number): number {
  const given = text(values, name);
  if (given === undefined) return otherwise;
  const number = /^\d{1,9}$/.test(given) ? Number(given) : 0;
  if (number >= 1 && number <= most) return number;
  throw wrongUse(`--${name}: got "${given}", expected a whole number from 1 to ${most}`);
}

function appOf({ SPOTIFY_CLIENT_ID, SPOTIFY_CLIENT_SECRET }: NodeJS.ProcessEnv): AppCredentials | undefined {
  if (!SPOTIFY_CLIENT_ID && !SPOTIFY_CLIENT_SECRET) return undefined;
  if (SPOTIFY_CLIENT_ID && SPOTIFY_CLIENT_SECRET) {
    return { clientId: SPOTIFY_CLIENT_ID, clientSecret: SPOTIFY_CLIENT_SECRET };
  }
  const missing = SPOTIFY_CLIENT_ID ? "SPOTIFY_CLIENT_SECRET" : "SPOTIFY_CLIENT_ID";
  throw wrongUse(`login: ${missing} is not set, its other half is`);
}

function noApp(): Error {
  const where = "an app of yours has them at https://developer.spotify.com/dashboard";
  return wrongUse(`login: set SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET; ${where}`);
}

async function openStore(values: OptionValues, terminal: Terminal): Promise<TokenStore> {
  const stackName = text(values, "stack");
  if (stackName !== undefined) return stackTokenStore(stackName, terminal);
  const stateDir = statePath(values, terminal) ?? path.join(stateRoot(terminal.home), "spotify");
  return localTokenStore(stateDir, path.relative(terminal.home, stateDir) || ".", terminal);
}

/** What the user is asked to do; only the link if they asked for quiet. */
function invitation(link: string, port: number, timeoutSeconds: number): string {
  return `The app needs this redirect URI (https://developer.spotify.com/dashboard): ${redirectUri(port)}
Open this page and agree; it is waited for ${timeoutSeconds} s:

${link}

`;
}

/** `playlake login`: stores a user's consent for the runs. */
export const login: Command = {
  summary: "have a user consent on Spotify's page, for runs here or of a stack",
  help,
  options: {
    stack: { type: "string" },
    state: { type: "string" },
    liked: { type: "boolean" },
    port: { type: "string" },
    open: { type: "boolean" },
    "timeout-seconds": { type: "string" },
    quiet: { type: "boolean" },
    json: { type: "boolean" },
  },
  async run(values, positionals, terminal) {
    refuseWords("login", positionals);
    if (text(values, "stack") !== undefined && text(values, "state") !== undefined) {
      throw wrongUse("login: give --stack or --state, not both");
    }
    if (text(values, "state") === "") throw wrongUse("login: --state is empty");
    const port = wholeNumber(values, "port", defaultPort, 65_535);
    const timeoutSeconds = wholeNumber(values, "timeout-seconds", defaultTimeoutSeconds, longestTimeoutSeconds);
    const { env } = terminal;
    const ownApp = appOf(env);
    if (ownApp === undefined && text(values, "stack") === undefined) throw noApp();
    const store = await openStore(values, terminal);
    try {
      const app = ownApp ?? (await store.readApp());
      if (app === undefined) throw noApp();
      const withLiked = values.liked === true || store.readsLiked;
      const consentedAt = await logIn({
        app,
        withLiked,
        accountsUrl: (env.SPOTIFY_ACCOUNTS_URL || "https://accounts.spotify.com").replace(/\/+$/, ""),
        port,
        timeoutSeconds,
        show(link) {
          terminal.err(values.quiet === true ? `${link}\n` : invitation(link, port, timeoutSeconds));
          if (values.open === true || terminal.isInteractive) openBrowser(link, terminal);
        },
        onStranger: () => terminal.err("! an answer of another login came and was refused; still waiting\n"),
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
  if (values.json === true) {
    terminal.out(`${JSON.stringify({ storedIn: store.name, consentedAt, endsAt }, null, 2)}\n`);
  } else if (values.quiet !== true) {
    const others = withLiked ? "" : "Liked Songs are not included: playlake login --liked asks for them.\n";
    terminal.out(
      `Logged in: the refresh token is in ${store.name}, good until ${endsAt.slice(0, 10)}.\nNext: ${store.next}\n${others}`,
    );
  }
  if (terminal.env.SPOTIFY_REFRESH_TOKEN && text(values, "stack") === undefined) {
    terminal.err("! SPOTIFY_REFRESH_TOKEN is set: runs here take that one where they have not seen it yet; unset it\n");
  }
}

/** Opens a page in the user's browser, if there is one. The link is printed anyway. */
function openBrowser(link: string, { env }: Pick<Terminal, "env">): void {
  const program = process.platform === "darwin" ? "open" : "xdg-open";
  const child = spawn(program, [link], { env, stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}
