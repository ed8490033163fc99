import { makeRowBuilders } from "../transforms/rows";
import type { Opening, RawResponse, SpotifyClient } from "./client";
import { type EntryUri, entryUri } from "./entryUri";
import { codedError } from "./errors";
import { embeddedName } from "./responses";

/** An entry of a list, as people know it. */
export interface ListEntry {
  uri: EntryUri;
  /** Empty if it has none. */
  name: string;
  /** The first artist, or an episode's show; empty if there is none. */
  by: string;
}

/** A playlist's entries at one moment. */
export interface ListRead {
  entries: ListEntry[];
  /** Undefined if Spotify gave none. */
  snapshotId: string | undefined;
  /** The responses that it was read from, in the order of a raw object's lines. */
  responses: readonly RawResponse[];
}

/** How often a list is read if it changes meanwhile. */
const mostReads = 4;

/**
 * Reads a playlist's entries in order.
 *
 * @param first the playlist's response, if it was read just now
 * @throws as `SpotifyClient`; `UNEXPECTED` if the playlist changed during every read, or if a part of it is not served: what
 * is missing would be added again
 */
export async function readEntries(client: SpotifyClient, playlistId: string, first?: Opening): Promise<ListRead> {
  let opening = first ?? (await client.open(playlistId));
  for (let reads = 1; reads <= mostReads; reads += 1) {
    const readPage = makePageReader(playlistId);
    const entries: ListEntry[] = [];
    const responses: RawResponse[] = [...opening.head];
    let { nextOffset, total } = opening.paging;
    let cutAt: number | undefined;
    if (opening.paging.entries > 0) {
      const playlist = JSON.parse(opening.head[0]!.body) as Record<string, unknown>;
      entries.push(...readPage(playlist[embeddedName(playlist)!]));
    }
    const isWhole = nextOffset == null;
    while (nextOffset != null) {
      const page = await client.page(playlistId, nextOffset);
      total ??= page.total;
      if (page.entries === 0 && nextOffset < (total ?? 0)) cutAt = nextOffset;
      entries.push(...readPage(JSON.parse(page.body)));
      responses.push({ url: page.url, fetchedAt: page.fetchedAt, body: page.body });
      nextOffset = page.nextOffset;
    }
    const closing = isWhole ? opening : await client.open(playlistId);
    if (!isWhole) responses.push(...closing.head);
    if (closing.contentsId === opening.contentsId) {
      if (cutAt == null) return { entries, snapshotId: opening.contentsId, responses };
      const reason = `Spotify counts ${total} entries and serves none from ${cutAt} on; run it again`;
      throw codedError("UNEXPECTED", `playlist ${playlistId}`, reason, {});
    }
    opening = closing;
  }
  throw codedError("UNEXPECTED", `playlist ${playlistId}`, `it changed during each of ${mostReads} reads`, {});
}

/** Makes the reader of a playlist's pages. It remembers names: a later page's rows leave out the items of earlier pages. */
function makePageReader(playlistId: string): (page: unknown) => ListEntry[] {
  const read = makeRowBuilders()(playlistId);
  const artists = new Map<string, string>();
  const named = new Map<string, Omit<ListEntry, "uri">>();
  return (page) => {
    const { items } = page as { items: unknown[] };
    const { rows } = read(items, 0);
    for (const { artist_key, name } of rows.artists) artists.set(artist_key, name);
    for (const { track_key, name } of rows.tracks) named.set(track_key, { name, by: "" });
    for (const { track_key, artist_position, artist_key } of rows.track_artists) {
      const track = named.get(track_key);
      if (track != null && artist_position === "0") track.by = artists.get(artist_key) ?? "";
    }
    for (const { episode_key, name, show_name } of rows.episodes) named.set(episode_key, { name, by: show_name });
    return rows.playlist_items.map(({ item_type, item_key }) => ({
      uri: entryUri(item_type, item_key),
      ...(named.get(item_key) ?? { name: "", by: "" }),
    }));
  };
}
