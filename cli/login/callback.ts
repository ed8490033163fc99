import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createLoopbackServer } from "../../emulator/loopback";

/** What the user did on Spotify's consent page. */
export type ConsentAnswer = { kind: "code"; code: string } | { kind: "denied" } | { kind: "error"; error: string };

/** Listens for the browser that comes back from Spotify's consent page. */
export interface Callback {
  /** The first answer that carries the login's state; undefined if none came in time. */
  answer(timeoutMs: number): Promise<ConsentAnswer | undefined>;
  /** Shows the browser how the login ended, and stops listening. */
  close(outcome: (typeof lastPages)[number]): Promise<void>;
}

export interface CallbackOptions {
  port: number;
  /** Tells this login's answer from any other: an answer without it is refused, and the login goes on waiting. */
  state: string;
  /** Called for each answer that is refused. */
  onStranger: () => void;
}

const callbackPath = "/callback";
const lastPages = ["done", "failed"] as const satisfies PageName[];
/** How long a browser has to follow to its last page. */
const lastPageMs = 3000;

/** Where Spotify sends the browser back to: it must be among the app's redirect URIs. */
export function redirectUri(port: number): string {
  return `http://127.0.0.1:${port}${callbackPath}`;
}

/** @throws one line if the port cannot be listened on */
export async function listenForConsent({ port, state, onStranger }: CallbackOptions): Promise<Callback> {
  /** The browser that brought the answer, once for each time it was loaded: all wait for the outcome. */
  const waiting: ServerResponse[] = [];
  let outcome: (typeof lastPages)[number] | undefined;
  let take: (answer: ConsentAnswer) => void = () => undefined;
  const taken = new Promise<ConsentAnswer>((resolve) => {
    take = resolve;
  });
  let seen: () => void = () => undefined;
  const lastPageSeen = new Promise<void>((resolve) => {
    seen = resolve;
  });

  /** The page that a request is answered with; undefined for the answer that is waited for, which is answered later. */
  function pageFor(request: IncomingMessage, response: ServerResponse): PageName | undefined {
    if (request.method !== "GET") return "notAllowed";
    const [path = "", query] = (request.url ?? "").split("?");
    const lastPage = lastPages.find((name) => path === `/${name}`);
    if (lastPage !== undefined && outcome !== undefined) {
      response.once("close", seen);
      return lastPage;
    }
    if (path !== callbackPath) return "notFound";
    const parameters = new URLSearchParams(query);
    const answer = isSame(parameters.get("state") ?? "", state) ? readAnswer(parameters) : undefined;
    if (answer === undefined) {
      onStranger();
      return "stranger";
    }
    waiting.push(response);
    take(answer);
    if (outcome !== undefined) sendOn(response, outcome);
    return undefined;
  }

  const server = createLoopbackServer((request, response) => {
    const page = pageFor(request, response);
    if (page !== undefined) sendPage(response, page);
  });
  await server.listen(port).catch((error: NodeJS.ErrnoException) => {
    throw portError(port, error);
  });
  return {
    answer: (timeoutMs) => within(taken, timeoutMs),
    async close(ended) {
      outcome = ended;
      for (const response of waiting) sendOn(response, ended);
      if (waiting.length > 0) await within(lastPageSeen, lastPageMs);
      await server.close();
    },
  };
}

/** Waits for `promise`, at most `limitMs` milliseconds; undefined if it took longer. */
function within<T>(promise: Promise<T>, limitMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, limitMs, undefined);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function readAnswer(query: URLSearchParams): ConsentAnswer | undefined {
  const [code, error] = [query.get("code") ?? "", query.get("error") ?? ""];
  if (error === "access_denied") return { kind: "denied" };
  if (error !== "") return { kind: "error", error };
  return code === "" ? undefined : { kind: "code", code };
}

function portError(port: number, { code, message }: NodeJS.ErrnoException): Error {
  const otherwise = "give another with --port N, and add http://127.0.0.1:N/callback to the app's redirect URIs";
  if (code === "EADDRINUSE") return new Error(`port ${port} is in use; stop what listens there, or ${otherwise}`);
  return new Error(`port ${port} can't be listened on (${code ?? message}); ${otherwise}`);
}

/** What the browser is shown; nothing of what it sent is in it. */
const texts = {
  done: [200, "Playlake is logged in. You can close this page."],
  failed: [200, "The login did not work, the terminal says why. You can close this page."],
  stranger: [400, "This answer does not belong to the login that is under way. Nothing was stored."],
  notFound: [404, "There is nothing here."],
  notAllowed: [405, "This address is for Spotify's answer alone."],
} as const satisfies Record<string, readonly [status: number, text: string]>;

type PageName = keyof typeof texts;

const headers = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'",
  // The address of a page may hold the code.
  "referrer-policy": "no-referrer",
  connection: "close",
};

/** Answers with one of the pages. */
function sendPage(response: ServerResponse, name: PageName): void {
  const [status, text] = texts[name];
  response.writeHead(status, headers);
  response.end(`<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>Playlake</title><p>${text}</p></html>\n`);
}

/** Sends the browser on to a page with an address of its own, so that the code is not left in the address bar. */
function sendOn(response: ServerResponse, name: PageName): void {
  response.writeHead(303, { ...headers, location: `/${name}` });
  response.end();
}
