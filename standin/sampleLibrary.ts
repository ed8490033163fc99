import { idFrom, type Library, type ServedPlaylist, snapshotIdOf } from "./library";
import * as oddity from "./sampleOddities";
import { entry, type Json, named, type Shape, sampleTrack, user } from "./sampleTracks";

/** The day on which the sample's history begins. Something changes on every later calendar day (UTC). */
export const firstSampleDay = "2026-11-01";

const dayMs = 86_400_000;

/**
 * Three invented playlists, the same for the same day on every machine: a long one (three pages) that changes daily,
 * one that changes every second day, and one every third. Together they contain every irregular kind of entry, and a song
 * that becomes unavailable on the second day. Liked Songs change on most days.
 */
export function sampleLibrary(): Library {
  const playlistsAt = eachDayOnce((day) => recipes.map((recipe) => playlistOn(recipe, day)));
  return { playlistsAt, likedAt: eachDayOnce(likedOn) };
}

/** Makes each day's value once. Days count from the first day of the sample's history. */
function eachDayOnce<T>(make: (day: number) => T): (instant: Date) => T {
  const made = new Map<number, T>();
  return (instant) => {
    const day = Math.max(0, Math.floor((instant.getTime() - Date.parse(firstSampleDay)) / dayMs));
    const value = made.get(day) ?? make(day);
    made.set(day, value);
    return value;
  };
}

/**
 * Newest first, as Spotify serves them. The first day has 48 songs, some of which are in the playlists, too. Of the days
 * after it, every third adds two songs, every fourth removes one, every fifth moves one to the top, as if it was removed
 * and liked again before the next run, and every sixth adds the song that was removed last.
 */
function likedOn(day: number): string[] {
  const songs = Array.from({ length: 48 }, (_, age) => ({
    index: age % 8 === 3 ? age : 1_500 - age,
    addedAt: likedAt(-1 - age * 6, age),
  }));
  const removed: number[] = [];
  const remove = (seed: number) => songs.splice(seed % songs.length, 1).map(({ index }) => index);
  for (let turn = 1; turn <= day; turn += 1) {
    const like = (index: number, second: number) => songs.unshift({ index, addedAt: likedAt(turn, second) });
    if (turn % 4 === 2) removed.push(...remove(turn * 13));
    if (turn % 5 === 4) for (const index of remove(turn * 7)) like(index, 0);
    if (turn % 6 === 5) for (const index of removed.splice(-1)) like(index, 61);
    if (turn % 3 === 2) for (const number of [0, 1]) like(1_500 + turn * 2 + number, 122 + number * 61);
  }
  return songs.map(({ index, addedAt }) => JSON.stringify({ added_at: addedAt, track: sampleTrack(index, "track") }));
}

/** On the evening before the day, so that a run in the morning finds it. */
function likedAt(day: number, second: number): string {
  return instantText(Date.parse(firstSampleDay) + (day - 1) * dayMs + 20 * 3_600_000 + second * 1_000);
}

interface Recipe {
  name: string;
  description: string;
  followers: number;
  shape: Shape;
  contentsNames: readonly ("items" | "tracks")[];
  /** Entries on the first day, and the number of its first track. */
  size: number;
  firstTrack: number;
  /** Changes every this many days. */
  everyDays: number;
  /** Entries that never move: position on the first day, and the entry on the given day. */
  oddities: (shape: Shape, day: number) => readonly (readonly [position: number, entry: Json])[];
}

/** The track that Spotify no longer serves from the second day on. The second list has another release of it. */
const lostTrack = 27;
const lostAt = "2023-03-17T21:40:05Z";

