/** The simulated entries: their facts by number, and the JSON in which Spotify would serve them. */
import { createHash } from "node:crypto";

/** Something that a playlist can contain; equal items are the same track, episode or file. */
export interface Item {
  readonly kind: "track" | "local" | "episode" | "squeezedEpisode" | "unreadable";
  readonly number: number;
}

/** What the lake's views should return for an item. Missing values are null. */
export interface ItemFacts {
  /** What `playlist_items.item_type` should be. */
  type: "track" | "episode" | "unreadable";
  key: string | null;
  name: string | null;
  /** The artists' keys and names, in order; none for episodes. */
  artists: readonly { key: string; name: string }[];
  /** The first artist's or the show's name. */
  maker: string | null;
  /** Release date and its precision as served; empty if missing. */
  release: { date: string; precision: "day" | "month" | "year" | "" };
}

const artistCount = 90;

function idOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 22);
}

function artistOf(number: number): { key: string; name: string } {
  const n = number % artistCount;
  return { key: idOf(`artist ${n}`), name: `Artist ${n}${n % 7 === 0 ? ', "the" \\ one' : ""}` };
}

/** Every third album has a day in the simulated year or just before it; others a year, a month, a long gone day, or 0000. */
function releaseOf(album: number): ItemFacts["release"] {
  const two = (n: number) => String(n).padStart(2, "0");
  if (album % 3 === 0) {
    const day = new Date(Date.UTC(2025, 8, 1 + ((album * 37) % 420)));
    return { date: day.toISOString().slice(0, 10), precision: "day" };
  }
  const year = 1960 + (album % 66);
  if (album % 31 === 1) return { date: "0000", precision: "year" };
  if (album % 5 === 1) return { date: `${year}-${two(1 + (album % 12))}`, precision: "month" };
  if (album % 5 === 2) return { date: `${year}-${two(1 + (album % 12))}-${two(1 + (album % 28))}`, precision: "day" };
  return { date: String(year), precision: "year" };
}

const known = new Map<string, ItemFacts>();

/** The facts of an item that Spotify still serves. A year asks for them a million times. */
export function factsOf(item: Item): ItemFacts {
  const name = `${item.kind} ${item.number}`;
  const facts = known.get(name) ?? makeFacts(item);
  known.set(name, facts);
  return facts;
}

function makeFacts({ kind, number }: Item): ItemFacts {
  const noRelease = { date: "", precision: "" } as const;
  if (kind === "unreadable") {
    return { type: "unreadable", key: null, name: null, artists: [], maker: null, release: noRelease };
  }
  if (kind === "local") {
    const artist = `Garage ${number % 5}`;
    const key = `spotify:local:Garage:Tapes:take+${number}:200`;
    const name = `Take ${number}`;
    const artists = [{ key: `local:artist:${encodeURIComponent(artist)}`, name: artist }];
    return { type: "track", key, name, artists, maker: artist, release: noRelease };
  }
  if (kind === "track") {
    const artists = [artistOf(number * 7)];
    if (number % 5 === 0) artists.push(artistOf(number * 7 + 1));
    // A track can credit one artist twice.
    if (number % 40 === 0) artists.push(artists[0]!);
    const release = releaseOf(Math.floor(number / 4));
    const name = `Track ${number}`;
    return { type: "track", key: idOf(`track ${number}`), name, artists, maker: artists[0]!.name, release };
  }
  const key = idOf(`episode ${kind} ${number}`);
  const release = kind === "episode" ? { date: "2026-05-04", precision: "day" as const } : noRelease;
  return { type: "episode", key, name: `Episode ${number}`, artists: [], maker: `Show ${number % 3}`, release };
}

/** How an item is served on a day. */
export type Availability = "there" | "takenDown" | "noItem";

/** The entry's JSON; `shape` is the generation of Spotify's responses. */
export function entryJson(
  item: Item,
  availability: Availability,
  addedAt: string | null,
  shape: "item" | "track",
): string {
  const served = availability === "noItem" ? null : itemOf(item, availability);
  const addedBy = { id: availability === "noItem" ? "" : "maren" };
  return JSON.stringify({ added_at: addedAt, added_by: addedBy, is_local: item.kind === "local", [shape]: served });
}

function itemOf(item: Item, availability: Availability): unknown {
  const { key, name, artists, maker, release } = factsOf(item);
  const dates = { release_date: release.date, release_date_precision: release.precision };
  switch (item.kind) {
    case "unreadable":
      return { name: "Lost in transit", type: "track" };
    case "local":
      return {
        id: null,
        uri: key,
        name,
        type: "track",
        is_local: true,
        artists: [{ name: maker }],
        album: { name: "" },
      };
    case "episode":
      return { id: key, name, type: "episode", show: { id: "s", name: maker }, duration_ms: 1_000, ...dates };
    case "squeezedEpisode":
      return { id: key, name, type: "track", episode: true, artists: [{ name: null }], album: { name: maker } };
    default: {
      const isDown = availability === "takenDown";
      const albumNumber = Math.floor(item.number / 4);
      const credited = artists.map((artist) => ({ id: artist.key, name: artist.name }));
      const album = {
        id: idOf(`album ${albumNumber}`),
        name: `Album ${albumNumber}`,
        artists: [credited[0]],
        ...dates,
      };
      const kept = { id: key, uri: `spotify:track:${key}`, type: "track", album, artists: credited };
      return { ...kept, name: isDown ? "" : name, duration_ms: isDown ? 0 : 200_000, explicit: item.number % 9 === 0 };
    }
  }
}
