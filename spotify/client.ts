import { arrayElements, memberText } from "../transforms/jsonText";
import { likedId } from "../transforms/keys";
import type { Consent } from "./consent";
import { codedError } from "./errors";
import { playlistRefused, type Refusal, userRefused } from "./refusals";
import type { Received } from "./requester";
import {
  contentsIdOf,
  embeddedPaging,
  emptyOnlyTwice,
  isListPage,
  isPageOf,
  isPlaylist,
  isUser,
  listedIds,
  type Paging,
  pageSize,
  pagingOf,
} from "./responses";
import { makeSession, type Session, type SessionOptions } from "./session";
import type { Effects } from "./types";

export interface ClientOptions extends SessionOptions {
  /** ISO 3166-1 alpha-2, e.g. "DE". @default not sent: Spotify uses the user's country */
  market?: string;
}

/** A response, as a raw line stores it. */
export interface RawResponse {
  url: string;
  /** When it arrived, ISO 8601. */
  fetchedAt: string;
  /** The body as sent. */
  body: string;
}

/** The beginning of a playlist's read: the responses before its further pages. */
export interface Opening {
  playlistId: string;
  /** The playlist's own response, or (from `myPlaylists`) its element of the list; for Liked Songs the user and page 1. */
  head: readonly RawResponse[];
  /** Entries in `head`, the total, and the offset of the first page that is not in it. */
  paging: Paging;
  /** Equal ids mean equal contents, see `contentsIdOf`; undefined if Spotify gave none. */
  contentsId: string | undefined;
}

/** A page of a playlist's entries. */
export interface PageResponse extends RawResponse, Paging {}

/**
 * The part of Spotify's Web API that reads playlists. Its functions reject with `UNAVAILABLE` (has `playlistId`, `status` and
 * `cause`), `UNEXPECTED`, `APP_REFUSED`, `CONSENT_ENDED`, `NO_CONSENT`, `NO_TOKEN`, `TRANSIENT`, `LIMITED` (has `until`),
 * `TOO_SLOW` or `OUT_OF_TIME`.
 */
export interface SpotifyClient {
  /** A playlist's own response; for Liked Songs the user, requested once, and the first page. */
  open(playlistId: string): Promise<Opening>;
  /** A page of up to 50 entries from `offset` on. */
  page(playlistId: string, offset: number): Promise<PageResponse>;
  /**
   * What the user owns or follows, in Spotify's order, each once.
   * @param isWorth called with the pages left and the playlists found so far; false ends the reading. @default reads all
   */
  myPlaylists(isWorth?: (pagesLeft: number, found: readonly Opening[]) => boolean): Promise<Opening[]>;
  /** Whether requests are made with a user's token. */
  isUser(): Promise<boolean>;
  /** Requests for playlists fail with `TOO_SLOW` after this many milliseconds; undefined: no such limit. */
  limitTime(ms: number | undefined): void;
  /** Milliseconds left for requests in this invocation; infinite if its time is not limited. */
  usableMs(): number;
  /** The user's consent; undefined without a user, or if its time is not known. */
  consent(): Promise<Consent | undefined>;
  /** A problem that did not stop the work; undefined if there was none. */
  problem(): string | undefined;
  /** Requests sent so far, including failed tries and token requests. */
  requests(): number;
}

/** How often the user's list is read at most if it changes while it is read. */
const mostListReads = 3;

/** No more pages of the user's list are read, whatever total they state. */
const mostListPages = 400;