const recipes: readonly Recipe[] = [
  {
    name: "Everyday, Rain or Shine",
    description: "What is on at home &amp; on the way. <a href=spotify:user:maren>Maren</a>&#x27;s.",
    followers: 12,
    shape: "item",
    contentsNames: ["items"],
    size: 128,
    firstTrack: 0,
    everyDays: 1,
    oddities: (shape, day) => [
      [4, oddity.unavailable(shape, "2021-06-18T20:11:09Z")],
      [9, entry(oddity.episode(), shape, "2026-05-05T05:40:12Z")],
      [15, entry(sampleTrack(2, shape), shape, "1970-01-01T00:00:00Z")],
      [22, entry(sampleTrack(5, shape), shape, "2024-02-29T12:00:00Z")],
      [23, entry(sampleTrack(5, shape), shape, "2024-02-29T12:00:00Z")],
      [27, day > 0 ? oddity.unavailable(shape, lostAt) : entry(sampleTrack(lostTrack, shape), shape, lostAt)],
      [31, entry(oddity.tombstone(shape), shape, "2020-03-03T03:03:03Z")],
      [36, entry(oddity.otherRelease(14, shape), shape, "2024-06-07T08:09:10Z")],
    ],
  },
  {
    name: 'Night "Shift" Radio',
    description: "",
    followers: 3,
    shape: "track",
    contentsNames: ["tracks"],
    size: 34,
    firstTrack: 40,
    everyDays: 2,
    oddities: (shape) => [
      [2, entry(oddity.localFile, shape, "2019-12-31T23:59:59Z")],
      [6, entry(oddity.episodeAsTrack(), shape, "2023-08-14T01:02:03Z")],
      [11, entry(oddity.relinked(shape), shape, "2022-04-01T10:00:00Z")],
      [17, oddity.unavailable(shape, "2020-10-10T10:10:10Z")],
      [24, entry(oddity.otherRelease(lostTrack, shape), shape, "2025-09-10T11:12:13Z")],
    ],
  },
  {
    name: "Mixtape für den Mond 🌙 \\ مساء",
    description: "one\nline more",
    followers: 0,
    shape: "track",
    contentsNames: ["tracks", "items"],
    size: 21,
    firstTrack: 70,
    everyDays: 3,
    oddities: (shape) => [
      [1, entry(oddity.namelessLocalFile, shape, "2025-01-01T00:00:00Z")],
      [3, entry(oddity.unreadable, shape, "2025-02-02T02:02:02Z")],
      [8, entry(sampleTrack(3, shape), shape, null, { added_by: null })],
      [12, { ...entry(sampleTrack(7, "item"), "item", "2026-02-11T09:00:00Z"), track: sampleTrack(7, "track") }],
      [16, entry(oddity.otherRelease(oddity.takenDownTrack, shape), shape, "2025-05-05T15:05:00Z")],
    ],
  },
];

function playlistOn(recipe: Recipe, day: number): ServedPlaylist {
  const oddities = recipe.oddities(recipe.shape, day);
  const entries = firstEntries(recipe, oddities);
  const held = new Set(oddities.map(([, oddEntry]) => JSON.stringify(oddEntry)));
  for (let turn = 1; turn <= Math.floor(day / recipe.everyDays); turn += 1) changeOnce(recipe, entries, held, turn);
  const id = idFrom(recipe.name);
  const owner = { ...user("maren"), display_name: "Maren" };
  const images = [{ height: null, url: `https://image-cdn-ak.spotifycdn.com/image/${id}`, width: null }];
  const { external_urls, ...others } = named("playlist", id, {
    images,
    name: recipe.name,
    owner,
    primary_color: null,
    public: true,
  });
  const followers = { href: null, total: recipe.followers + Math.floor(day / 4) };
  const fields = { collaborative: false, description: recipe.description, external_urls, followers, ...others };
  return {
    id,
    fields: Object.entries(fields).map(([name, value]) => [name, JSON.stringify(value)] as const),
    snapshotId: snapshotIdOf(entries),
    contentsNames: recipe.contentsNames,
    entries,
  };
}

function firstEntries({ size, firstTrack, shape }: Recipe, oddities: ReturnType<Recipe["oddities"]>): string[] {
  const odd = new Map(oddities);
  return Array.from({ length: size }, (_, position) => {
    const index = firstTrack + position;
    const addedMs = Date.parse("2019-01-05T18:30:00Z") + index * 19 * dayMs + index * 37_000;
    return JSON.stringify(odd.get(position) ?? entry(sampleTrack(index, shape), shape, instantText(addedMs)));
  });
}

/**
 * One change: two tracks are added, one is removed (three once the list has grown), one is moved (every tenth time, three
 * that follow one another). Oddities stay.
 */
function changeOnce(recipe: Recipe, entries: string[], held: ReadonlySet<string>, turn: number): void {
  const eveningBeforeMs = Date.parse(firstSampleDay) + (turn * recipe.everyDays - 1) * dayMs + 19.4 * 3_600_000;
  const removals = entries.length > recipe.size + 12 ? 3 : 1;
  for (let number = 0; number < removals; number += 1) {
    entries.splice(movable(entries, held, turn * 29 + number * 11 + recipe.size), 1);
  }
  const block = turn % 10 === 2 ? 3 : 1;
  const moved = entries.splice(movable(entries, held, turn * 17 + 5, block), block);
  entries.splice((turn * 41) % (entries.length + 1), 0, ...moved);
  for (let number = 0; number < 2; number += 1) {
    const index = 200 + recipe.firstTrack * 1000 + turn * 2 + number;
    const addedAt = instantText(eveningBeforeMs + number * 61_000);
    entries.push(JSON.stringify(entry(sampleTrack(index, recipe.shape), recipe.shape, addedAt)));
  }
}

/** The first position from `seed` on with `count` ordinary entries. */
function movable(entries: readonly string[], held: ReadonlySet<string>, seed: number, count = 1): number {
  const positions = entries.length - count + 1;
  let position = seed % positions;
  while (entries.slice(position, position + count).some((text) => held.has(text)))
    position = (position + 1) % positions;
  return position;
}

function instantText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
