// Checks a lake end to end, from the raw objects to the rows that SQL sees, and explains each finding.
import type { Check, Finding, Lake, Progress } from "../lake";
import { type FailedMessage, type QueueName, rawKeysOf, readFailure, visitMessages } from "../lake/failures";
import { count, groupedBy } from "../lake/lists";
import { objectsIn } from "../lake/s3";
import { localDate } from "../spotify/days";
import { makeStates } from "../spotify/state";
import { parseRawKey, playlistIdOfFile, rawPrefix, safeId } from "../transforms/keys";
import { catalogPrefix, partitionColumn, tableNames } from "../transforms/schema";

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

/** Checks that every day is stored, transformed and registered, and that SQL sees the newest one. */
function dataChecks(lake: Lake): Check[] {
  const option = lake.option;
  const days = once(() => storedDays(lake));
  const missing = once(async () => untransformed(lake, await days()));
  const unregistered = once(async () => withoutPartitions(lake, await days()));
  const ofStored = (find: (newest: StoredDay, all: readonly StoredDay[]) => Promise<Finding>) => async () => {
    const all = await days();
    const newest = all.at(-1);
    return newest === undefined ? { found: "no day is stored", advice: "run npx playlake first" } : find(newest, all);
  };
  const replay = (dates: readonly string[]) =>
    `npx playlake replay${option} --from ${dates[0]} --to ${dates[dates.length - 1]}`;
  return [
    {
      what: "newest day",
      find: ofStored(async ({ date, playlistIds }) => {
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
      find: ofStored(async (_, all) => {
        const without = await missing();
        if (without.size === 0) return { found: `every playlist of ${count(all.length, "day")} has its files` };
        const places = [...without].map(([date, [id, ...others]]) =>
          others.length === 0 ? `${id} of ${date}` : `${count(others.length + 1, "playlist")} of ${date}`,
        );
        const found = `files are missing in the lake: ${someOf(places)}`;
        return { found, advice: replay([...without.keys()]) };
      }),
    },
    {
      what: "catalog",
      find: ofStored(async (_, all) => {
        const without = await unregistered();
        if (without.size === 0) return { found: `all ${tableNames.length} tables have ${count(all.length, "day")}` };
        const dates = [...without.keys()];
        const tables = tableNames.filter((name) => [...without.values()].some((names) => names.includes(name)));
        const found = `not registered, so that SQL does not see it: ${someOf(dates)} for ${tables.join(", ")}`;
        return { found, advice: replay(dates) };
      }),
    },
    {
      what: "SQL",
      find: ofStored(async ({ date, playlistIds }) => {
        const { rows } = await lake.query(itemsQuery(date));
        const found = `${count(rows.length, "playlist")} of ${date} by ${lake.engine}`;
        if (rows.length < playlistIds.length) {
          return { found: `${found}, ${playlistIds.length} are stored`, advice: "see the checks above" };
        }
        // Of a playlist that was edited while it was read, or that is imported, the total is not known.
        const differing = rows.filter(
          ([, total, items, isConsistent]) => String(isConsistent) === "true" && Number(items) !== Number(total),
        );
        if (differing.length === 0) return { found };
        const counts = differing.map(([id, total, items]) => `${id} has ${items} of ${count(Number(total), "item")}`);
        return { found: `${found}, but ${someOf(counts)}`, advice: replay([date]) };
      }),
    },
    {
      what: "failures",
      find: async () => {
        const waiting: string[] = [];
        let repaired = 0;
        for (const queue of lake.failureQueues) {
          await visitMessages(queue, async (message) => {
            if (await isRepaired(queue.name, message)) repaired += 1;
            else waiting.push(describe(message));
            return false;
          });
        }
        const notes = `${count(repaired, "failed call")} whose work was done later: npx playlake redrive${option} clears the queues`;
        if (waiting.length === 0) return { found: repaired === 0 ? "the failure queues are empty" : notes };
        const found = `${count(waiting.length, "failed call")}, such as ${waiting[0]}`;
        return { found, advice: `npx playlake redrive${option}` };
      },
    },
  ];

  /** Whether a later call has done the work of a failed one. */
  async function isRepaired(queue: QueueName, message: FailedMessage): Promise<boolean> {
    if (queue === "extract") {
      const states = makeStates(objectsIn(lake.s3, lake.outputs.rawBucket));
      const day = localDate(Date.parse(message.sentAt), lake.outputs.schedules.timezone);
      return (await states.day(day).catch(() => undefined))?.isComplete === true;
    }
    if (queue === "crawlSchedule") return (await unregistered()).size === 0;
    const call = readFailure(message);
    const keys = queue !== "transform" || "problem" in call ? [] : rawKeysOf(call.payload);
    const places = keys.flatMap((key) => parseRawKey(key) ?? []);
    const without = await missing();
    const unseen = await unregistered();
    const isThere = ({ snapshotDate, fileName }: (typeof places)[number]) =>
      !unseen.has(snapshotDate) && without.get(snapshotDate)?.includes(playlistIdOfFile(fileName)) !== true;
    return keys.length > 0 && places.length === keys.length && places.every(isThere);
  }
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}

const mostShown = 5;

/** The first parts of a long list, and how many more there are. */
function someOf(parts: readonly string[]): string {
  const more = parts.length - mostShown;
  return [...parts.slice(0, mostShown), ...(more > 0 ? [`and ${more} more`] : [])].join(", ");
}

function describe(message: FailedMessage): string {
  const call = readFailure(message);
  return "problem" in call ? `${message.body.slice(0, 80)}: ${call.problem}` : `${call.what}: ${call.reason}`;
}

/** The playlists of a day, with how many items Spotify counts and how many the tables hold. */
function itemsQuery(date: string): string {
  return `SELECT p.playlist_id, p.total_items, count(i.position), p.is_consistent
    FROM playlists p LEFT JOIN playlist_items i ON i.playlist_id = p.playlist_id AND i.snapshot_day = '${date}'
    WHERE p.snapshot_day = '${date}' GROUP BY p.playlist_id, p.total_items, p.is_consistent ORDER BY p.playlist_id`;
}

/** A day and its playlists. */
interface StoredDay {
  readonly date: string;
  readonly playlistIds: readonly string[];
}

/** The days that are stored, in their order, which is that of S3's lists. */
async function storedDays({ s3, outputs }: Lake): Promise<StoredDay[]> {
  const keys = await objectsIn(s3, outputs.rawBucket).list(rawPrefix);
  const byDay = groupedBy(
    keys.flatMap((key) => parseRawKey(key) ?? []),
    ({ snapshotDate }) => snapshotDate,
  );
  return [...byDay].map(([date, files]) => {
    const playlistIds = new Set(files.map(({ fileName }) => playlistIdOfFile(fileName)));
    return { date, playlistIds: [...playlistIds] };
  });
}

/** The days with playlists that have no file in some table, with these playlists. */
async function untransformed(
  { s3, outputs }: Lake,
  days: readonly StoredDay[],
): Promise<Map<string, readonly string[]>> {
  const { list } = objectsIn(s3, outputs.lakeBucket);
  const there = new Set<string>();
  for (const key of (await Promise.all(tableNames.map((table) => list(`${table}/`)))).flat()) {
    const [, folder = "", id = ""] = /^(.+\/)(.+)\.csv$/.exec(key) ?? [];
    // A raw object is named after an id that is made safe, or after a file whose name becomes the id.
    there.add(folder + id).add(folder + safeId(id));
  }
  const without = days.map(({ date, playlistIds }) => {
    const isWhole = (id: string) => tableNames.every((table) => there.has(`${table}/${partitionColumn}=${date}/${id}`));
    return [date, playlistIds.filter((id) => !isWhole(id))] as const;
  });
  return new Map(without.filter(([, ids]) => ids.length > 0));
}

/** The days that some tables have no partition for, with the tables. */
async function withoutPartitions(lake: Lake, days: readonly StoredDay[]): Promise<Map<string, readonly string[]>> {
  const partitions = new Map(
    (await lake.catalogTables()).map(({ name, partitions: own }) => [
      name,
      new Set(own.map(({ values }) => values[0])),
    ]),
  );
  const without = days.map(({ date }) => {
    const names = tableNames.filter((name) => partitions.get(`${catalogPrefix}${name}`)?.has(date) !== true);
    return [date, names] as const;
  });
  return new Map(without.filter(([, names]) => names.length > 0));
}
