// What every command that has a user consent shares: its options, the app, and the text that shows the page's address.
import { spawn } from "node:child_process";
import type { AppCredentials } from "../../spotify/types";
import { type Command, type OptionValues, type Terminal, text, wrongUse } from "../command";
import { warn } from "../progress";
import { redirectUri } from "./callback";
import { type LoginOptions, login } from "./consent";

const defaultPort = 8888;
const defaultTimeoutSeconds = 300;

/** The options of a command that has a user consent. */
export const consentOptions = {
  port: {
    value: "N",
    says: `the port that Spotify sends the browser back to (default: ${defaultPort}); the app's redirect URI needs it, too`,
  },
  open: { says: "opens the page in the browser even without a terminal" },
  "timeout-seconds": { value: "N", says: `how long it waits for the consent (default: ${defaultTimeoutSeconds})` },
} satisfies Command["options"];

const longestTimeoutSeconds = 86_400;

function wholeNumber(values: OptionValues, name: string, otherwise: number, most: number): number {
  const given = text(values, name);
  if (given === undefined) return otherwise;
  const number = /^\d{1,9}$/.test(given) ? Number(given) : 0;
  if (number >= 1 && number <= most) return number;
  throw wrongUse(`--${name}: got "${given}", expected a whole number from 1 to ${most}`);
}

/**
 * The app's credentials in the environment; undefined if it has none.
 * @throws wrong use if it has only one of them
 */
export function appOf(
  command: string,
  { SPOTIFY_CLIENT_ID, SPOTIFY_CLIENT_SECRET }: NodeJS.ProcessEnv,
): AppCredentials | undefined {
  if (!SPOTIFY_CLIENT_ID && !SPOTIFY_CLIENT_SECRET) return undefined;
  if (SPOTIFY_CLIENT_ID && SPOTIFY_CLIENT_SECRET) {
    return { clientId: SPOTIFY_CLIENT_ID, clientSecret: SPOTIFY_CLIENT_SECRET };
  }
  const missing = SPOTIFY_CLIENT_ID ? "SPOTIFY_CLIENT_SECRET" : "SPOTIFY_CLIENT_ID";
  throw wrongUse(`${command}: ${missing} is not set: SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET go together`);
}

export function noApp(command: string): Error {
  const where = "your app has them at https://developer.spotify.com/dashboard";
  return wrongUse(`${command}: set SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET; ${where}`);
}

/** The address of Spotify's accounts service, without a slash at its end. */
export function accountsUrlOf({ SPOTIFY_ACCOUNTS_URL }: NodeJS.ProcessEnv): string {
  return (SPOTIFY_ACCOUNTS_URL || "https://accounts.spotify.com").replace(/\/+$/, "");
}

/** What the user is asked to do; only the link if they asked for quiet. */
function invitation(link: string, port: number, timeoutSeconds: number): string {
  return `The app needs this redirect URI (https://developer.spotify.com/dashboard):
${redirectUri(port)}
Open this page and agree within ${timeoutSeconds} s:

${link}

`;
}

/** How and where the user is asked, by the command line's options. @throws wrong use */
export function consentSettings(values: OptionValues, terminal: Terminal) {
  const port = wholeNumber(values, "port", defaultPort, 65_535);
  const timeoutSeconds = wholeNumber(values, "timeout-seconds", defaultTimeoutSeconds, longestTimeoutSeconds);
  /** @returns when the user consented, ISO 8601 @throws as `login` */
  return (asked: Pick<LoginOptions, "app" | "scopes" | "command" | "keep">): Promise<string> =>
    login({
      ...asked,
      accountsUrl: accountsUrlOf(terminal.env),
      port,
      timeoutSeconds,
      show(link) {
        terminal.err(values.quiet === true ? `${link}\n` : invitation(link, port, timeoutSeconds));
        if (values.open === true || terminal.isInteractive) openBrowser(link, terminal);
      },
      onStranger: () => warn("a response to another login arrived and was refused; still waiting", terminal),
    });
}

/** Opens a page in the user's browser, if there is one. The link is printed anyway. */
function openBrowser(link: string, { env }: Pick<Terminal, "env">): void {
  const program = process.platform === "darwin" ? "open" : "xdg-open";
  const child = spawn(program, [link], { env, stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}
