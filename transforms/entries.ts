import type { ItemType } from "./schema";
import { type JsonObject, makeValues } from "./values";

/** What an entry of a playlist turned out to be. */
interface EntryReading {
  readonly type: ItemType;
  /** The item; an empty object if there is none. */
  readonly item: JsonObject;
  /** Why the entry is unreadable, else empty. */
  readonly reason: string;
}

/**
 * Makes the reader of entries, which decides what counts as an item. An entry's item is `item`, else `track` (the shapes
 * of 2026 and before), or the entry itself if it is a bare track or episode.
 */
export function makeEntryReader(): (entry: unknown) => EntryReading {
  const { isArray } = Array;
  const { isObject, key } = makeValues();
  const nothing: JsonObject = {};
  const unavailable: EntryReading = { type: "unavailable", item: nothing, reason: "" };

  function unreadable(reason: string, item = nothing): EntryReading {
    return { type: "unreadable", item, reason };
  }

  function readItem(item: JsonObject): EntryReading {
    if (key(item) === "") return unreadable("item without id and uri", item);
    const isEpisode = item.type === "episode" || item.episode === true;
    return { type: isEpisode ? "episode" : "track", item, reason: "" };
  }

  /** Whether an entry is itself a track or episode. Playlists, albums and the like have an id too, but name their type. */
  function isBareItem(entry: JsonObject): boolean {
    if (entry.type == null) return key(entry) !== "";
    return entry.type === "track" || entry.type === "episode";
  }

  function readWithoutItem(entry: JsonObject, served: unknown): EntryReading {
    if (isBareItem(entry)) return readItem(entry);
    if (served != null) return unreadable("item is not an object");
    const isEntry = entry.item === null || entry.track === null || "added_at" in entry || "added_by" in entry;
    return isEntry ? unavailable : unreadable("entry without an item");
  }

  return function readEntry(entry) {
    if (entry === null) return unavailable;
    if (!isObject(entry)) return unreadable(`entry is ${isArray(entry) ? "an array" : `a ${typeof entry}`}`);
    // Spotify distinguishes tracks from episodes by a boolean `track`, which is not an item.
    const served = entry.item ?? (typeof entry.track === "boolean" ? null : entry.track);
    return isObject(served) ? readItem(served) : readWithoutItem(entry, served);
  };
}
