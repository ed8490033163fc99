/**
 * The tables of the lake: the one place that names columns.
 * Every column is text in the CSV and in the catalog; the types are the views' business.
 */

/** Name of a table: its folder in the lake, the plain name of its view, and after `catalogPrefix` its catalog table. */
export type TableName =
  | "playlists"
  | "playlist_items"
  | "tracks"
  | "track_artists"
  | "artists"
  | "albums"
  | "album_artists"
  | "episodes"
  | "rejected_items";

/** The columns of each table, in the order of the CSV, without the partition column. */
export const tables: { readonly [T in TableName]: readonly string[] } = {
  playlists: [
    "playlist_id",
    "name",
    "description",
    "owner_id",
    "owner_name",
    "is_public",
    "is_collaborative",
    "followers",
    "total_items",
    "spotify_snapshot_id",
    "image_url",
    "extracted_at",
    "items_fetched_at",
    "is_consistent",
  ],
  playlist_items: ["playlist_id", "position", "item_key", "item_type", "is_local", "added_at", "added_by_id"],
  tracks: [
    "track_key",
    "track_id",
    "uri",
    "name",
    "album_key",
    "disc_number",
    "track_number",
    "duration_ms",
    "is_explicit",
    "is_local",
    "popularity",
    "isrc",
    "linked_from_id",
  ],
  track_artists: ["track_key", "artist_position", "artist_key"],
  artists: ["artist_key", "artist_id", "name", "uri"],
  albums: [
    "album_key",
    "album_id",
    "name",
    "album_type",
    "release_date",
    "release_date_precision",
    "total_tracks",
    "image_url",
  ],
  album_artists: ["album_key", "artist_position", "artist_key"],
  episodes: [
    "episode_key",
    "episode_id",
    "uri",
    "name",
    "show_id",
    "show_name",
    "show_publisher",
    "release_date",
    "release_date_precision",
    "duration_ms",
    "is_explicit",
  ],
  rejected_items: ["playlist_id", "position", "reason", "entry"],
};

/** All tables, in the order in which they are written and shown. */
export const tableNames: readonly TableName[] = [
  "playlists",
  "playlist_items",
  "tracks",
  "track_artists",
  "artists",
  "albums",
  "album_artists",
  "episodes",
  "rejected_items",
];

/** The partition column of every table: the local date, YYYY-MM-DD, on which the playlist was read. */
export const partitionColumn = "snapshot_date";

/** What a table's name in the catalog begins with; the name without it is the typed view's. */
export const catalogPrefix = "csv_";

/**
 * What an entry of a playlist turned out to be.
 * `unavailable`: Spotify served the entry without its item. `unreadable`: nothing in it names an item.
 */
export type ItemType = "track" | "episode" | "unavailable" | "unreadable";
