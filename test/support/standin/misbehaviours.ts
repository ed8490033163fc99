/** What a stand-in's misbehaviours are made of, and schedules of them. */
import type { Misbehave, Misbehaviour, SeenRequest } from "../../../standin/misbehaviour";
import { type JsonMember, objectMembers } from "../../../transforms/jsonText";

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
