import { timingSafeEqual } from "node:crypto";
import { EventEmitter, once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { createLoopbackServer } from "../../emulator/loopback";

const callbackPath = "/callback";
const lastPages = ["done", "failed"] as const;
type LastPage = (typeof lastPages)[number];
/** How long to wait for the browser to follow to its last page. */
const lastPageMs = 3000;

/** Where Spotify sends the browser back to: it must be among the app's redirect URIs. */
export function redirectUri(port: number): string {
  return `http://127.0.0.1:${port}${callbackPath}`;
}

/**
 * Listens for the browser's return from Spotify's consent page.
 * @param state identifies this login's answer. Any other answer is refused, and the login keeps waiting
 * @param onStranger called once if an answer is refused
 * @throws one line if the port cannot be listened on
 */
export async function listenForConsent(port: number, state: string, onStranger: () => void) {
  const events = new EventEmitter().once("stranger", onStranger);
  const answered = once(events, "answer") as Promise<[URLSearchParams]>;
  const lastPageSeen = once(events, "seen");
  /** The requests that brought the answer: one for each time the page was loaded. All wait for the outcome. */
  const waiting: ServerResponse[] = [];
  let outcome: LastPage | undefined;

  /** The page that answers a request; undefined for the awaited answer, which is answered later. */
  function pageFor(request: IncomingMessage, response: ServerResponse): PageName | undefined {
    if (request.method !== "GET") return "notAllowed";
    const [path = "", query] = (request.url ?? "").split("?");
    const lastPage = lastPages.find((name) => path === `/${name}`);
    if (lastPage !== undefined && outcome !== undefined) {
      response.once("close", () => events.emit("seen"));
      return lastPage;
    }
    if (path !== callbackPath) return "notFound";
    const answer = new URLSearchParams(query);
    if (!isSame(answer.get("state") ?? "", state) || !(answer.get("code") || answer.get("error"))) {
      events.emit("stranger");
      return "stranger";
    }
    waiting.push(response);
    events.emit("answer", answer);
    if (outcome !== undefined) sendOn(response, outcome);
    return undefined;
  }

  const server = createLoopbackServer((request, response) => {
    const page = pageFor(request, response);
    if (page !== undefined) sendPage(response, page);
  });
  await server.listen(port).catch(({ code, message }: NodeJS.ErrnoException) => {
    const isUsed = code === "EADDRINUSE";
    const why = isUsed ? "is in use; stop what listens there, or" : `cannot be listened on (${code ?? message});`;
    const otherwise = "give another with --port N, and add http://127.0.0.1:N/callback to the app's redirect URIs";
    throw new Error(`port ${port} ${why} ${otherwise}`);
  });
  return {
    /** The parameters of the first answer with the login's state: `code` or `error`; undefined if none arrives in time. */
    answer: async (timeoutMs: number) => (await Promise.race([answered, sleep(timeoutMs, [], { ref: false })]))[0],
    /** Shows the browser how the login ended, and stops listening. */
    async close(ended: LastPage) {
      outcome = ended;
      for (const response of waiting) sendOn(response, ended);
      if (waiting.length > 0) await Promise.race([lastPageSeen, sleep(lastPageMs, undefined, { ref: false })]);
      await server.close();
    },
  };
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The pages: status, what happened, and what to do next. They repeat nothing that the browser sent. */
const texts = {
  done: [200, "You are logged in", "Close this page and go back to the terminal: it says what to run next."],
  failed: [
    200,
    "The login did not work",
    "Go back to the terminal: it says why, and what to do. You can close this page.",
  ],
  stranger: [
    400,
    "This answer belongs to another login",
    "Nothing was stored. Use the link that the terminal shows now, or run the command again.",
  ],
  notFound: [404, "There is nothing here", "Use the link that the terminal shows."],
  notAllowed: [405, "This address is for Spotify's answer", "Use the link that the terminal shows."],
} as const satisfies Record<string, readonly [status: number, title: string, next: string]>;

type PageName = keyof typeof texts;

const headers = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
  // The address of a page may hold the code.
  "referrer-policy": "no-referrer",
  connection: "close",
};

/** Answers with one of the pages. */
function sendPage(response: ServerResponse, name: PageName): void {
  const [status, title, next] = texts[name];
  response.writeHead(status, headers);
  response.end(`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Playlake: ${title}</title>
<style>${style}</style>
<main class="${name}"><p class="name">Playlake</p><h1>${title}</h1><p>${next}</p></main></html>
`);
}

const style = `:root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--text:#1a1d21;--faint:#5b636d;--line:#d9dde2;--good:#1a7f37;--bad:#b3261e}
@media(prefers-color-scheme:dark){:root{--page:#14171a;--card:#1d2125;--text:#e8eaed;--faint:#9aa3ad;--line:#32383e;--good:#4ac26b;--bad:#ff8a80}}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--page);color:var(--text);
font:16px/1.5 system-ui,sans-serif}main{max-width:26rem;margin:1rem;padding:2rem;background:var(--card);
border:1px solid var(--line);border-top:4px solid var(--bad);border-radius:12px}.done{border-top-color:var(--good)}h1{font-size:1.4rem;margin:.2rem 0 .6rem}p{margin:0}
.name{color:var(--faint);font-size:.9rem}`;

/** Redirects the browser to another address, so that the code does not stay in the address bar. */
function sendOn(response: ServerResponse, name: PageName): void {
  response.writeHead(303, { ...headers, location: `/${name}` });
  response.end();
}
