import type { ColumnName, TableName } from "./schema";
import { type JsonObject, makeValues } from "./values";

/**
 * Where the values of copied cells are in a response, for rows.ts and for the scanner. A path's names are joined by dots; `0`
 * is a list's first element.
 */
export const copiedCells = {
  /** In the entry. */
  playlist_items: { added_at: "added_at", added_by_id: "added_by.id" },
  /** In the track. */
  tracks: {
    track_id: "id",
    uri: "uri",
    name: "name",
    disc_number: "disc_number",
    track_number: "track_number",
    duration_ms: "duration_ms",
    is_explicit: "explicit",
    popularity: "popularity",
    isrc: "external_ids.isrc",
    linked_from_id: "linked_from.id",
  },
  /** In the artist. */
  artists: { artist_id: "id", name: "name", uri: "uri" },
  /** In the album. */
  albums: {
    album_id: "id",
    name: "name",
    album_type: "album_type",
    release_date: "release_date",
    release_date_precision: "release_date_precision",
    total_tracks: "total_tracks",
    image_url: "images.0.url",
  },
} as const satisfies { readonly [T in TableName]?: { readonly [C in ColumnName<T>]?: string } };

type Copied = typeof copiedCells;

/** Copies the cells of a row from an object. */
type CopyCells<T extends keyof Copied> = (from: JsonObject) => { [C in keyof Copied[T]]: string };

/** Makes the copiers of all tables. */
export function makeCellCopiers(): { readonly [T in keyof Copied]: CopyCells<T> } {
  const { text, object, list } = makeValues();
  const { entries } = Object;

  function copierOf<T extends keyof Copied>(paths: Copied[T]): CopyCells<T> {
    const cells = entries(paths).map(([column, path]) => ({ column, names: (path as string).split(".") }));
    return (from) => {
      const row: Record<string, string> = {};
      for (const { column, names } of cells) {
        let value: unknown = from;
        for (const name of names) value = name === "0" ? list(value)[0] : object(value)[name];
        row[column] = text(value);
      }
      return row as ReturnType<CopyCells<T>>;
    };
  }

  const { playlist_items, tracks, artists, albums } = copiedCells;
  return {
    playlist_items: copierOf<"playlist_items">(playlist_items),
    tracks: copierOf<"tracks">(tracks),
    artists: copierOf<"artists">(artists),
    albums: copierOf<"albums">(albums),
  };
}
