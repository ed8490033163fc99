import { isSpotifyOwned, parsePlaylistId } from "../spotify/playlistId";
import type { Library, ServedPlaylist } from "./library";
import { listedPlaylistBody, pageBody, playlistBody, type Window } from "./pages";
import { user } from "./sampleTracks";
import { likedScope } from "./tokens";

/** An answer of the Web API: its status and its JSON text. */
export interface ApiAnswer {
  status: number;
  body: string;
}

export interface RouteOptions {
  library: Library;
  clock: { now(): Date };
  /** Which endpoint serves the contents: `items` as for new apps, `tracks` as for old ones. @default "both" */
  generation?: "items" | "tracks" | "both";
  /** The ids that `/me/playlists` lists; null is one that Spotify lists as null. @default all, then a null */
  mine?: readonly (string | null)[];
}

const maxLimit = { items: 50, tracks: 100, playlists: 50, liked: 50 } as const;
const defaultLimit = { items: 20, tracks: 100, playlists: 20, liked: 20 } as const;
const userBody = JSON.stringify({ ...user("maren"), display_name: "Maren", images: [] });

export function createRouter(options: RouteOptions) {
  let asked = 0;

  /** Playlists owned by Spotify get a new snapshot id at each request. */
  function snapshotIdOf(playlist: ServedPlaylist): string {
    if (!isSpotifyOwned(playlist.id)) return playlist.snapshotId;
    asked += 1;
    return `${playlist.snapshotId}.${asked}`;
  }

  function mine(baseUrl: string, query: URLSearchParams): ApiAnswer {
    const window = readWindow(query, "playlists");
    if (window === undefined) return apiError(400, "Invalid limit");
    const playlists = options.library.playlistsAt(options.clock.now());
    const ids = options.mine ?? [...playlists.map((playlist) => playlist.id), null];
    const listed = ids.map((id) => {
      const playlist = playlists.find((one) => one.id === id);
      return playlist === undefined ? "null" : listedPlaylistBody(playlist, snapshotIdOf(playlist), baseUrl);
    });
    return { status: 200, body: pageBody(listed, `${baseUrl}/me/playlists`, window) };
  }

  function liked(baseUrl: string, query: URLSearchParams, scopes: readonly string[]): ApiAnswer {
    if (!scopes.includes(likedScope)) return apiError(403, "Insufficient client scope");
    const window = readWindow(query, "liked");
    if (window === undefined) return apiError(400, "Invalid limit");
    const entries = options.library.likedAt?.(options.clock.now()) ?? [];
    return { status: 200, body: pageBody(entries, `${baseUrl}/me/tracks`, window) };
  }

  function ofUser(path: string, query: URLSearchParams, baseUrl: string, scopes: readonly string[]): ApiAnswer {
    if (path === "/me") return { status: 200, body: userBody };
    if (path === "/me/playlists") return mine(baseUrl, query);
    return path === "/me/tracks" ? liked(baseUrl, query, scopes) : apiError(404, "Service not found");
  }

  /** @param scopes what the user has consented to; undefined for the app's own token */
  return (path: string, query: URLSearchParams, baseUrl: string, scopes: readonly string[] | undefined): ApiAnswer => {
    if (/^\/me(\/|$)/.test(path)) {
      return scopes === undefined
        ? apiError(403, "This request requires user authentication.")
        : ofUser(path, query, baseUrl, scopes);
    }
    const match = /^\/playlists\/([^/]+)(?:\/(items|tracks))?$/.exec(path);
    if (match === null) return apiError(404, "Service not found");
    const contents = match[2] as "items" | "tracks" | undefined;
    if (contents !== undefined && isClosed(options, contents)) {
      return contents === "tracks" ? apiError(403, "Forbidden") : apiError(404, "Service not found");
    }
    const id = decodeURIComponent(match[1]!);
    const playlist = options.library.playlistsAt(options.clock.now()).find((one) => one.id === id);
    if (playlist === undefined) {
      return parsePlaylistId(id) === id ? apiError(404, "Resource not found") : apiError(400, "Invalid base62 id");
    }
    if (contents === undefined) {
      const window = { offset: 0, limit: Number(query.get("limit") ?? 100) };
      return { status: 200, body: playlistBody(playlist, snapshotIdOf(playlist), baseUrl, window) };
    }
    const window = readWindow(query, contents);
    if (window === undefined) return apiError(400, "Invalid limit");
    return { status: 200, body: pageBody(playlist.entries, `${baseUrl}/playlists/${match[1]}/${contents}`, window) };
  };
}

/** Whether the app's generation does not have an endpoint. */
export function isClosed({ generation = "both" }: RouteOptions, contents: "items" | "tracks"): boolean {
  return generation !== "both" && contents !== generation;
}

export function apiError(status: number, message: string): ApiAnswer {
  return { status, body: JSON.stringify({ error: { status, message } }) };
}

function readWindow(query: URLSearchParams, list: keyof typeof maxLimit): Window | undefined {
  const offset = Number(query.get("offset") ?? 0);
  const limit = Number(query.get("limit") ?? defaultLimit[list]);
  const good = Number.isInteger(offset) && offset >= 0 && Number.isInteger(limit) && limit >= 1;
  return good && limit <= maxLimit[list] ? { offset, limit } : undefined;
}
