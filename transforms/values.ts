/** A JSON object of which nothing is known yet. */
export type JsonObject = { readonly [name: string]: unknown };

/** Readers of parsed JSON that take whatever is there and never throw. */
export interface Values {
  /** The value as a cell's text: strings as they are, numbers and booleans as JavaScript prints them, all else empty. */
  text(value: unknown): string;
  /** Whether the value is an object, and no array. */
  isObject(value: unknown): value is JsonObject;
  /** The value where it is an object, else an empty object. */
  object(value: unknown): JsonObject;
  /** The value where it is an array, else an empty array. */
  list(value: unknown): readonly unknown[];
  /** What names a thing for good: its id, else its URI, else the empty string. */
  key(thing: JsonObject): string;
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

  return { text, isObject, object, list, key };
}
