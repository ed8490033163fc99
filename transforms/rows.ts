import type { Row } from "./csv";
import { makeEntryReader } from "./entries";
import type { ItemType, TableName } from "./schema";
import { type JsonObject, makeValues } from "./values";

/** New rows of each table. */
export type TableRows = Record<TableName, Row[]>;

/** The rows of one page and how many of its entries are of which type. */
export interface PageRows {
  readonly rows: TableRows;
  readonly itemTypes: Record<ItemType, number>;
}

/** An entry of a page as it was served, by its index. */
export type ServedEntry = (index: number) => unknown;

/** Turns a playlist's pages into rows, one after the other. A key of an earlier page gets no second row. */
export type ReadPage = (entries: readonly unknown[], firstPosition: number, servedEntry: ServedEntry) => PageRows;

/** Makes the maker of row builders. A builder is for one playlist and remembers its distinct keys. */
export function makeRowBuilders(): (playlistId: string) => ReadPage {
  const { text, isObject, object, list, key, trackKey } = makeValues();
  const readEntry = makeEntryReader();
  const { stringify } = JSON;
  const encode = encodeURIComponent;
  const KeySet = Set<string>;
  /** Local files' keys are made of names; a longer one is no name, and repeated in each table it would exhaust memory. */
  const mostKeyLength = 32_768;
  /** What a list of markets leaves in its entry when it is cut out. */
  const emptiedList = '"available_markets":[]';

  function emptyPage(): PageRows {
    return {
      rows: {
        playlists: [],
        playlist_items: [],
        tracks: [],
        track_artists: [],
        artists: [],
        albums: [],
        album_artists: [],
        episodes: [],
        rejected_items: [],
      },
      itemTypes: { track: 0, episode: 0, unavailable: 0, unreadable: 0 },
    };
  }

  function isLocalFile(entry: JsonObject, item: JsonObject): boolean {
    return entry.is_local === true || item.is_local === true || text(item.uri).startsWith("spotify:local:");
  }

  /** Local files have no ids: names make their artists' and albums' keys. */
  function artistKey(artist: JsonObject, isLocal: boolean): string {
    const ownKey = key(artist);
    const name = text(artist.name);
    return ownKey !== "" || !isLocal || name === "" ? ownKey : `local:artist:${encode(name)}`;
  }

  function albumKey(album: JsonObject, track: JsonObject, isLocal: boolean): string {
    const ownKey = key(album);
    if (ownKey !== "" || !isLocal) return ownKey;
    const artistNames = list(track.artists).map((artist) => text(object(artist).name));
    const albumName = text(album.name);
    if (albumName === "" && artistNames.every((name) => name === "")) return "";
    return `local:album:${encode(artistNames.join("|"))}:${encode(albumName)}`;
  }

  /** The entry's JSON. An entry nested too deep to be printed is left out, rather than the whole playlist. */
  function entryJson(entry: unknown): string {
    try {
      return stringify(entry);
    } catch {
      return "";
    }
  }

  return function startPlaylist(playlistId) {
    const seenTracks = new KeySet();
    const seenArtists = new KeySet();
    const seenAlbums = new KeySet();
    const seenEpisodes = new KeySet();
    /** Most albums are by the artists of their track, which comes first: comparing is cheaper than looking up. */
    let lastArtist = "";
    let rows: TableRows;
    let servedEntry: ServedEntry;

    function isNew(seen: Set<string>, itemKey: string): boolean {
      if (itemKey.length > mostKeyLength) throw new RangeError(`an id or name of ${itemKey.length} characters`);
      const sizeBefore = seen.size;
      seen.add(itemKey);
      return seen.size !== sizeBefore;
    }

    function addArtists(artists: readonly unknown[], isLocal: boolean, links: Row[] | null, ownerKey: string): void {
      for (let position = 0; position < artists.length; position++) {
        const artist = object(artists[position]);
        const artist_key = artistKey(artist, isLocal);
        if (artist_key === "") continue;
        if (links !== null) links.push([ownerKey, `${position}`, artist_key]);
        if (artist_key !== lastArtist && isNew(seenArtists, artist_key)) {
          rows.artists.push([artist_key, text(artist.id), text(artist.name), text(artist.uri)]);
        }
        lastArtist = artist_key;
      }
    }

    function addAlbum(album: JsonObject, album_key: string, isLocal: boolean): void {
      const isFirst = album_key !== "" && isNew(seenAlbums, album_key);
      addArtists(list(album.artists), isLocal, isFirst ? rows.album_artists : null, album_key);
      if (!isFirst) return;
      rows.albums.push([
        album_key,
        text(album.id),
        text(album.name),
        text(album.album_type),
        text(album.release_date),
        text(album.release_date_precision),
        text(album.total_tracks),
        text(object(list(album.images)[0]).url),
      ]);
    }

    function addTrack(track: JsonObject, track_key: string, isLocal: boolean): void {
      const album = object(track.album);
      const album_key = albumKey(album, track, isLocal);
      const isFirst = isNew(seenTracks, track_key);
      addArtists(list(track.artists), isLocal, isFirst ? rows.track_artists : null, track_key);
      addAlbum(album, album_key, isLocal);
      if (!isFirst) return;
      rows.tracks.push([
        track_key,
        text(track.id),
        text(track.uri),
        text(track.name),
        album_key,
        text(track.disc_number),
        text(track.track_number),
        text(track.duration_ms),
        text(track.explicit),
        isLocal ? "true" : text(track.is_local),
        text(track.popularity),
        text(object(track.external_ids).isrc),
        text(object(track.linked_from).id),
      ]);
    }

    function addEpisode(episode: JsonObject, episode_key: string): void {
      if (!isNew(seenEpisodes, episode_key)) return;
      // An episode in the shape of a track has its show as album and its publisher as artist.
      const isTrackShape = !isObject(episode.show);
      const show = object(isTrackShape ? episode.album : episode.show);
      const publisher = isTrackShape ? object(list(episode.artists)[0]).name : show.publisher;
      const dated = text(episode.release_date) === "" ? show : episode;
      rows.episodes.push([
        episode_key,
        text(episode.id),
        text(episode.uri),
        text(episode.name),
        text(show.id),
        text(show.name),
        text(publisher),
        text(dated.release_date),
        text(dated.release_date_precision),
        text(episode.duration_ms),
        text(episode.explicit),
      ]);
    }

    /** The entry's JSON as it was served. Its page is read again only if lists of markets were cut out of the entry. */
    function servedJson(entry: unknown, index: number): string {
      const json = entryJson(entry);
      return json.includes(emptiedList) ? entryJson(servedEntry(index)) : json;
    }

    function addEntry(served: unknown, index: number, position: string): ItemType {
      const { type, item, reason } = readEntry(served);
      const entry = object(served);
      const isLocal = isLocalFile(entry, item);
      const item_key = type === "track" ? trackKey(item) : type === "episode" ? key(item) : "";
      const is_local = isLocal ? "true" : "false";
      const addedBy = text(object(entry.added_by).id);
      rows.playlist_items.push([playlistId, position, item_key, type, is_local, text(entry.added_at), addedBy]);
      if (type === "track") addTrack(item, item_key, isLocal);
      if (type === "episode") addEpisode(item, item_key);
      if (type === "unreadable") rows.rejected_items.push([playlistId, position, reason, servedJson(served, index)]);
      return type;
    }

    return function readPage(entries, firstPosition, servedEntryOfPage) {
      const page = emptyPage();
      rows = page.rows;
      servedEntry = servedEntryOfPage;
      for (let index = 0; index < entries.length; index++) {
        page.itemTypes[addEntry(entries[index], index, `${firstPosition + index}`)]++;
      }
      return page;
    };
  };
}