/** Makes the client of one run. It keeps what it learns about the app. @param session @default its own */
export function makeSpotifyClient(
  effects: Effects,
  options: ClientOptions,
  session: Session = makeSession(effects, options),
): SpotifyClient {
  const { auth, requester, messageOf } = session;
  const { apiUrl, market } = options;
  /** The endpoint of pages that is tried first: the one that served last. */
  let contentsName: "items" | "tracks" = "items";
  let user: RawResponse | undefined;
  let deadlineMs: number | undefined;

  function authorized(url: string, purpose: string, isGood: (json: unknown) => boolean): Promise<Received> {
    return session.authorized({ url, purpose, isGood, deadlineMs });
  }

  async function refusalOf(answer: Received): Promise<Refusal> {
    return { status: answer.status, message: messageOf(answer), asUser: await auth.isUser(), market };
  }

  function query(window: Record<string, string>): string {
    const parameters = { additional_types: "track,episode", ...(market == null ? {} : { market }), ...window };
    return new URLSearchParams(parameters).toString();
  }

  async function openPlaylist(playlistId: string): Promise<Opening> {
    const url = `${apiUrl}/playlists/${encodeURIComponent(playlistId)}?${query({})}`;
    const answer = await authorized(url, `playlist ${playlistId}`, (json) => isPlaylist(json, playlistId));
    if (answer.status !== 200) throw playlistRefused(playlistId, undefined, await refusalOf(answer));
    const paging = embeddedPaging(answer.json) ?? { entries: 0, total: undefined, nextOffset: 0 };
    return { playlistId, head: [rawOf(url, answer)], paging, contentsId: contentsIdOf(playlistId, answer.json) };
  }

  async function needUser(what: "me" | typeof likedId): Promise<void> {
    if (await auth.isUser()) return;
    throw codedError("NO_CONSENT", what, "no user has consented yet, run npx playlake login", {});
  }

  async function readUser(): Promise<RawResponse> {
    const url = `${apiUrl}/me`;
    const answer = await authorized(url, "the user", isUser);
    if (answer.status !== 200) throw userRefused(likedId, await refusalOf(answer));
    return rawOf(url, answer);
  }

  async function likedPage(offset: number): Promise<{ answer: Received; page: PageResponse }> {
    const url = `${apiUrl}/me/tracks?${query({ limit: String(pageSize), offset: String(offset) })}`;
    const isGood = emptyOnlyTwice((json) => isPageOf("me/tracks", json, offset), offset);
    const answer = await authorized(url, `Liked Songs from ${offset}`, isGood);
    if (answer.status !== 200) throw userRefused(likedId, await refusalOf(answer));
    return { answer, page: pageOf(url, answer, offset) };
  }

  async function openLiked(): Promise<Opening> {
    await needUser(likedId);
    user ??= await readUser();
    const { answer, page } = await likedPage(0);
    return {
      playlistId: likedId,
      head: [user, page],
      paging: page,
      contentsId: contentsIdOf(likedId, answer.json),
    };
  }

  async function playlistPage(playlistId: string, offset: number): Promise<PageResponse> {
    const window = query({ limit: String(pageSize), offset: String(offset) });
    let refused: Received | undefined;
    for (const name of [contentsName, contentsName === "items" ? "tracks" : "items"] as const) {
      const url = `${apiUrl}/playlists/${encodeURIComponent(playlistId)}/${name}?${window}`;
      const isGood = emptyOnlyTwice((json) => isPageOf(`playlists/${playlistId}`, json, offset), offset);
      const answer = await authorized(url, `playlist ${playlistId}, entries from ${offset}`, isGood);
      if (answer.status === 200) {
        contentsName = name;
        return pageOf(url, answer, offset);
      }
      // The refusal of the endpoint that serves this app is the more useful one.
      refused ??= answer;
      if (answer.status !== 403 && answer.status !== 404) break;
    }
    throw playlistRefused(playlistId, offset, await refusalOf(refused!));
  }

  async function myPlaylists(isWorth: Parameters<SpotifyClient["myPlaylists"]>[0] = () => true): Promise<Opening[]> {
    await needUser("me");
    const found = new Map<string, Opening>();
    let isSteady = false;
    for (let reads = 1; !isSteady && reads <= mostListReads; reads += 1) isSteady = await readMine(found, isWorth);
    return [...found.values()];
  }

  /** Whether nothing was missed. If the list shrinks while it is read, a playlist can move to a page that was read before. */
  async function readMine(
    found: Map<string, Opening>,
    isWorth: (pagesLeft: number, found: readonly Opening[]) => boolean,
  ): Promise<boolean> {
    const totals: unknown[] = [];
    for (let offset: number | undefined = 0; offset != null; ) {
      const at: number = offset;
      const url = `${apiUrl}/me/playlists?limit=${pageSize}&offset=${at}`;
      const isGood = emptyOnlyTwice((json) => isListPage(json, at), at);
      const answer = await authorized(url, `me, playlists from ${at}`, isGood);
      if (answer.status !== 200) throw userRefused("me", await refusalOf(answer));
      for (const listed of listedOpenings(url, answer)) {
        if (!found.has(listed.playlistId)) found.set(listed.playlistId, listed);
      }
      const { total, nextOffset } = pagingOf(answer.json, at);
      totals.push(total);
      if (totals.length >= mostListPages) {
        throw codedError("UNEXPECTED", "me", `the list does not end: ${mostListPages} pages were read`, {});
      }
      if (nextOffset != null && !isWorth(Math.ceil(((total ?? 0) - nextOffset) / pageSize), [...found.values()])) {
        return true;
      }
      offset = nextOffset;
    }
    return totals.every((total) => total === totals[0]);
  }

  return {
    open: (playlistId) => (playlistId === likedId ? openLiked() : openPlaylist(playlistId)),
    page: async (playlistId, offset) =>
      playlistId === likedId ? (await likedPage(offset)).page : playlistPage(playlistId, offset),
    myPlaylists,
    isUser: auth.isUser,
    limitTime(ms) {
      deadlineMs = ms == null ? undefined : effects.now() + ms;
    },
    usableMs: requester.usableMs,
    consent: auth.consent,
    problem: auth.problem,
    requests: requester.count,
  };
}

function rawOf(url: string, { fetchedAt, text }: Received): RawResponse {
  return { url, fetchedAt, body: text };
}

function pageOf(url: string, answer: Received, offset: number): PageResponse {
  return { ...rawOf(url, answer), ...pagingOf(answer.json, offset) };
}

/** The list's playlists, each with its JSON text in the list. */
function listedOpenings(url: string, answer: Received): Opening[] {
  const texts = arrayElements(memberText(answer.text, "items")!);
  return listedIds(answer.json).map(({ playlistId, index, playlist }) => ({
    playlistId,
    head: [{ url, fetchedAt: answer.fetchedAt, body: texts[index]! }],
    paging: { entries: 0, total: undefined, nextOffset: 0 },
    contentsId: contentsIdOf(playlistId, playlist),
  }));
}
