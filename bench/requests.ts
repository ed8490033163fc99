// How many requests to Spotify a day takes, counted at the stand-in.
import type { UserToken } from "../spotify/types";
import {
  changingLibrary,
  extractor,
  likedEntries,
  memoryTokens,
  playlistOf,
  startWorld,
} from "../test/support/spotify/world";
import { type BenchTable, printTable } from "./table";

const user: UserToken = { refreshToken: "bench", consentedAt: "2026-11-01T00:00:00.000Z" };
const song = "liked again";

/** A library that is read on two days, and how many requests the second day can take. */
interface Case {
  title: string;
  playlists: number;
  /** Entries of the first playlist, the second, and so on; then it repeats. */
  sizes: readonly number[];
  /** How many playlists change on the second day. */
  changed: number;
  /** What to read: ids, `me` or `liked`. */
  by: "ids" | "me" | "liked";
  songs?: number;
  goal: { first?: number; second: number };
}

const mixed = { playlists: 50, sizes: [20, 45, 80, 150, 400], changed: 5 };
const cases: Case[] = [
  { ...mixed, title: "50 of 20 to 400 entries, 45 unchanged, by me", by: "me", goal: { second: 18 } },
  { ...mixed, title: "the same, by ids, no user", by: "ids", goal: { first: 150, second: 65 } },
  {
    title: "200 of 250 entries, 180 unchanged, by me",
    playlists: 200,
    sizes: [250],
    changed: 20,
    by: "me",
    goal: { second: 110 },
  },
  {
    title: "20,000 Liked Songs, unchanged",
    playlists: 0,
    sizes: [1],
    changed: 0,
    by: "liked",
    songs: 20_000,
    goal: { second: 3 },
  },
  {
    title: "20,000 Liked Songs, one more",
    playlists: 0,
    sizes: [1],
    changed: 1,
    by: "liked",
    songs: 20_000,
    goal: { second: 405 },
  },
];

/** The requests of the first and of the second day, as they arrived. */
async function countDays({ playlists, sizes, changed, by, songs = 0 }: Case): Promise<[number, number]> {
  const ids = Array.from({ length: playlists }, (_, index) => `${"Q".repeat(19)}${String(index).padStart(3, "0")}`);
  const served = (mark: string) =>
    ids.map((id, index) => playlistOf(id, sizes[index % sizes.length]!, index < changed ? mark : ""));
  const library = changingLibrary(served("first "));
  library.liked = likedEntries(songs);
  const world = await startWorld({ library, mine: ids, refreshTokens: [user] });
  try {
    const wanted = by === "ids" ? ids : [by];
    const { run } = extractor(world, { playlists: wanted }, memoryTokens(by === "ids" ? undefined : user));
    const countRun = async (): Promise<number> => {
      const { stored } = await run();
      const expected = by === "liked" ? 1 : playlists;
      if (stored.length !== expected) throw new Error(`${stored.length} of ${expected} playlists were stored`);
      return world.standIn.requests.splice(0).length;
    };
    const first = await countRun();
    world.setNow("2026-11-23T06:00:00Z");
    library.playlists = served("second ");
    if (changed > 0) library.liked = [...likedEntries(1, song), ...library.liked];
    return [first, await countRun()];
  } finally {
    await world.close();
  }
}

/** Counts the requests of a first and a later day, for several kinds of libraries. @throws if a goal is missed */
export async function benchRequests(): Promise<BenchTable> {
  const rows: string[][] = [];
  const missed: string[] = [];
  const withGoal = (count: number, goal: number | undefined, title: string) => {
    if (goal !== undefined && count > goal) missed.push(`${title}: ${count} requests, the goal is ${goal}`);
    return goal === undefined ? String(count) : `${count} (goal ${goal})`;
  };
  for (const one of cases) {
    const [first, second] = await countDays(one);
    const { title, goal } = one;
    rows.push([title, withGoal(first, goal.first, `${title}, first day`), withGoal(second, goal.second, title)]);
  }
  if (missed.length > 0) throw new Error(missed.join("\n"));
  return {
    title: "Requests to Spotify for a day",
    columns: ["library", "the first day", "a day later"],
    rows,
    notes: [
      "Counted at the stand-in, including the request for the access token.",
      "A playlist's response holds its first 100 entries, a page 50.",
    ],
  };
}

if (require.main === module) benchRequests().then(printTable);
