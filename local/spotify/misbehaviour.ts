/** A request as a test's schedule sees it. */
export interface SeenRequest {
  /** Counts from 1 over all requests, the token endpoint's included. */
  number: number;
  method: string;
  /** Without the query, e.g. `/v1/playlists/ID/items` or `/api/token`. */
  path: string;
  query: URLSearchParams;
}

/** What goes wrong with one answer. Several at once may be given. */
export interface Misbehaviour {
  /** Answers this status with Spotify's error body (or `body`) in place of the right answer. */
  status?: number;
  body?: string;
  headers?: Record<string, string>;
  /** `before`: the connection ends without an answer. `middle`: it ends within the right answer's body. */
  cut?: "before" | "middle";
  /** Milliseconds before the answer starts. */
  delayMs?: number;
  /** The right answer, its last characters missing, well-formed as HTTP. */
  badJson?: boolean;
  /** Called before the answer is made: an edit of the library, an end of all access tokens. */
  act?: () => void;
}

/** Undefined: this one is answered as it should be. */
export type Misbehave = (request: SeenRequest) => Misbehaviour | undefined;

/** A 429 of a burst: over in `retryAfter` seconds. */
export function burst(retryAfter: number | string | undefined): Misbehaviour {
  return { status: 429, headers: retryAfterHeader(retryAfter) };
}

/** A 429 of the developer account's quota. */
export function quota(retryAfter: number | string | undefined): Misbehaviour {
  const error = { status: 429, message: "API quota exceeded", reason: "QUOTA_EXCEEDED" };
  return { status: 429, body: JSON.stringify({ error }), headers: retryAfterHeader(retryAfter) };
}

/** A schedule that is used up: the first request that `matches` gets the first misbehaviour, and so on. */
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
