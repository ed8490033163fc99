/** How an entry is known in a list of entries: by its URI, else by why it has none. */
export type EntryUri = string;

/**
 * The URI of an entry of `playlist_items`. It is the one under which the entry was added: a relinked track counts as the
 * original.
 *
 * @param itemKey `track_key` or `episode_key`; empty if there is no item
 * @returns `unavailable` or `unreadable` if the entry has no item that can be named
 */
export function entryUri(itemType: string, itemKey: string): EntryUri {
  if (itemType !== "track" && itemType !== "episode") return itemType;
  return itemKey.includes(":") ? itemKey : `spotify:${itemType}:${itemKey}`;
}

/** Whether Spotify's API can add and remove it. It cannot for local files and for entries without an item. */
export function isInCatalog(uri: EntryUri): boolean {
  return /^spotify:(track|episode):[0-9A-Za-z]+$/.test(uri);
}
