// What the module and its caller know by the same numbers. This file is both TypeScript and AssemblyScript.

/** What is done with the value of a member that is read. */
export enum Action {
  /** A cell's text. */
  Text,
  /** A text that can be a key: short and without escapes, or the entry is irregular. */
  Key,
  /** An object of another shape. */
  Object,
  /** A list of which only the first element is read, an object of another shape. */
  First,
  /** The artists of a track or album. */
  Artists,
  /** The item of an entry, in the shape of 2026. */
  Item,
  /** The item of an entry, in the earlier shape. */
  Track,
  /** A page's entries. */
  Entries,
}

/** Shapes of objects that the module refers to. The caller declares more. */
export enum Shape {
  Line,
  Body,
  Entry,
  Item,
  Artist,
  /** The first one that the caller can number. */
  Next,
  End = 16,
}

/** Slots of an entry that are not only copied into a column. */
export enum Slot {
  PlaylistId,
  Position,
  ItemKey,
  ItemType,
  IsLocal,
  ServedIsLocal,
  AddedAt,
  AddedById,
  /** From here on a slot belongs to the item. */
  AlbumKey,
  Id,
  Uri,
  LinkedId,
  AlbumId,
  AlbumUri,
  Type,
  Episode,
  ItemIsLocal,
  /** The first one that the caller can number. */
  Next,
  End = 40,
}

/** Slots of an artist. The owner is the track or album. */
export enum ArtistSlot {
  OwnerKey,
  Position,
  Key,
  Id,
  Uri,
  Name,
  End,
}

/** The lists of artists of an entry. */
export enum Credits {
  Track,
  Album,
}

/** The tables that regular entries have rows in. */
export enum Table {
  playlist_items,
  tracks,
  track_artists,
  artists,
  albums,
  album_artists,
  End,
}

/** The sets of seen keys. */
export enum KeySet {
  Tracks,
  Artists,
  Albums,
  Episodes,
  End,
}

/** Why `writeRows` returned. */
export enum Stop {
  Done,
  /** The next entries are irregular. They are passed over: their rows are the caller's. */
  Irregular,
  /** A table's output has to be taken first. */
  Full,
}
