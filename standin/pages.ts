import type { ServedPlaylist } from "./library";

/** How many entries Spotify embeds in a playlist's own response, regardless of `limit`. */
const embeddedEntries = 100;

type Members = readonly (readonly [name: string, json: string])[];

/** The playlist's own response: its fields and its first 100 entries. `next` follows the requested limit. */
export function playlistBody(playlist: ServedPlaylist, snapshotId: string, baseUrl: string, limit: number): string {
  const { entries, fields } = playlist;
  // As Spotify does: 100 entries are embedded, yet `next` starts at the requested limit.
  const nextOffset = entries.length > embeddedEntries ? limit : embeddedEntries;
  const window = { offset: 0, limit: embeddedEntries };
  return playlistText(playlist, fields, snapshotId, baseUrl, (url) => pageBody(entries, url, window, nextOffset));
}

/** A playlist as `/me/playlists` lists it: no followers, no entries. */
export function listedPlaylistBody(playlist: ServedPlaylist, snapshotId: string, baseUrl: string): string {
  const fields = playlist.fields.filter(([name]) => name !== "followers");
  const total = playlist.entries.length;
  return playlistText(playlist, fields, snapshotId, baseUrl, (href) => JSON.stringify({ href, total }));
}

function playlistText(
  { id, contentsNames }: ServedPlaylist,
  fields: Members,
  snapshotId: string,
  baseUrl: string,
  contentsAt: (url: string) => string,
): string {
  const urlOf = (name: string) => `${baseUrl}/playlists/${encodeURIComponent(id)}/${name}`;
  const contents = contentsNames.map((name) => [name, contentsAt(urlOf(name))] as const);
  return objectText([...fields, ["snapshot_id", JSON.stringify(snapshotId)], ...contents]);
}

/** A page of any list: the elements' unchanged texts in Spotify's paging object. */
export function pageBody(
  elements: readonly string[],
  url: string,
  { offset, limit }: { readonly offset: number; readonly limit: number },
  nextOffset = offset + limit,
): string {
  const link = (start: number) => JSON.stringify(`${url}?offset=${start}&limit=${limit}`);
  return objectText([
    ["href", link(offset)],
    ["items", `[${elements.slice(offset, offset + limit).join(",")}]`],
    ["limit", String(limit)],
    ["next", nextOffset < elements.length ? link(nextOffset) : "null"],
    ["offset", String(offset)],
    ["previous", offset > 0 ? link(Math.max(0, offset - limit)) : "null"],
    ["total", String(elements.length)],
  ]);
}

function objectText(members: Members): string {
  return `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(",")}}`;
}
