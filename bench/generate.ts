import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { createGzip } from "node:zlib";
import { randomFrom } from "../test/support/random";
import { makeRawLine } from "../transforms/rawLines";

/** Spotify's two generations of entries: with popularity and the list of markets (until February 2026), or without. */
export type Shape = "old" | "lean";

/** A playlist to generate: the same seed gives the same bytes. */
export interface PlaylistPlan {
  /** A whole number from 0 up. */
  seed: number;
  shape: Shape;
  entries: number;
  /** Share of entries that are episodes, local files, unavailable or broken, from 0 to 1. @default 0.02 */
  oddShare?: number;
  /**
   * Share of names with quotes, backslashes and letters beyond Latin-1 among their words, from 0 to 1. @default 1
   */
  oddNameShare?: number;
}

/**
 * Gives one name in 150 a quote or a backslash, and one in 110 letters beyond Latin-1. In nine playlists of 2020 with 2,185
 * names these were 14 and 7.
 */
export const usualOddNameShare = 0.03;

type Json = Record<string, unknown>;

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const words =
  `Slow Glass Northern Paper Hollow Golden Last Second Electric Quiet Harbour Letters Weather Machine Garden Hour
Signal Avenue Orchard Tide Zoë "Live" (Remastered) C:\\Music & 雨の図書館 نجوم 🌊 d'été Part, Two`.split(/\s+/);
const usualWords = words.filter((word) => /^[^"\\\u0100-\uffff]+$/.test(word));
const api = "https://api.spotify.com/v1";
const pageLength = 50;
const markets = Array.from({ length: 180 }, (_, index) => {
  return `${alphabet[10 + Math.floor(index / 26)]}${alphabet[10 + (index % 26)]}`;
});

/** The id of a plan's playlist. */
export function playlistIdOf({ seed, shape }: PlaylistPlan): string {
  return idOf("playlist", seed * 2 + (shape === "old" ? 1 : 0));
}

/** The raw object of a playlist, line by line as the extractor stores it, each with its LF. */
export function* rawLines(plan: PlaylistPlan): Generator<string> {
  const rawLine = makeRawLine();
  const id = playlistIdOf(plan);
  const url = `${api}/playlists/${id}`;
  const playlist = JSON.stringify(playlistResponse(plan));
  yield rawLine(url, instant(0), playlist);
  let pages = 0;
  for (const page of pageResponses(plan)) {
    yield rawLine(`${url}/items?limit=${pageLength}&offset=${pages * pageLength}`, instant(++pages), page);
  }
  yield rawLine(url, instant(pages + 1), playlist);
}

/** Writes a playlist's raw object, gzipped, without holding it in memory. @returns its bytes before compression */
export async function writeRawObject(plan: PlaylistPlan, file: string): Promise<number> {
  const gzip = createGzip();
  const output = gzip.pipe(createWriteStream(file));
  const closed = once(output, "close");
  let bytes = 0;
  for (const line of rawLines(plan)) {
    bytes += Buffer.byteLength(line);
    if (!gzip.write(line)) await once(gzip, "drain");
  }
  gzip.end();
  await closed;
  return bytes;
}

/** The responses of a playlist's pages, as JSON; one empty page if it has no entries. */
export function* pageResponses(plan: PlaylistPlan): Generator<string> {
  const random = randomFrom(plan.seed);
  const href = `${api}/playlists/${playlistIdOf(plan)}/items`;
  for (let offset = 0; offset === 0 || offset < plan.entries; offset += pageLength) {
    const items: unknown[] = [];
    const end = Math.min(plan.entries, offset + pageLength);
    for (let position = offset; position < end; position++) items.push(entry(plan, position, random));
    yield JSON.stringify({
      href: `${href}?offset=${offset}&limit=${pageLength}`,
      items,
      limit: pageLength,
      next: end < plan.entries ? `${href}?offset=${end}&limit=${pageLength}` : null,
      offset,
      previous: offset > 0 ? `${href}?offset=${offset - pageLength}&limit=${pageLength}` : null,
      total: plan.entries,
    });
  }
}

/** The playlist's own response; its contents are in the pages. */
export function playlistResponse(plan: PlaylistPlan): Json {
  const id = playlistIdOf(plan);
  const contents = { href: `${api}/playlists/${id}/items`, total: plan.entries };
  return {
    ...named("playlist", id, `Made up ${plan.seed}`),
    collaborative: false,
    description: 'What is measured, "as served"',
    images: images(id, 3),
    owner: { ...named("user", "maren", "maren"), display_name: "Maren" },
    public: true,
    snapshot_id: Buffer.from(id).toString("base64"),
    ...(plan.shape === "old" ? { followers: { href: null, total: plan.seed }, tracks: contents } : { items: contents }),
  };
}

/** Liked Songs as JSON, newest first, all different and of the larger shape. */
export function likedSongs(count: number): string[] {
  const plan = { seed: 1, shape: "old", entries: count, oddNameShare: usualOddNameShare } as const;
  return Array.from({ length: count }, (_, age) =>
    JSON.stringify({ added_at: instant(count - age), track: trackOf(plan, count - age) }),
  );
}

function entry(plan: PlaylistPlan, position: number, random: () => number): unknown {
  const common = {
    added_at: instant(position),
    added_by: { ...named("user", "maren", "maren"), name: undefined },
    is_local: false,
    primary_color: null,
    video_thumbnail: { url: null },
  };
  const wrap = (item: unknown, more: Json = {}) =>
    plan.shape === "old" ? { ...common, ...more, track: item } : { ...common, ...more, item };
  if (random() >= (plan.oddShare ?? 0.02)) return wrap(track(plan, random));
  const odd = [
    () => wrap(episode(plan, Math.floor(random() * 1000))),
    () => wrap(localFile(Math.floor(random() * 50)), { is_local: true }),
    () => wrap(null),
    () => null,
    () => wrap({ name: "Nameless" }),
    () => wrap({ ...track(plan, random), name: 'Line\r\nbreak, "quote" and back\\slash' }),
  ];
  return odd[Math.floor(random() * odd.length)]!();
}

/**
 * One of as many tracks as there are entries. Low numbers are more frequent: about one in seven entries repeats an
 * earlier one.
 */
function track(plan: PlaylistPlan, random: () => number): Json {
  return trackOf(plan, Math.floor(random() ** 1.1 * plan.entries * 3));
}

function trackOf(plan: PlaylistPlan, number: number): Json {
  const albumNumber = Math.floor(number / 4);
  const artistNumber = Math.floor(albumNumber / 3);
  const id = idOf("track", number);
  const guests =
    number % 5 === 0 ? [artist(plan, artistNumber), artist(plan, artistNumber + 1)] : [artist(plan, artistNumber)];
  return {
    ...named("track", id, title(plan, number)),
    album: {
      ...named("album", idOf("album", albumNumber), title(plan, albumNumber * 3 + 1)),
      album_type: albumNumber % 3 === 0 ? "single" : "album",
      artists: [artist(plan, artistNumber)],
      images: images(idOf("album", albumNumber), plan.shape === "old" ? 3 : 1),
      release_date: ["1962", "1987-02", "2019-09-27"][albumNumber % 3],
      release_date_precision: ["year", "month", "day"][albumNumber % 3],
      total_tracks: 1 + (albumNumber % 20),
      ...(plan.shape === "old" ? { available_markets: markets.slice(0, 90), href: `${api}/albums/${id}` } : {}),
    },
    artists: guests,
    disc_number: 1,
    duration_ms: 121_000 + ((number * 7331) % 240_000),
    explicit: number % 9 === 0,
    href: `${api}/tracks/${id}`,
    external_ids: { isrc: `XXPLK${String(number % 10_000_000).padStart(7, "0")}` },
    is_local: false,
    track_number: 1 + (number % 12),
    ...(plan.shape === "old" ? oldFields(number, id) : {}),
  };
}

/** The fields that Spotify removed from its responses in February 2026. */
function oldFields(number: number, id: string): Json {
  return {
    available_markets: markets.slice(90),
    episode: false,
    external_urls: { spotify: `https://open.spotify.com/track/${id}` },
    popularity: number % 101,
    preview_url: `https://p.scdn.co/mp3-preview/${id}?cid=${id}`,
    track: true,
  };
}

function episode(plan: PlaylistPlan, number: number): Json {
  const show = { ...named("show", idOf("show", number % 20), title(plan, number % 20)), publisher: "Maren & Co" };
  const audio = { description: title(plan, number).repeat(20), duration_ms: 1_800_000 + number, explicit: false };
  const dates = { release_date: "2022-05-18", release_date_precision: "day" };
  const mark = plan.shape === "old" ? { episode: true, track: false } : {};
  return { ...named("episode", idOf("episode", number), title(plan, number)), ...audio, ...dates, ...mark, show };
}

function localFile(number: number): Json {
  const uri = `spotify:local:Artist+${number}:Album:Title+${number}:180`;
  const unknown = { id: null, uri: null, href: null };
  const album = { ...unknown, name: "Album", artists: [], images: [], type: "album" };
  const artists = [{ ...unknown, name: `Artist ${number}`, type: "artist" }];
  return {
    ...unknown,
    uri,
    name: `Title ${number}`,
    album,
    artists,
    type: "track",
    is_local: true,
    duration_ms: 180_000,
  };
}

function artist(plan: PlaylistPlan, number: number): Json {
  return named("artist", idOf("artist", number), title(plan, number * 5 + 2));
}

function named(type: string, id: string, name: string): Json {
  return { id, name, type, uri: `spotify:${type}:${id}` };
}

function images(id: string, count: number): Json[] {
  return [640, 300, 64]
    .slice(0, count)
    .map((size) => ({ height: size, url: `https://i.scdn.co/image/${id}${size}`, width: size }));
}

function title({ oddNameShare = 1 }: PlaylistPlan, number: number): string {
  const from = (number * 37) % 101 < oddNameShare * 101 ? words : usualWords;
  const word = (step: number) => from[(number * step + Math.floor(number / from.length)) % from.length];
  return `${word(1)} ${word(7)} ${word(11)}`;
}

/** 22 base62 characters, always the same for the same input. */
function idOf(type: string, number: number): string {
  const random = randomFrom(number * 31 + type.length * 7 + type.charCodeAt(1));
  let id = "";
  while (id.length < 22) id += alphabet[Math.floor(random() * alphabet.length)];
  return id;
}

function instant(second: number): string {
  return new Date(Date.UTC(2026, 10, 1, 6) + second * 1000).toISOString();
}
