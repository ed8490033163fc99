import { isSpotifyOwned, parsePlaylistId } from "../spotify/playlistId";
import type { Edit } from "../spotify/writePlaylist";
import type { Library, ServedPlaylist } from "./library";
import { listedPlaylistBody, pageBody, playlistBody } from "./pages";
import { user } from "./sampleTracks";
import { type ApiAnswer, likedScope } from "./tokens";
import { type WritableLibrary, WriteRefused } from "./writableLibrary";

/** A request of the Web API. */
interface ApiRequest {
  method: string;
  /** Below `/v1`. */
  path: string;
  query: URLSearchParams;
  body: string;
  baseUrl: string;
  /** What the user has consented to; undefined for the app's own token. */
  scopes: readonly string[] | undefined;
}

export interface RouteOptions {
  /** Writes to a library that does not take them are unknown requests. */
  library: Library | WritableLibrary;
  clock: { now(): Date };
  /** The ids that `/me/playlists` lists; null is one that Spotify lists as null. @default all, then a null */
  mine?: readonly (string | null)[];
}

interface WriteBody {
  name?: unknown;
  description?: unknown;
  public?: unknown;
  uris?: string[];
  position?: number;
  items?: { uri: string }[];
  tracks?: { uri: string }[];
  snapshot_id?: string;
  range_start?: number;
  range_length?: number;
  insert_before?: number;
}

const maxLimit = { items: 50, tracks: 100, playlists: 50, liked: 50 } as const;
const defaultLimit = { items: 20, tracks: 100, playlists: 20, liked: 20 } as const;
const userBody = JSON.stringify({ ...user("maren"), display_name: "Maren", images: [] });

