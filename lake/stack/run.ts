// Runs the daily work of a stack's schedules now, up to the catalog.
import type { DayResult } from "../../spotify/extract";
import { lakeKey } from "../../transforms/keys";
import { type TableName, tableNames } from "../../transforms/schema";
import { failureOf } from "../errors";
import type { Progress, RunReport } from "../index";
import { count } from "../lists";
import { type Crawled, describeCrawl, describeReport } from "../runReport";
import { keysIn } from "../s3";
import { waitFor } from "./clients";
import { crawlStack } from "./crawl";
import { failureCount } from "./queues";
import { invoke, type Stack } from "./stack";

/** Lambda tries a failed transform three times, one and two minutes apart. */
const patienceMs = 6 * 60_000;

/** Runs the extractor, waits for the tables, and crawls. */
export async function runStack(stack: Stack, progress: Progress): Promise<RunReport> {
  const failures: string[] = [];
  const failuresBefore = await failureCount(stack, "transform");
  const result = await progress.step("extract", () => extractNow(stack), describeExtracted);
  for (const warning of result.warnings) progress.warn(warning);
  const { snapshotDate, stored, alreadyStored } = result;
  const { missing } = await progress.step(
    "tables",
    () => waitForLake(stack, snapshotDate, stored, alreadyStored, failuresBefore),
    ({ files }) => `${count(files, "CSV file")} of ${snapshotDate} in the lake`,
  );
  if (missing.length > 0) {
    const what = `tables of ${missing.join(", ")} of ${snapshotDate} are missing from the lake`;
    failures.push(`${what}; see npx playlake redrive --stack ${stack.name} --list`);
  }
  const crawls: Crawled[] = [];
  if (stack.outputs.crawler !== undefined) {
    const crawl = await progress.step("crawl", () => crawlStack(stack), describeCrawl);
    crawls.push(crawl);
    if (crawl.error !== undefined) failures.push(`crawler ${crawl.crawler}: ${crawl.error}`);
  }
  return {
    days: [{ day: snapshotDate, extracted: [result], transformed: [], crawls, failures }],
    failure: failureOf("not complete", failures),
    complete: () => undefined,
  };
}

/**
 * Runs the extractor and waits for its end, at most as long as a function can run. It is not retried: stored objects stay,
 * and a second run continues with the rest.
 * @throws one line if it fails; only its log lists what it stored before
 */
async function extractNow(stack: Stack): Promise<DayResult> {
  const { extractFunction } = stack.outputs;
  const { payload, failure } = await invoke(stack, extractFunction, { source: "playlake run" });
  if (failure === undefined) return payload as DayResult;
  throw new Error(`not complete; run again to continue: ${extractFunction}: ${failure}`);
}

function describeExtracted(result: DayResult): string {
  return describeReport({ extracted: [result], transformed: [], crawls: [], failures: [] });
}

/** The lake's files of a day's playlists. */
interface LakeDay {
  /** The number of existing files. */
  readonly files: number;
  /** Playlists without a file in at least one table. */
  readonly missing: readonly string[];
}

/**
 * Looks for the files of playlists in the lake, and waits for those that the transformer is about to write. It stops waiting
 * if the transformer gives one up.
 * @param stored playlists whose raw object has just been written
 * @param others playlists that were stored before
 * @param failuresBefore how many events the transformer had given up before the run
 */
async function waitForLake(
  stack: Stack,
  snapshotDate: string,
  stored: readonly string[],
  others: readonly string[],
  failuresBefore: number,
): Promise<LakeDay> {
  const look = async () => lookAt(stack, snapshotDate, [...stored, ...others]);
  const complete = await waitFor(async () => {
    const day = await look();
    const isComplete = !stored.some((playlistId) => day.missing.includes(playlistId));
    return isComplete || (await failureCount(stack, "transform")) > failuresBefore ? day : undefined;
  }, patienceMs);
  return complete ?? look();
}

async function lookAt(stack: Stack, snapshotDate: string, playlistIds: readonly string[]): Promise<LakeDay> {
  const names = await Promise.all(tableNames.map((table) => filesOf(stack, table, snapshotDate)));
  const keysOf = (playlistId: string) => tableNames.map((table) => lakeKey(table, snapshotDate, playlistId));
  const there = new Set(names.flat());
  const keys = playlistIds.flatMap(keysOf);
  return {
    files: keys.filter((key) => there.has(key)).length,
    missing: playlistIds.filter((playlistId) => keysOf(playlistId).some((key) => !there.has(key))),
  };
}

/** The keys of a table's files for one day. */
async function filesOf({ clients, outputs }: Stack, table: TableName, snapshotDate: string): Promise<string[]> {
  const keys: string[] = [];
  const prefix = lakeKey(table, snapshotDate, "x").replace(/x\.csv$/, "");
  for await (const key of keysIn(clients.s3(), outputs.lakeBucket, prefix)) keys.push(key);
  return keys;
}
