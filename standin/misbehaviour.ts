import type { IncomingHttpHeaders } from "node:http";

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
