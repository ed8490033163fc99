import { arrayElements, memberText } from "../transforms/jsonText";
import { type AuthOptions, makeAuth } from "./auth";
import { isAboutTheApp, likelyCause } from "./causes";
import type { Consent } from "./consent";
import { codedError, oneLine } from "./errors";
import { parsePlaylistId } from "./playlistId";
import { type Answer, makeRequester, type RequesterOptions } from "./requester";
import type { Effects } from "./types";

export interface ClientOptions extends AuthOptions, RequesterOptions {
  /** e.g. https://api.spotify.com/v1, without a slash at its end. */
  apiUrl: string;
  /** ISO 3166-1 alpha-2, e.g. "DE". @default none is sent: Spotify goes by the user's country */
  market?: string;
}

/** A response as a raw line keeps it. */
export interface RawResponse {
  url: string;
  /** When it arrived, ISO 8601. */
  fetchedAt: string;
  /** The body as it was sent. */
  body: string;
}

/** A playlist's own response, or (from `myPlaylists`) its element of the list. */
export interface PlaylistResponse extends RawResponse {
  playlistId: string;
  /** Undefined where Spotify gave none. */
  snapshotId: string | undefined;
}

/** A page of a playlist's entries. */
export interface PageResponse extends RawResponse {
  /** Entries in it, null ones counted. */
  entries: number;
  /** Where the next page starts; undefined: this was the last one. */
  nextOffset: number | undefined;
}

/**
 * Spotify's Web API as far as playlists go. Its functions reject with `UNAVAILABLE` (has `playlistId`, `status` and
 * `cause`), `APP_REFUSED`, `CONSENT_ENDED`, `NO_CONSENT`, `NO_TOKEN`, `TRANSIENT`, `LIMITED` (has `until`) or `OUT_OF_TIME`.
 */
export interface SpotifyClient {
  playlist(playlistId: string): Promise<PlaylistResponse>;
  /** The entries from `offset` (0 and up) on: 50 of them. */
  page(playlistId: string, offset: number): Promise<PageResponse>;
  /** All that the user owns or follows, in Spotify's order; each once. */
  myPlaylists(): Promise<PlaylistResponse[]>;
  /** The user's consent; undefined without a user, or where its time is not known. */
  consent(): Promise<Consent | undefined>;
  /** What went wrong without stopping the work; undefined: nothing. */
  problem(): string | undefined;
  /** Requests sent so far, failed tries and tokens included. */
  requests(): number;
}

const pageSize = 50;
/** How often the user's list is read where it changes while it is read. */
const mostListReads = 3;

