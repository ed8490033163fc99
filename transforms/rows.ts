import { makeCellCopiers } from "./cells";
import { makeEntryReader } from "./entries";
import type { AddKey, Scanner } from "./scanner/scanner";
import type { ColumnName, ItemType, TableName } from "./schema";
import { type JsonObject, makeValues } from "./values";

/** The cells of a row of a table: exactly the columns that the schema declares. */
export type TableRow<T extends TableName> = { readonly [C in ColumnName<T>]: string };

/** New rows of each table. */
export type TableRows = { readonly [T in TableName]: TableRow<T>[] };

/** The rows of one page, and the number of its entries by type. */
interface PageRows {
  readonly rows: TableRows;
  readonly itemTypes: Record<ItemType, number>;
}

/** Turns a playlist's pages into rows, one after the other. A key that had its row on an earlier page gets no second one. */
type ReadPage = (entries: readonly unknown[], firstPosition: number) => PageRows;

/** Makes the maker of row builders. A builder is for one playlist and remembers its distinct keys. */
export function makeRowBuilders(): (playlistId: string, keySets?: Scanner["keySets"]) => ReadPage {
  const { text, isObject, object, list, key, trackKey } = makeValues();
  const readEntry = makeEntryReader();
  const copy = makeCellCopiers();
  const Keys = Set<string>;
  const { stringify } = JSON;
  const encode = encodeURIComponent;
  /** Keys of local files are made of names. A longer one is not a name, and would exhaust memory if each table repeated it. */
  const mostKeyLength = 32_768;

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

  /** Local files have no ids, so the keys of their artists and albums are made of names. */
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

  /** The entry's JSON; empty if it is nested too deep to be printed, so that one entry does not fail the playlist. */
  function entryJson(entry: unknown): string {
    try {
      return stringify(entry);
    } catch {
      return "";
    }
  }

  function startKeySet(): AddKey {
    const keys = new Keys();
    return (added) => {
      const { size } = keys;
      return keys.add(added).size !== size;
    };
  }

  function startKeySets(): Scanner["keySets"] {
    return { tracks: startKeySet(), artists: startKeySet(), albums: startKeySet(), episodes: startKeySet() };
  }

  return function startPlaylist(playlistId, keySets = startKeySets()) {
    const { tracks: seenTracks, artists: seenArtists, albums: seenAlbums, episodes: seenEpisodes } = keySets;
    /** Most albums are by the artists of their track, which comes first. Comparing is cheaper than looking up. */
    let lastArtist = "";
    let rows: TableRows;

    function isNew(add: AddKey, itemKey: string): boolean {
      if (itemKey.length > mostKeyLength) throw new RangeError(`an id or name of ${itemKey.length} characters`);
      return add(itemKey);
    }

    /** @param isTrack true adds the track's credits, false the album's; null: the credits are there already */
    function addArtists(
      artists: readonly unknown[],
      isLocal: boolean,
      isTrack: boolean | null,
      ownerKey: string,
    ): void {
      for (let position = 0; position < artists.length; position++) {
        const artist = object(artists[position]);
        const artist_key = artistKey(artist, isLocal);
        if (artist_key === "") continue;
        if (isTrack === true)
          rows.track_artists.push({ track_key: ownerKey, artist_position: `${position}`, artist_key });
        if (isTrack === false)
          rows.album_artists.push({ album_key: ownerKey, artist_position: `${position}`, artist_key });
        if (artist_key !== lastArtist && isNew(seenArtists, artist_key)) {
          rows.artists.push({ artist_key, ...copy.artists(artist) });
        }
        lastArtist = artist_key;
      }
    }

    function addAlbum(album: JsonObject, album_key: string, isLocal: boolean): void {
      const isFirst = album_key !== "" && isNew(seenAlbums, album_key);
      addArtists(list(album.artists), isLocal, isFirst ? false : null, album_key);
      if (!isFirst) return;
      rows.albums.push({ album_key, ...copy.albums(album) });
    }

    function addTrack(track: JsonObject, track_key: string, isLocal: boolean): void {
      const album = object(track.album);
      const album_key = albumKey(album, track, isLocal);
      const isFirst = isNew(seenTracks, track_key);
      addArtists(list(track.artists), isLocal, isFirst ? true : null, track_key);
      addAlbum(album, album_key, isLocal);
      if (!isFirst) return;
      const is_local = isLocal ? "true" : text(track.is_local);
      rows.tracks.push({ track_key, album_key, is_local, ...copy.tracks(track) });
    }

    function addEpisode(episode: JsonObject, episode_key: string): void {
      if (!isNew(seenEpisodes, episode_key)) return;
      // An episode in the shape of a track has its show as album and its publisher as artist.
      const isTrackShape = !isObject(episode.show);
      const show = object(isTrackShape ? episode.album : episode.show);
      const publisher = isTrackShape ? object(list(episode.artists)[0]).name : show.publisher;
      const dated = text(episode.release_date) === "" ? show : episode;
      rows.episodes.push({
        episode_key,
        episode_id: text(episode.id),
        uri: text(episode.uri),
        name: text(episode.name),
        show_id: text(show.id),
        show_name: text(show.name),
        show_publisher: text(publisher),
        release_date: text(dated.release_date),
        release_date_precision: text(dated.release_date_precision),
        duration_ms: text(episode.duration_ms),
        is_explicit: text(episode.explicit),
      });
    }

    function addEntry(served: unknown, position: string): ItemType {
      const { type, item, reason } = readEntry(served);
      const entry = object(served);
      const isLocal = isLocalFile(entry, item);
      const item_key = type === "track" ? trackKey(item) : type === "episode" ? key(item) : "";
      rows.playlist_items.push({
        playlist_id: playlistId,
        position,
        item_key,
        item_type: type,
        is_local: isLocal ? "true" : "false",
        ...copy.playlist_items(entry),
      });
      if (type === "track") addTrack(item, item_key, isLocal);
      if (type === "episode") addEpisode(item, item_key);
      if (type === "unreadable") {
        rows.rejected_items.push({ playlist_id: playlistId, position, reason, entry: entryJson(served) });
      }
      return type;
    }

    return function readPage(entries, firstPosition) {
      const page = emptyPage();
      rows = page.rows;
      for (let index = 0; index < entries.length; index++) {
        page.itemTypes[addEntry(entries[index], `${firstPosition + index}`)]++;
      }
      return page;
    };
  };
}
