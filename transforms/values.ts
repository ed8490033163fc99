/** A JSON object whose members are not known yet. */
export type JsonObject = { readonly [name: string]: unknown };

/** Readers of parsed JSON that accept any value and never throw. */
export interface Values {
  /** The value as a cell's text: strings unchanged, numbers and booleans as JavaScript prints them, all else empty. */
  text(value: unknown): string;
  /** Whether the value is an object and not an array. */
  isObject(value: unknown): value is JsonObject;
  /** The value if it is an object, else an empty object. */
  object(value: unknown): JsonObject;
  /** The value if it is an array, else an empty array. */
  list(value: unknown): readonly unknown[];
  /** The key of an item, artist, album or show: its id, else its URI, else the empty string. */
  key(thing: JsonObject): string;
  /** A track's key: `linked_from.id`, else its id, else its URI. Spotify relinks a track by market and day. */
  trackKey(track: JsonObject): string;
}

/**
 * Makes the readers. They run for every cell, so they are made inside the maker that uses them, with the globals that
 * they need as locals: in a serialized closure a captured function or a global costs about 0.1 µs each time it is named.
 */
export function makeValues(): Values {
  const { isArray } = Array;
  const nothing: JsonObject = {};
  const none: readonly unknown[] = [];

  function text(value: unknown): string {
    if (typeof value === "string") return value;
    return typeof value === "number" || typeof value === "boolean" ? `${value}` : "";
  }

  function isObject(value: unknown): value is JsonObject {
    return typeof value === "object" && value !== null && !isArray(value);
  }

  function object(value: unknown): JsonObject {
    return isObject(value) ? value : nothing;
  }

  function list(value: unknown): readonly unknown[] {
    return isArray(value) ? value : none;
  }

  function key(thing: JsonObject): string {
    const id = text(thing.id);
    return id === "" ? text(thing.uri) : id;
  }

  function trackKey(track: JsonObject): string {
    const linkedId = track.linked_from == null ? "" : text(object(track.linked_from).id);
    return linkedId === "" ? key(track) : linkedId;
  }

  return { text, isObject, object, list, key, trackKey };
}
