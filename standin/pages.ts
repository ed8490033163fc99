import type { ServedPlaylist } from "./library";

/** How many entries Spotify embeds in a playlist's own response, regardless of `limit`. */
const embeddedEntries = 100;

/** The part of a list that a query asks for. */
export interface Window {
  offset: number;
  limit: number;
}

/** The playlist's own response: its fields and its first 100 entries. `next` follows the requested limit. */
export function playlistBody(playlist: ServedPlaylist, snapshotId: string, baseUrl: string, window: Window): string {
  const members = playlist.fields.map(([name, json]) => [name, json] as const);
  const contents = playlist.contentsNames.map((name) => {
    const url = `${baseUrl}/playlists/${encodeURIComponent(playlist.id)}/${name}`;
    return [name, embeddedPage(playlist.entries, url, window.limit)] as const;
  });
  return objectText([...members, ["snapshot_id", JSON.stringify(snapshotId)], ...contents]);
}

/** A playlist as `/me/playlists` lists it: no followers, no entries. */
export function listedPlaylistBody(playlist: ServedPlaylist, snapshotId: string, baseUrl: string): string {
  const fields = playlist.fields.filter(([name]) => name !== "followers");
  const contents = playlist.contentsNames.map((name) => {
    const href = `${baseUrl}/playlists/${encodeURIComponent(playlist.id)}/${name}`;
    return [name, JSON.stringify({ href, total: playlist.entries.length })] as const;
  });
  return objectText([...fields, ["snapshot_id", JSON.stringify(snapshotId)], ...contents]);
}

/** A page of any list: the elements' unchanged texts in Spotify's paging object. */
export function pageBody(elements: readonly string[], url: string, { offset, limit }: Window): string {
  const served = elements.slice(offset, offset + limit);
  return pageText(served, url, { offset, limit, total: elements.length, nextOffset: offset + limit });
}

function embeddedPage(entries: readonly string[], url: string, limit: number): string {
  const served = entries.slice(0, embeddedEntries);
  // As Spotify does: 100 entries are embedded, yet `next` starts at the requested limit.
  const nextOffset = served.length < entries.length ? limit : entries.length;
  return pageText(served, url, { offset: 0, limit: embeddedEntries, total: entries.length, nextOffset });
}

function pageText(
  served: readonly string[],
  url: string,
  page: { offset: number; limit: number; total: number; nextOffset: number },
): string {
  const link = (offset: number) => JSON.stringify(`${url}?offset=${offset}&limit=${page.limit}`);
  return objectText([
    ["href", link(page.offset)],
    ["items", `[${served.join(",")}]`],
    ["limit", String(page.limit)],
    ["next", page.nextOffset < page.total ? link(page.nextOffset) : "null"],
    ["offset", String(page.offset)],
    ["previous", page.offset > 0 ? link(Math.max(0, page.offset - page.limit)) : "null"],
    ["total", String(page.total)],
  ]);
}

function objectText(members: readonly (readonly [string, string])[]): string {
  return `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(",")}}`;
}
