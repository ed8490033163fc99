// 50,000 Liked Songs through the uploaded archives, within the functions' declared memory: in one run, and in several that
// quota and time cut short.
import { readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { likedSongs } from "../../bench/generate";
import { bucketsFolder } from "../../emulator/files";
import { ofType, type Registered } from "../../emulator/resources";
import { openPipeline } from "../../lake/local/pipeline";
import type { ProgramResult } from "../../lake/local/program";
import type { Source } from "../../lake/local/source";
import { likedRequests, likedUnchangedRequests, tokenRequests } from "../../scripts/requests";
import { likedMemoryMiB } from "../../scripts/scale";
import type { DayResult } from "../../spotify/extract";
import { standInApp } from "../../standin/tokens";
import { lakeKey, likedId, rawKey } from "../../transforms/keys";
import type { RawLine } from "../../transforms/rawLines";
import type { TableName } from "../../transforms/schema";
import { projectFolder } from "../support/commandLine";
import { programOf, stateFolder } from "../support/pipeline/pipelines";
import type { Misbehave, Misbehaviour } from "../support/standin/misbehaviours";
import { quota } from "../support/standin/misbehaviours";
import { createTestStandIn, type TestStandIn } from "../support/standin/testStandIn";

const test = suite("pipeline/manyLikedSongs");
const count = 50_000;
const user = { refreshToken: "refresh-token-of-the-user", consentedAt: "2026-11-01T00:00:00Z" };
const today = "2026-11-22";

let standIn: TestStandIn;
let spotify: Record<string, string>;
let environment: Record<string, string>;
let program: Promise<ProgramResult>;
let now = new Date();
/** Lets the functions' waits, and the stand-in's slow answers, take simulated time. */
const simulatedTime = {
  NODE_OPTIONS: `--require ${path.join(projectFolder, "test", "support", "spotify", "schedules", "virtualTime.js")}`,
};
const source: Source = {
  origin: "spotify",
  stateName: "spotify",
  notes: [],
  playlists: [likedId],
  credentials: { ...standInApp, refreshToken: user.refreshToken },
  firstDay: undefined,
  open: async (clock) => {
    clock.set(now);
    return { environment, close: async () => undefined };
  },
};
const inOneGo = stateFolder();
const cutShort = stateFolder();

test.before(async () => {
  const songs = likedSongs(count);
  const library = { playlistsAt: () => [], likedAt: () => songs };
  standIn = createTestStandIn({ library, clock: { now: () => now }, refreshTokens: [user] });
  const { apiUrl, accountsUrl } = await standIn.listen();
  program = programOf(source);
  spotify = { SPOTIFY_API_URL: apiUrl, SPOTIFY_ACCOUNTS_URL: accountsUrl };
});

test.after(async () => {
  await standIn.close();
  inOneGo.remove();
  cutShort.remove();
});

interface Try {
  /** The extractor's answer, or the message of its failure. */
  result: DayResult | string;
  requests: number;
  /** The functions' peak memory in MiB, by name. */
  peaks: Record<string, number>;
}

/** Runs the extractor once, and the transforms that follow. */
async function runOnce(
  stateDir: string,
  at: string,
  { misbehave, timeoutSeconds }: { misbehave?: Misbehave; timeoutSeconds?: number } = {},
): Promise<Try> {
  now = new Date(`${at}:00Z`);
  environment = misbehave === undefined ? spotify : { ...spotify, ...simulatedTime };
  standIn.setMisbehave(misbehave);
  standIn.requests.length = 0;
  const peaks: Record<string, number> = {};
  const pipeline = await openPipeline({
    stateDir,
    source,
    program,
    adjust: (resources) => (timeoutSeconds === undefined ? resources : withTimeout(resources, timeoutSeconds)),
    onLog: ({ functionName, line }) => {
      const peak = /\tMax Memory Used: (\d+)/.exec(line)?.[1];
      if (peak !== undefined) peaks[functionName.replace("playlake-", "")] = Number(peak);
    },
  });
  try {
    const { cloud, outputs } = pipeline;
    const answer = await cloud.lambda.invoke(outputs.extractFunction, { source: "run" }, { kind: "owner" });
    assert.equal((await pipeline.resume()).failures, []);
    const { errorMessage } = answer.payload as { errorMessage?: string };
    return { result: errorMessage ?? (answer.payload as DayResult), requests: standIn.requests.length, peaks };
  } finally {
    await pipeline.close();
  }
}

function withTimeout(resources: Registered[], timeout: number): Registered[] {
  const extract = ofType(resources, "aws:lambda/function:Function").find(({ name }) => name === "playlake-extract");
  return resources.map((one) => (one === extract ? { ...one, inputs: { ...one.inputs, timeout } } : one));
}

/** The pages from that one on get this answer. */
function fromPage(page: number, wrong: Misbehaviour): Misbehave {
  let pages = 0;
  return ({ path: requested }) => {
    if (requested === "/v1/me/tracks") pages += 1;
    return pages >= page ? wrong : undefined;
  };
}

/** A stored object's lines, without the times at which they were fetched. */
function linesOf(stateDir: string, date: string): string[] {
  const file = path.join(bucketsFolder(stateDir), "playlake-raw", rawKey(date, likedId));
  const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split("\n");
  return lines.map((line) => line.replace(/"fetchedAt":"[^"]*"/, '"fetchedAt":""'));
}

function rowsIn(stateDir: string, table: TableName): number {
  const file = path.join(bucketsFolder(stateDir), "playlake-lake", lakeKey(table, today, likedId));
  return readFileSync(file, "utf8").trimEnd().split("\n").length - 1;
}

function assertStored({ result }: Try): void {
  assert.type(result, "object", String(result));
  const { stored, entries, inconsistent, fewerEntries } = result as DayResult;
  assert.equal([stored, entries, inconsistent, fewerEntries], [[likedId], count, [], []]);
}

function assertFits({ peaks }: Try): void {
  for (const name of ["extract", "transform"] as const) {
    assert.ok(peaks[name]! <= likedMemoryMiB[name], `${name}: ${peaks[name]} MiB`);
  }
}

test("50,000 songs are read in one run, within its requests and memory", async () => {
  const only = await runOnce(inOneGo.stateDir, `${today}T06:00`);

  assertStored(only);
  assert.is(only.requests, tokenRequests + likedRequests(count));
  assertFits(only);
  const stored = linesOf(inOneGo.stateDir, today).flatMap(
    (line) => ((JSON.parse(line) as RawLine).body as { items?: unknown[] }).items ?? [],
  );
  // The first page is there twice.
  assert.is(stored.length, count + 50);
  for (const table of ["playlist_items", "tracks"] as const) assert.is(rowsIn(inOneGo.stateDir, table), count);
});

test("quota and time cut three tries short, and the fourth stores the same object", async () => {
  const { stateDir } = cutShort;
  const ofQuota = await runOnce(stateDir, `${today}T06:00`, { misbehave: fromPage(301, quota(3600)) });
  const ofTime = await runOnce(stateDir, `${today}T07:00`, {
    misbehave: fromPage(101, { passMs: 60_000 }),
    timeoutSeconds: 30,
  });
  const ofFailures = await runOnce(stateDir, `${today}T08:00`, { misbehave: fromPage(101, { status: 503 }) });
  const last = await runOnce(stateDir, `${today}T09:00`);

  const wanted = `not stored yet for ${today}: liked`;
  assert.equal(
    [ofQuota, ofTime, ofFailures].map(({ result }) => result),
    [
      `${wanted} (Spotify's quota is used up; no request before ${today}T07:00:00.000Z)`,
      `${wanted} (the time of this invocation is used up)`,
      `${wanted} (status 503, 5 times)`,
    ],
  );
  // Each try begins with the user and the first page, and goes on from where the last one stopped.
  assert.is(last.requests, tokenRequests + likedRequests(count) - (300 - 1) - (100 - 1) - (100 - 1));
  assertStored(last);
  assertFits(last);
  assert.equal(linesOf(stateDir, today), linesOf(inOneGo.stateDir, today));
  for (const table of ["playlist_items", "tracks"] as const) assert.is(rowsIn(stateDir, table), count);
});

test("the next day reuses the songs, within the same memory", async () => {
  const next = await runOnce(inOneGo.stateDir, "2026-11-23T06:00");

  assertStored(next);
  assert.equal((next.result as DayResult).unchanged, [likedId]);
  assert.is(next.requests, tokenRequests + likedUnchangedRequests);
  assertFits(next);
  assert.equal(linesOf(inOneGo.stateDir, "2026-11-23"), linesOf(inOneGo.stateDir, today));
});

test.run();
