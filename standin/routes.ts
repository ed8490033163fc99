import { isSpotifyOwned } from "../spotify/playlistId";
import type { Library, ServedPlaylist } from "./library";
import { listedPlaylistBody, pageBody, playlistBody, type Window } from "./pages";

/** An answer of the Web API: its status and its JSON text. */
export interface ApiAnswer {
  status: number;
  body: string;
}

export interface RouteOptions {
  library: Library;
  clock: { now(): Date };
  /** Which endpoint has the contents: `items` as for new apps, `tracks` as for old ones. @default "both" */
  generation?: "items" | "tracks" | "both";
  /** The ids that `/me/playlists` lists; null is one that Spotify lists as null. @default all, then a null */
  mine?: readonly (string | null)[];
}

const maxLimit = { items: 50, tracks: 100, playlists: 50 } as const;
const defaultLimit = { items: 20, tracks: 100, playlists: 20 } as const;

/** Answers one GET below `/v1`. */
export type Router = (path: string, query: URLSearchParams, baseUrl: string, isUser: boolean) => ApiAnswer;

export function createRouter(options: RouteOptions): Router {
  const generation = options.generation ?? "both";
  let asked = 0;

  /** Spotify-owned lists have another snapshot id each time they are asked for. */
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

  return (path, query, baseUrl, isUser) => {
    if (path === "/me/playlists") {
      return isUser ? mine(baseUrl, query) : apiError(403, "This request requires user authentication.");
    }
    const match = /^\/playlists\/([^/]+)(?:\/(items|tracks))?$/.exec(path);
    if (match === null) return apiError(404, "Service not found");
    const contents = match[2] as "items" | "tracks" | undefined;
    if (contents !== undefined && generation !== "both" && contents !== generation) {
      return generation === "items" ? apiError(403, "Forbidden") : apiError(404, "Service not found");
    }
    const id = match[1]!;
    if (!/^[0-9A-Za-z]{22}$/.test(id)) return apiError(400, "Invalid base62 id");
    const playlist = options.library.playlistsAt(options.clock.now()).find((one) => one.id === id);
    if (playlist === undefined) return apiError(404, "Resource not found");
    if (contents === undefined) {
      const window = { offset: 0, limit: Number(query.get("limit") ?? 100) };
      return { status: 200, body: playlistBody(playlist, snapshotIdOf(playlist), baseUrl, window) };
    }
    const window = readWindow(query, contents);
    if (window === undefined) return apiError(400, "Invalid limit");
    return { status: 200, body: pageBody(playlist.entries, `${baseUrl}/playlists/${id}/${contents}`, window) };
  };
}

/** Spotify's error body. */
export function apiError(status: number, message: string): ApiAnswer {
  return { status, body: JSON.stringify({ error: { status, message } }) };
}

function readWindow(query: URLSearchParams, list: keyof typeof maxLimit): Window | undefined {
  const offset = Number(query.get("offset") ?? 0);
  const limit = Number(query.get("limit") ?? defaultLimit[list]);
  const good = Number.isInteger(offset) && offset >= 0 && Number.isInteger(limit) && limit >= 1;
  return good && limit <= maxLimit[list] ? { offset, limit } : undefined;
}
