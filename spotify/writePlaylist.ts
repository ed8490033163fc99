import { codedError } from "./errors";
import type { Received } from "./requester";
import { isNewPlaylist, isSnapshot } from "./responses";
import type { Session } from "./session";
import type { Method } from "./types";

/** URIs in a request: the most that Spotify allows. */
export const mostUris = 100;

/** A change of a playlist's entries that one request makes. Positions count from 0. */
export type Edit =
  /** Inserts at most 100 URIs, so that the first one gets `position`. */
  | { kind: "add"; uris: readonly string[]; position: number }
  /** Removes every entry of at most 100 URIs. */
  | { kind: "remove"; uris: readonly string[] }
  /** Moves `length` entries from `start` to before the entry at `before`, positions as they are before the move. */
  | { kind: "move"; start: number; length: number; before: number };

/** A new playlist's fields. */
interface NewPlaylist {
  name: string;
  description: string;
}

/**
 * The part of Spotify's Web API that writes playlists. A write is never sent again after a failure that leaves open whether
 * it took effect: it rejects with `UNCLEAR`, and the caller reads the playlist. Other rejections: `REFUSED` (has `status`),
 * and those of `Session.authorized`.
 */
export interface PlaylistWriter {
  /** Makes a private playlist without entries, and returns its id. */
  create(playlist: NewPlaylist): Promise<string>;
  /**
   * Makes one change. `snapshotId` names the contents that it is meant for. Spotify's API has no such parameter for an
   * addition. @returns the snapshot id of the changed contents
   */
  edit(playlistId: string, edit: Edit, snapshotId: string | undefined): Promise<string>;
}

export function makePlaylistWriter({ apiUrl, authorized, messageOf }: Session): PlaylistWriter {
  /** The endpoint that is tried first: the one that took the last change. */
  let contentsName: "items" | "tracks" = "items";

  function send(method: Method, path: string, body: object, purpose: string, isGood: (json: unknown) => boolean) {
    return authorized({
      method,
      url: `${apiUrl}${path}`,
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
      purpose,
      isGood,
      success: [200, 201],
      mayRepeat: false,
    });
  }

  function refused(purpose: string, answer: Received): Error {
    const { status } = answer;
    const message = messageOf(answer) || "Spotify gives no reason";
    return codedError("REFUSED", purpose, `Spotify refuses it (${status} ${message})`, { status });
  }

  return {
    async create(playlist) {
      const purpose = `the new playlist "${playlist.name}"`;
      const body = { ...playlist, public: false, collaborative: false };
      const answer = await send("POST", "/me/playlists", body, purpose, isNewPlaylist);
      if (answer.status >= 400) throw refused(purpose, answer);
      return (answer.json as { id: string }).id;
    },
    async edit(playlistId, edit, snapshotId) {
      const purpose = `${edit.kind} in playlist ${playlistId}`;
      let first: Received | undefined;
      for (const name of [contentsName, contentsName === "items" ? "tracks" : "items"] as const) {
        const { method, body } = requestOf(edit, name, snapshotId);
        const answer = await send(method, `/playlists/${playlistId}/${name}`, body, purpose, isSnapshot);
        if (answer.status < 400) {
          contentsName = name;
          return (answer.json as { snapshot_id: string }).snapshot_id;
        }
        // The refusal of the endpoint that serves this app is the more useful one.
        first ??= answer;
        if (answer.status !== 403 && answer.status !== 404) break;
      }
      throw refused(purpose, first!);
    },
  };
}

function requestOf(edit: Edit, name: "items" | "tracks", snapshotId: string | undefined) {
  const snapshot = snapshotId === undefined ? {} : { snapshot_id: snapshotId };
  if (edit.kind === "add") return { method: "POST", body: { uris: edit.uris, position: edit.position } } as const;
  if (edit.kind === "remove") {
    return { method: "DELETE", body: { [name]: edit.uris.map((uri) => ({ uri })), ...snapshot } } as const;
  }
  const { start, length, before } = edit;
  const body = { range_start: start, range_length: length, insert_before: before, ...snapshot };
  return { method: "PUT", body } as const;
}
