// Checks a lake end to end, from the raw objects to the rows that SQL sees, and explains each finding.
import type { Check, Finding, Lake, Progress } from "../lake";
import { count } from "../lake/lists";
import { objectsIn } from "../lake/s3";
import { localDate } from "../spotify/days";
import { parseRawKey, playlistIdOfFile, rawPrefix } from "../transforms/keys";
import { catalogPrefix, tableNames } from "../transforms/schema";
import { listFailures } from "./redrive";

const dayMs = 24 * 60 * 60 * 1000;

/** The result of a check. */
export interface Checked extends Finding {
  readonly what: string;
  /** `unknown`: it could not be checked. */
  readonly status: "ok" | "problem" | "unknown";
}

/** Runs all checks of a lake, in the order of the data flow. A check that fails does not affect the others. */
export async function examine(lake: Lake, progress: Progress): Promise<Checked[]> {
  const results: Checked[] = [];
  for (const check of [...(lake.checks?.() ?? []), ...dataChecks(lake)]) {
    results.push(
      await progress.step(
        check.what,
        () => runCheck(check),
        ({ status }) => status,
      ),
    );
  }
  return results;
}

async function runCheck({ what, find }: Check): Promise<Checked> {
  try {
    const finding = await find();
    return { what, status: finding.advice === undefined ? "ok" : "problem", ...finding };
  } catch (error) {
    const { name, message } = error as Error;
    const [line = ""] = message.split("\n");
    return { what, status: "unknown", found: name === "Error" ? line : `${name}: ${line}` };
  }
}

/** Checks that the newest day is stored, transformed, registered and seen by SQL. */
function dataChecks(lake: Lake): Check[] {
  const option = lake.option;
  let newest: Promise<StoredDay | undefined> | undefined;
  const newestDay = () => {
    newest ??= newestStored(lake);
    return newest;
  };
  const ofNewest = (find: (day: StoredDay) => Promise<Finding>) => async () => {
    const day = await newestDay();
    return day === undefined ? { found: "no day is stored", advice: "run npx playlake first" } : find(day);
  };
  return [
    {
      what: "newest day",
      find: ofNewest(async ({ date, playlistIds }) => {
        const stored = `${date}: ${count(playlistIds.length, "playlist")} stored`;
        if (!lake.isDaily) return { found: stored };
        const today = localDate(Date.now(), lake.outputs.schedules.timezone);
        const found = `${stored}; today is ${today}`;
        // Before today's run, yesterday is the newest day.
        if (Date.parse(today) - Date.parse(date) <= dayMs) return { found };
        return { found, advice: `see the schedules, then npx playlake run${option}` };
      }),
    },
    {
      what: "tables",
      find: ofNewest(async ({ date, playlistIds }) => {
        const missing = await untransformed(lake, date, playlistIds);
        if (missing.length === 0) return { found: `every playlist of ${date} is transformed` };
        const advice = `npx playlake redrive${option} --list, or npx playlake replay${option} --from ${date}`;
        return { found: `stored but never transformed on ${date}: ${missing.join(", ")}`, advice };
      }),
    },
    {
      what: "catalog",
      find: ofNewest(async ({ date }) => {
        const tables = new Map((await lake.catalogTables()).map((table) => [table.name, table]));
        const without = tableNames.filter(
          (name) => !tables.get(`${catalogPrefix}${name}`)?.partitions.some(({ values }) => values[0] === date),
        );
        if (without.length === 0) return { found: `all ${tableNames.length} tables have ${date}` };
        const advice = `npx playlake replay${option} --from ${date}, or npx playlake crawl${option}`;
        return { found: `${date} is not registered for ${without.join(", ")}: SQL does not see it`, advice };
      }),
    },
    {
      what: "SQL",
      find: ofNewest(async ({ date, playlistIds }) => {
        const { rows } = await lake.query(`SELECT count(*) FROM playlists WHERE snapshot_date = '${date}'`);
        const seen = Number(rows[0]?.[0]);
        const found = `${count(seen, "playlist")} of ${date} by ${lake.engine}`;
        if (seen >= playlistIds.length) return { found };
        return { found: `${found}, ${playlistIds.length} are stored`, advice: "see the checks above" };
      }),
    },
    {
      what: "failures",
      find: async () => {
        const [first, ...others] = await listFailures(lake.failureQueues);
        if (first === undefined) return { found: "the failure queues are empty" };
        const found = `${count(others.length + 1, "failed call")}, such as ${first.what}: ${first.reason}`;
        return { found, advice: `npx playlake redrive${option}` };
      },
    },
  ];
}

/** A day, and the playlists that are stored for it. */
interface StoredDay {
  readonly date: string;
  readonly playlistIds: readonly string[];
}

/** S3 lists days in their order. */
async function newestStored({ s3, outputs }: Lake): Promise<StoredDay | undefined> {
  const keys = await objectsIn(s3, outputs.rawBucket).list(rawPrefix);
  const stored = keys.flatMap((key) => parseRawKey(key) ?? []);
  const date = stored.at(-1)?.snapshotDate;
  if (date === undefined) return undefined;
  const ofDay = stored.filter(({ snapshotDate }) => snapshotDate === date);
  return { date, playlistIds: ofDay.map(({ fileName }) => playlistIdOfFile(fileName)) };
}

/** The playlists that have no file in the table `playlists`. */
async function untransformed({ s3, outputs }: Lake, date: string, playlistIds: readonly string[]): Promise<string[]> {
  const prefix = `playlists/snapshot_date=${date}/`;
  const there = new Set(await objectsIn(s3, outputs.lakeBucket).list(prefix));
  return playlistIds.filter((id) => !there.has(`${prefix}${id}.csv`));
}
