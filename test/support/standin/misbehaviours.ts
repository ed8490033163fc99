// What a stand-in's misbehaviours are made of, and schedules of them.
import type { IncomingHttpHeaders } from "node:http";
import { type JsonMember, objectMembers } from "../../../transforms/jsonText";

/** A request as a schedule of misbehaviour sees it. */
export interface SeenRequest {
  /** Counts from 1 over all requests, the token endpoint's included. */
  number: number;
  method: string;
  /** Without the query, e.g. `/v1/playlists/ID/items` or `/api/token`. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
}

/** What goes wrong with one answer. Several can be combined. */
export interface Misbehaviour {
  /** Answers with this status and Spotify's error body (or `body`) instead of the right answer. */
  status?: number;
  /** The request takes effect although the answer has another status. @default false */
  isApplied?: boolean;
  body?: string;
  /** Replaces the right body; the status stays. */
  alter?: (right: string) => string;
  /** The altered body is what Spotify serves in such a case, so the answer counts as right. @default false */
  isRight?: boolean;
  headers?: Record<string, string>;
  /** `before`: the connection ends without an answer. `middle`: it ends within the right answer's body. */
  cut?: "before" | "middle";
  /** Milliseconds before the answer starts. */
  delayMs?: number;
  /** Simulated milliseconds before the answer, in the header `playlake-passed-ms` of a 103 before it. */
  passMs?: number;
  /** The answer comes byte by byte, one every this many milliseconds. */
  trickleMs?: number;
  /** The right answer without its last characters (white space aside): no JSON, but well-formed as HTTP. */
  badJson?: boolean;
  /** Called before the answer is made, to edit the library or end all access tokens. */
  act?: () => void;
}

/** Undefined: the request gets the right answer. */
export type Misbehave = (request: SeenRequest) => Misbehaviour | undefined;

/** A 429 for a burst, which ends after `retryAfter` seconds. */
export function burst(retryAfter: number | string | undefined): Misbehaviour {
  return { status: 429, headers: retryAfterHeader(retryAfter) };
}

/** A 429 for the developer account's quota. */
export function quota(retryAfter: number | string | undefined): Misbehaviour {
  const error = { status: 429, message: "API quota exceeded", reason: "QUOTA_EXCEEDED" };
  return { status: 429, body: JSON.stringify({ error }), headers: retryAfterHeader(retryAfter) };
}

/** A redirect to another address. */
export function redirect(location: string): Misbehaviour {
  return { status: 302, headers: { location } };
}

/** The 401 that Spotify was seen to send for valid tokens. */
export function tokenMissing(): Misbehaviour {
  return { status: 401, body: JSON.stringify({ error: { status: 401, message: "Access token missing" } }) };
}

/** How a playlist is closed. 404: it is gone. 403: its response has no entries and its pages are refused. */
export type Closure = 404 | 403;

/** Playlists that are gone or closed, by id; may change at any time. */
export function closedPlaylists(closures: ReadonlyMap<string, Closure>): Misbehave {
  return ({ path }) => {
    const [, id, contents] = /^\/v1\/playlists\/([^/]+)(\/.*)?$/.exec(path) ?? [];
    const status = closures.get(id ?? "");
    if (status === undefined) return undefined;
    return status === 403 && contents === undefined ? { alter: withoutEntries, isRight: true } : { status };
  };
}

/** A playlist's response for an app that is not allowed to read its contents. */
function withoutEntries(playlist: string): string {
  const contents = ["items", "tracks"];
  const members = objectMembers(playlist).map(({ name, text }) => {
    const served = contents.includes(name)
      ? objectMembers(text).filter((member) => member.name !== "items")
      : undefined;
    return { name, text: served === undefined ? text : objectText(served) };
  });
  return objectText(members);
}

function objectText(members: readonly JsonMember[]): string {
  return `{${members.map(({ name, text }) => `${JSON.stringify(name)}:${text}`).join(",")}}`;
}

/** Combines schedules: the first that has a misbehaviour for a request decides. */
export function firstOf(...all: readonly Misbehave[]): Misbehave {
  return (request) => {
    for (const misbehave of all) {
      const wrong = misbehave(request);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };
}

/** A schedule that is consumed: the first request that `matches` gets the first misbehaviour, and so on. */
export function inOrder(
  misbehaviours: readonly (Misbehaviour | undefined)[],
  matches: (request: SeenRequest) => boolean = () => true,
): Misbehave {
  const left = [...misbehaviours];
  return (request) => (matches(request) ? left.shift() : undefined);
}

function retryAfterHeader(retryAfter: number | string | undefined): Record<string, string> {
  return retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
}