/** One client serves one run: its token and what it finds out about the app are kept inside. */
export function makeSpotifyClient(effects: Effects, options: ClientOptions): SpotifyClient {
  const requester = makeRequester(effects, options);
  const auth = makeAuth(effects, requester, options);
  const { apiUrl } = options;
  /** Which of the two endpoints has the contents: found out by the first page that is served. */
  let contentsName: "items" | "tracks" | undefined;

  async function authorized(url: string, purpose: string, isGood: (json: unknown) => boolean): Promise<Answer> {
    const ask = (accessToken: string) =>
      requester.send({ url, purpose, isGood, headers: { authorization: `Bearer ${accessToken}` } });
    const accessToken = await auth.accessToken();
    const first = await ask(accessToken);
    if (first.status !== 401) return first;
    const second = await ask(await auth.renew(accessToken));
    if (second.status !== 401) return second;
    const reason = `Spotify refuses a fresh access token (401 ${said(second)})`;
    throw codedError("APP_REFUSED", purpose, reason, { status: 401 });
  }

  /** Spotify's own words. */
  function said(answer: Answer): string {
    const error = (answer.json as { error?: { message?: unknown } } | null | undefined)?.error;
    return typeof error?.message === "string" ? auth.hide(oneLine(error.message)).slice(0, 300) : "";
  }

  function appRefused(subject: string, answer: Answer): Error {
    const { status } = answer;
    const what = status === 400 ? `the market ${options.market ?? "of this account"}` : "the app";
    return codedError("APP_REFUSED", subject, `Spotify refuses ${what}: ${said(answer)}`, { status });
  }

  async function unavailable(answer: Answer, playlistId: string, ofContents: boolean): Promise<Error> {
    const { status } = answer;
    const message = said(answer);
    const subject = `playlist ${playlistId}`;
    if (isAboutTheApp(status, message)) return appRefused(subject, answer);
    const cause = likelyCause({ status, message, playlistId, ofContents, asUser: await auth.isUser() });
    return codedError("UNAVAILABLE", subject, `${status}. ${cause}`, { playlistId, status, cause });
  }

  async function playlist(playlistId: string): Promise<PlaylistResponse> {
    const url = `${apiUrl}/playlists/${playlistId}?${query(options.market, {})}`;
    const answer = await authorized(url, `playlist ${playlistId}`, isObject);
    if (answer.status !== 200) throw await unavailable(answer, playlistId, false);
    return playlistResponse(playlistId, { url, fetchedAt: answer.fetchedAt, body: answer.text }, answer.json);
  }

  async function page(playlistId: string, offset: number): Promise<PageResponse> {
    const window = query(options.market, { limit: String(pageSize), offset: String(offset) });
    let refused: Answer | undefined;
    for (const name of contentsName == null ? (["items", "tracks"] as const) : [contentsName]) {
      const url = `${apiUrl}/playlists/${playlistId}/${name}?${window}`;
      const answer = await authorized(url, `playlist ${playlistId}, entries from ${offset}`, isPage);
      if (answer.status === 200) {
        contentsName = name;
        return pageResponse(url, answer, offset);
      }
      // The new endpoint's refusal tells more than the old one's, which new apps never reach.
      refused ??= answer;
    }
    // Who could read the first page may read the contents: the playlist itself is gone then.
    throw await unavailable(refused!, playlistId, offset === 0);
  }

  async function myPlaylists(): Promise<PlaylistResponse[]> {
    if (!(await auth.isUser())) {
      throw codedError("NO_CONSENT", "me", "no user has consented yet, run playlake login", {});
    }
    const found: { [playlistId: string]: PlaylistResponse } = {};
    let isSteady = false;
    for (let reads = 1; !isSteady && reads <= mostListReads; reads += 1) isSteady = await readMine(found);
    return Object.values(found);
  }

  /** Whether the list was as long at its end as at its start: where it shrinks, what moved to an earlier page is not seen. */
  async function readMine(found: { [playlistId: string]: PlaylistResponse }): Promise<boolean> {
    const totals: unknown[] = [];
    for (let offset: number | undefined = 0; offset != null; ) {
      const url: string = `${apiUrl}/me/playlists?limit=${pageSize}&offset=${offset}`;
      const answer = await authorized(url, `me, playlists from ${offset}`, isPage);
      if (answer.status !== 200) {
        if (isAboutTheApp(answer.status, said(answer))) throw appRefused("me", answer);
        const reason = `Spotify refuses the user's list (${answer.status} ${said(answer)}), run playlake login`;
        throw codedError("NO_CONSENT", "me", reason, { status: answer.status });
      }
      for (const listed of listedPlaylists(url, answer)) found[listed.playlistId] ??= listed;
      totals.push((answer.json as { total?: unknown }).total);
      offset = pageResponse(url, answer, offset).nextOffset;
    }
    return totals.every((total) => total === totals[0]);
  }

  return {
    playlist,
    page,
    myPlaylists,
    consent: auth.consent,
    problem: auth.problem,
    requests: requester.count,
  };
}

function query(market: string | undefined, window: Record<string, string>): string {
  const parameters = { additional_types: "track,episode", ...(market == null ? {} : { market }), ...window };
  return new URLSearchParams(parameters).toString();
}

function isObject(json: unknown): boolean {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function isPage(json: unknown): boolean {
  return Array.isArray((json as { items?: unknown } | null)?.items);
}

function playlistResponse(playlistId: string, raw: RawResponse, json: unknown): PlaylistResponse {
  const snapshotId = (json as { snapshot_id?: unknown }).snapshot_id;
  return { ...raw, playlistId, snapshotId: typeof snapshotId === "string" ? snapshotId : undefined };
}

/**
 * Where the next page starts is worked out from what was asked and served: Spotify's `next` may name an endpoint that
 * is closed to the app, or carry parameters that change the window.
 */
function pageResponse(url: string, answer: Answer, offset: number): PageResponse {
  const { items, limit, total } = answer.json as { items: unknown[]; limit?: unknown; total?: unknown };
  const served = Number.isInteger(limit) && (limit as number) > 0 ? (limit as number) : pageSize;
  const step = Math.min(served, pageSize);
  const nextOffset = offset + Math.max(items.length, step);
  // A total that is less than what was served already tells nothing of where the end is.
  const isTotalGood = typeof total === "number" && total >= offset + items.length;
  const isLast = isTotalGood ? nextOffset >= total : items.length < step;
  return {
    url,
    fetchedAt: answer.fetchedAt,
    body: answer.text,
    entries: items.length,
    nextOffset: items.length === 0 || isLast ? undefined : nextOffset,
  };
}

/** The list's playlists with the text that each has in it; Spotify lists some as null, and what has no id is none. */
function listedPlaylists(url: string, answer: Answer): PlaylistResponse[] {
  const { items } = answer.json as { items: ({ id?: unknown } | null)[] };
  const texts = arrayElements(memberText(answer.text, "items")!);
  return items.flatMap((item, index) => {
    if (typeof item?.id !== "string" || parsePlaylistId(item.id) !== item.id) return [];
    return [playlistResponse(item.id, { url, fetchedAt: answer.fetchedAt, body: texts[index]! }, item)];
  });
}
