import type { ItemType } from "./schema";
import { type JsonObject, makeValues } from "./values";

/** What an entry of a playlist turned out to be. */
export interface EntryReading {
  readonly type: ItemType;
  /** The item, as far as there is one; else an empty object. */
  readonly item: JsonObject;
  /** Why the entry is unreadable, else empty. */
  readonly reason: string;
}

/**
 * Makes the reader of entries, which holds the rules of what counts as an item. An entry's item is `item`, else `track`
 * (the shapes of 2026 and before), or the entry itself where it is a bare track or episode.
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

  /** Whether an entry is a track or episode itself. Playlists, albums and the like have an id too, but say what they are. */
  function isBareItem(entry: JsonObject): boolean {
    if (entry.type == null) return key(entry) !== "";
    return entry.type === "track" || entry.type === "episode";
  }

  function readWithoutItem(entry: JsonObject, served: unknown): EntryReading {
    if (isBareItem(entry)) return readItem(entry);
    if (served != null) return unreadable("item is no object");
    const isEntry = entry.item === null || entry.track === null || "added_at" in entry || "added_by" in entry;
    return isEntry ? unavailable : unreadable("entry without an item");
  }

  return function readEntry(entry) {
    if (entry === null) return unavailable;
    if (!isObject(entry)) return unreadable(`entry is ${isArray(entry) ? "an array" : `a ${typeof entry}`}`);
    // Spotify puts a boolean `track` on tracks and episodes to tell them apart: it is no item.
    const served = entry.item ?? (typeof entry.track === "boolean" ? null : entry.track);
    return isObject(served) ? readItem(served) : readWithoutItem(entry, served);
  };
}
