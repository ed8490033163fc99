/**
 * The tables of the lake. Each column is declared here and nowhere else: its order in the CSV, its column in the catalog's
 * table, its type and note in the typed view and in docs/tables.md follow. In the CSV and the catalog every column is
 * text; `type` is how the typed view reads it.
 */

/** How a typed view reads a column. `key` is text that is never empty; in the other types an empty cell is null. */
export type ColumnType = "key" | "text" | "integer" | "boolean" | "timestamp" | "added at" | "release date";

/** A column of a table. */
interface ColumnSpec {
  readonly type: ColumnType;
  /** What the name alone does not explain. */
  readonly note?: string;
}

/** A table of the lake. */
export interface TableSpec {
  /** What a row is, one line. */
  readonly description: string;
  /** The columns that identify a row of a day; a table without `playlist_id` among them repeats rows between files. */
  readonly key: readonly string[];
  /** In the order of the CSV, without the partition column. */
  readonly columns: { readonly [name: string]: ColumnSpec };
}

const releaseDate = {
  release_date: {
    type: "release date",
    note: "as served: a year, a month or a day; null if unknown (Spotify serves 0000 for some)",
  },
  release_date_precision: { type: "text", note: "year, month or day" },
} as const;

const declared = {
  playlists: {
    description: "Each playlist as Spotify served it on each day: one row per playlist and day.",
    key: ["playlist_id"],
    columns: {
      playlist_id: { type: "key", note: "`liked` for the Liked Songs" },
      name: { type: "text" },
      description: { type: "text", note: "can hold HTML" },
      owner_id: { type: "text" },
      owner_name: { type: "text" },
      is_public: { type: "boolean" },
      is_collaborative: { type: "boolean" },
      followers: { type: "integer" },
      total_items: { type: "integer", note: "as Spotify counts, unavailable entries included" },
      spotify_snapshot_id: { type: "text", note: "equal ids mean equal contents" },
      image_url: { type: "text", note: "can expire within a day" },
      extracted_at: { type: "timestamp", note: "UTC, when the playlist itself was read" },
      items_fetched_at: { type: "timestamp", note: "UTC, when its last page was read" },
      is_consistent: { type: "boolean", note: "false if the playlist was edited while it was read" },
    },
  },
  playlist_items: {
    description:
      "Every entry of every playlist, in order: one row per playlist, position and day. " +
      "Join tracks or episodes on item_key and snapshot_date.",
    key: ["playlist_id", "position"],
    columns: {
      playlist_id: { type: "key" },
      position: { type: "integer", note: "from 0" },
      item_key: { type: "text", note: "track_key or episode_key, null if there is no item" },
      item_type: { type: "key", note: "track, episode, unavailable or unreadable" },
      is_local: { type: "boolean", note: "a file of the owner's, unknown to Spotify" },
      added_at: { type: "added at", note: "UTC, null if Spotify does not know (it serves 1970 for some)" },
      added_by_id: { type: "text" },
    },
  },
  tracks: {
    description: "Each track that was on any playlist on a day: one row per track and day.",
    key: ["track_key"],
    columns: {
      track_key: { type: "key", note: "linked_from_id, else the id, else the URI" },
      track_id: { type: "text", note: "the id served; null for local files" },
      uri: { type: "text" },
      name: { type: "text" },
      album_key: { type: "text" },
      disc_number: { type: "integer" },
      track_number: { type: "integer" },
      duration_ms: { type: "integer" },
      is_explicit: { type: "boolean" },
      is_local: { type: "boolean" },
      popularity: { type: "integer", note: "0 to 100, null if Spotify does not send it to your app" },
      isrc: { type: "text" },
      linked_from_id: { type: "text", note: "the id in the playlist, if Spotify served another track in its place" },
    },
  },
  track_artists: {
    description: "Which artists each track credits, in order: one row per track, position and day.",
    key: ["track_key", "artist_position"],
    columns: {
      track_key: { type: "key" },
      artist_position: { type: "integer", note: "from 0; an artist with neither id nor name leaves a gap" },
      artist_key: { type: "key" },
    },
  },
  artists: {
    description: "Each artist of a track or album that was on any playlist on a day: one row per artist and day.",
    key: ["artist_key"],
    columns: {
      artist_key: { type: "key", note: "the id, else the URI" },
      artist_id: { type: "text", note: "null for artists of local files" },
      name: { type: "text" },
      uri: { type: "text" },
    },
  },
  albums: {
    description: "Each album of a track that was on any playlist on a day: one row per album and day.",
    key: ["album_key"],
    columns: {
      album_key: { type: "key", note: "the id, else the URI" },
      album_id: { type: "text", note: "null for albums of local files" },
      name: { type: "text" },
      album_type: { type: "text", note: "album, single or compilation" },
      ...releaseDate,
      total_tracks: { type: "integer" },
      image_url: { type: "text" },
    },
  },
  album_artists: {
    description: "Which artists each album credits, in order: one row per album, position and day.",
    key: ["album_key", "artist_position"],
    columns: {
      album_key: { type: "key" },
      artist_position: { type: "integer", note: "from 0; an artist with neither id nor name leaves a gap" },
      artist_key: { type: "key" },
    },
  },
  episodes: {
    description: "Each podcast episode that was on any playlist on a day: one row per episode and day.",
    key: ["episode_key"],
    columns: {
      episode_key: { type: "key", note: "the id, else the URI" },
      episode_id: { type: "text" },
      uri: { type: "text" },
      name: { type: "text" },
      show_id: { type: "text" },
      show_name: { type: "text" },
      show_publisher: { type: "text" },
      ...releaseDate,
      duration_ms: { type: "integer" },
      is_explicit: { type: "boolean" },
    },
  },
  rejected_items: {
    description: "Entries that could not be read as a track or an episode: one row per playlist, position and day.",
    key: ["playlist_id", "position"],
    columns: {
      playlist_id: { type: "key" },
      position: { type: "integer", note: "as in playlist_items" },
      reason: { type: "text" },
      entry: { type: "text", note: "the entry's JSON" },
    },
  },
} as const satisfies { readonly [table: string]: TableSpec };

/** Name of a table: its folder in the lake, its view, and after `catalogPrefix` its catalog table. */
export type TableName = keyof typeof declared;

/** Name of a column of a table. */
export type ColumnName<T extends TableName> = keyof (typeof declared)[T]["columns"] & string;

/** All tables by their names, in the order in which they are written and shown. */
export const schema: { readonly [T in TableName]: TableSpec } = declared;

/** The names of all tables. */
export const tableNames = Object.keys(declared) as readonly TableName[];

/** The names of each table's columns. */
export const tables = columnNames();

function columnNames() {
  const named = tableNames.map((table) => [table, Object.keys(schema[table].columns)] as const);
  return Object.fromEntries(named) as unknown as { readonly [T in TableName]: readonly string[] };
}

/** The partition column of every table: the local date, YYYY-MM-DD, on which the playlist was read. */
export const partitionColumn = "snapshot_date";

/** What a table's name in the catalog begins with; the name without it is the typed view's. */
export const catalogPrefix = "csv_";

/**
 * What an entry of a playlist turned out to be.
 * `unavailable`: Spotify served the entry without its item. `unreadable`: nothing in it names an item.
 */
export type ItemType = "track" | "episode" | "unavailable" | "unreadable";
