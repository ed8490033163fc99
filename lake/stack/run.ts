// Runs the daily work of a stack's schedules now, up to the catalog.
import type { DayResult } from "../../spotify/extract";
import { lakeKey } from "../../transforms/keys";
import { tableNames } from "../../transforms/schema";
import { failureOf } from "../errors";
import type { Progress, RunReport } from "../index";
import { count } from "../lists";
import { type Crawled, describeCrawl, describeReport } from "../runReport";
import { objectsIn } from "../s3";
import { waitFor } from "./clients";
import { crawlStack } from "./crawl";
import { failedTransforms } from "./queues";
import { invoke, type Stack } from "./stack";

/** Lambda tries a failed transform three times, one and two minutes apart. */
const patienceMs = 6 * 60_000;

/** Runs the extractor, waits for the tables, and crawls. An extractor alone has no tables. */
export async function runStack(stack: Stack, progress: Progress): Promise<RunReport> {
  const failures: string[] = [];
  const hasTables = "lakeBucket" in stack.outputs && "transform" in stack.outputs.failureQueues;
  const failuresBefore = hasTables ? await failedTransforms(stack) : 0;
  const result = await progress.step("extract", () => extractNow(stack), describeExtracted);
  for (const warning of result.warnings) progress.warn(warning);
  const { snapshotDate } = result;
  if (hasTables) failures.push(...(await missingTables(stack, result, failuresBefore, progress)));
  const crawls: Crawled[] = [];
  const { crawler } = stack.outputs;
  if (crawler !== undefined) {
    const crawl = await progress.step("crawl", () => crawlStack(stack, crawler), describeCrawl);
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
 * Waits for the tables of a run.
 * @param failuresBefore as of `waitForFiles`
 * @returns a line about those that are missing, or none
 */
async function missingTables(
  stack: Stack,
  { snapshotDate, stored, alreadyStored }: DayResult,
  failuresBefore: number,
  progress: Progress,
): Promise<string[]> {
  const keysOf = (playlistId: string) => tableNames.map((table) => lakeKey(table, snapshotDate, playlistId));
  const playlistIds = [...stored, ...alreadyStored];
  const there = await progress.step(
    "tables",
    () => waitForFiles(stack, snapshotDate, stored.flatMap(keysOf), failuresBefore),
    (found) => {
      const files = playlistIds.flatMap(keysOf).filter((key) => found.has(key));
      return `${count(files.length, "CSV file")} of ${snapshotDate} in the lake`;
    },
  );
  const missing = playlistIds.filter((playlistId) => !keysOf(playlistId).every((key) => there.has(key)));
  if (missing.length === 0) return [];
  const what = `tables of ${missing.join(", ")} of ${snapshotDate} are missing from the lake`;
  return [`${what}; see npx playlake redrive --stack ${stack.name} --list`];
}

/**
 * Runs the extractor and waits for its end, at most as long as a function can run. It is not retried: stored objects stay,
 * and a second run continues with the rest.
 * @throws one line if it fails; only its log lists what it stored before
 */
async function extractNow(stack: Stack): Promise<DayResult> {
  const { extractFunction } = stack.outputs;
  const answer = await invoke<DayResult>(stack, extractFunction, { source: "playlake run" });
  if ("done" in answer) return answer.done;
  throw new Error(`not complete; run again to continue: ${extractFunction}: ${answer.failure}`);
}

function describeExtracted(result: DayResult): string {
  return describeReport({ extracted: [result], transformed: [], crawls: [], failures: [] });
}

/**
 * Looks for the files of a day in the lake, and waits for those that the transformer is about to write. It stops waiting if
 * the transformer gives one up.
 * @param wanted the files of playlists whose raw object has just been written
 * @param failuresBefore how many events the transformer had given up before the run
 * @returns the keys of the files that are there
 */
async function waitForFiles(
  stack: Stack,
  snapshotDate: string,
  wanted: readonly string[],
  failuresBefore: number,
): Promise<ReadonlySet<string>> {
  const complete = await waitFor(async () => {
    const there = await filesOf(stack, snapshotDate);
    const isComplete = wanted.every((key) => there.has(key));
    return isComplete || (await failedTransforms(stack)) > failuresBefore ? there : undefined;
  }, patienceMs);
  return complete ?? filesOf(stack, snapshotDate);
}

/** The keys of all tables' files of a day. */
async function filesOf({ clients, outputs }: Stack, snapshotDate: string): Promise<ReadonlySet<string>> {
  const prefixes = tableNames.map((table) => lakeKey(table, snapshotDate, "x").replace(/x\.csv$/, ""));
  const keys = await Promise.all(prefixes.map(objectsIn(clients.s3(), outputs.lakeBucket).list));
  return new Set(keys.flat());
}