/** Answers requests of the Web API. A refused write changes nothing. */
export function createRouter({ library, clock, mine }: RouteOptions) {
  let asked = 0;

  /** Playlists owned by Spotify get a new snapshot id at each request. */
  function snapshotIdOf(playlist: ServedPlaylist): string {
    if (!isSpotifyOwned(playlist.id)) return playlist.snapshotId;
    asked += 1;
    return `${playlist.snapshotId}.${asked}`;
  }

  function page(elements: readonly string[], list: keyof typeof maxLimit, { query, baseUrl, path }: ApiRequest) {
    const offset = Number(query.get("offset") ?? 0);
    const limit = Number(query.get("limit") ?? defaultLimit[list]);
    const isValid = Number.isInteger(offset) && offset >= 0 && Number.isInteger(limit) && limit >= 1;
    if (!isValid || limit > maxLimit[list]) return apiError(400, "Invalid limit");
    return { status: 200, body: pageBody(elements, `${baseUrl}${path}`, { offset, limit }) };
  }

  function ofUser(request: ApiRequest, scopes: readonly string[]): ApiAnswer {
    const now = clock.now();
    if (request.path === "/me") return { status: 200, body: userBody };
    if (request.path === "/me/tracks") {
      if (!scopes.includes(likedScope)) return apiError(403, "Insufficient client scope");
      return page(library.likedAt?.(now) ?? [], "liked", request);
    }
    if (request.path !== "/me/playlists") return unknownService;
    const playlists = library.playlistsAt(now);
    const listed = (mine ?? [...playlists.map(({ id }) => id), null]).map((id) => {
      const playlist = playlists.find((one) => one.id === id);
      return playlist === undefined ? "null" : listedPlaylistBody(playlist, snapshotIdOf(playlist), request.baseUrl);
    });
    return page(listed, "playlists", request);
  }

  function read(request: ApiRequest): ApiAnswer {
    const { path, query, baseUrl, scopes } = request;
    if (/^\/me(\/|$)/.test(path)) return scopes === undefined ? needsUser : ofUser(request, scopes);
    const match = /^\/playlists\/([^/]+)(?:\/(items|tracks))?$/.exec(path);
    if (match === null) return unknownService;
    const contents = match[2] as "items" | "tracks" | undefined;
    const id = decodeURIComponent(match[1]!);
    const playlist = library.playlistsAt(clock.now()).find((one) => one.id === id);
    if (playlist === undefined) {
      return parsePlaylistId(id) === id ? apiError(404, "Resource not found") : apiError(400, "Invalid base62 id");
    }
    if (contents !== undefined) return page(playlist.entries, contents, request);
    const limit = Number(query.get("limit") ?? 100);
    return { status: 200, body: playlistBody(playlist, snapshotIdOf(playlist), baseUrl, limit) };
  }

  function write(writable: WritableLibrary, request: ApiRequest): ApiAnswer {
    const { method, path, baseUrl, scopes } = request;
    const [, id, contents] = /^\/playlists\/([0-9A-Za-z]{22})\/(items|tracks)$/.exec(path) ?? [];
    if (id === undefined && (method !== "POST" || path !== "/me/playlists")) return unknownService;
    const body = JSON.parse(request.body) as WriteBody;
    if (id !== undefined) return edit(writable, id, contents as "items" | "tracks", request, body);
    const { name, description, public: isPublic } = body;
    checkConsent(scopes, isPublic !== false);
    if (typeof name !== "string" || name === "") return apiError(400, "Missing required field: name");
    const made = writable.create({ name, description: String(description ?? ""), isPublic: isPublic !== false });
    return { status: 201, body: playlistBody(made, made.snapshotId, baseUrl, 100) };
  }

  function edit(
    writable: WritableLibrary,
    playlistId: string,
    name: "items" | "tracks",
    { method, scopes }: ApiRequest,
    body: WriteBody,
  ): ApiAnswer {
    const playlist = writable.current(playlistId);
    if (playlist === undefined) return apiError(404, "Resource not found");
    const fields = new Map(playlist.fields);
    checkConsent(scopes, fields.get("public") === "true");
    const owner = JSON.parse(fields.get("owner") ?? '{"id":"maren"}') as { id?: unknown };
    if (owner.id !== "maren") return apiError(403, "You cannot change a playlist you don't own.");
    const wanted = readEdit(method, name, { position: playlist.entries.length, ...body });
    if (wanted === undefined) return apiError(400, "Error parsing JSON.");
    const snapshotId = writable.edit(playlistId, wanted, body.snapshot_id);
    return { status: method === "POST" ? 201 : 200, body: JSON.stringify({ snapshot_id: snapshotId }) };
  }

  return (request: ApiRequest): ApiAnswer => {
    if (request.method === "GET") return read(request);
    if (!("edit" in library)) return unknownService;
    try {
      return write(library, request);
    } catch (error) {
      if (error instanceof WriteRefused) return apiError(error.status, error.message);
      if (error instanceof SyntaxError) return apiError(400, "Error parsing JSON.");
      throw error;
    }
  };
}

const unknownService = apiError(404, "Service not found");
const needsUser = apiError(403, "This request requires user authentication.");

/** @throws `WriteRefused` unless the user has consented to the write */
function checkConsent(scopes: ApiRequest["scopes"], isPublic: boolean): void {
  if (scopes === undefined) throw new WriteRefused(403, "This request requires user authentication.");
  const scope = isPublic ? "playlist-modify-public" : "playlist-modify-private";
  if (!scopes.includes(scope)) throw new WriteRefused(403, "Insufficient client scope");
}

export function apiError(status: number, message: string): ApiAnswer {
  return { status, body: JSON.stringify({ error: { status, message } }) };
}

function readEdit(
  method: string,
  name: "items" | "tracks",
  { position, uris, [name]: removed, ...body }: WriteBody & { position: number },
): Edit | undefined {
  if (method === "POST" && uris !== undefined) return { kind: "add", uris, position };
  if (method === "DELETE" && removed !== undefined) return { kind: "remove", uris: removed.map(({ uri }) => uri) };
  const { range_start: start, range_length: length = 1, insert_before: before } = body;
  if (method !== "PUT" || start === undefined || before === undefined) return undefined;
  return { kind: "move", start, length, before };
}
