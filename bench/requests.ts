// How many requests a day costs, counted at the stand-in: what an unchanged playlist saves.
import type { UserToken } from "../spotify/types";
import { changingLibrary, extractor, memoryTokens, playlistOf, startWorld } from "../test/spotify/support";
import { type BenchTable, printTable } from "./table";

const playlists = 50;
const changed = 5;
/** Entries of the first playlist, the second, and so on, over again. */
const sizes = [20, 45, 80, 150, 400];
const user: UserToken = { refreshToken: "bench", consentedAt: "2026-11-01T00:00:00.000Z" };

/** What is to be counted: a first day, and a second one on which some playlists changed. */
interface Case {
  title: string;
  /** Ids, or `me`. */
  wanted: readonly string[];
  /** How old a read may be to be used again; 1: every day is read afresh, which is what it costs without the rule. */
  fullReadDays: number;
}

/** The requests of the first and of the second day, as they arrived. */
async function countDays(ids: readonly string[], { wanted, fullReadDays }: Case): Promise<[number, number]> {
  const served = (mark: string) =>
    ids.map((id, index) => playlistOf(id, sizes[index % sizes.length]!, index < changed ? mark : ""));
  const library = changingLibrary(served("first "));
  const world = await startWorld({ library, refreshTokens: [{ ...user }] });
  try {
    const { run } = extractor(world, { playlists: wanted, fullReadDays }, memoryTokens(user));
    const countRun = async (): Promise<number> => {
      const { stored } = await run();
      if (stored.length !== ids.length) throw new Error(`${stored.length} of ${ids.length} playlists were stored`);
      return world.standIn.requests.splice(0).length;
    };
    const first = await countRun();
    world.setNow("2026-11-23T06:00:00Z");
    library.playlists = served("second ");
    return [first, await countRun()];
  } finally {
    await world.close();
  }
}

/** Counts the requests of a day of 50 playlists, 45 of them unchanged, with the rule for those and without it. */
export async function benchRequests(): Promise<BenchTable> {
  const ids = Array.from({ length: playlists }, (_, index) => `${"Q".repeat(20)}${String(index).padStart(2, "0")}`);
  const cases: Case[] = [
    { title: "by their ids", wanted: ids, fullReadDays: 7 },
    { title: "by their ids, without the rule", wanted: ids, fullReadDays: 1 },
    { title: "me", wanted: ["me"], fullReadDays: 7 },
    { title: "me, without the rule", wanted: ["me"], fullReadDays: 1 },
  ];
  const rows: string[][] = [];
  for (const one of cases) {
    const [first, second] = await countDays(ids, one);
    rows.push([one.title, String(first), String(second)]);
  }
  return {
    title: `Requests to Spotify for a day of ${playlists} playlists, ${playlists - changed} of them unchanged`,
    columns: ["playlists", "the first day", "a day later"],
    rows,
    notes: [
      "Counted at the stand-in, the request for the access token included.",
      `Playlists of ${sizes.join(", ")} entries in turn; a page holds 50.`,
    ],
  };
}

if (require.main === module) benchRequests().then(printTable);
