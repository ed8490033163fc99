// After a kill -9 in the middle of a run, the next run ends as if nothing had happened.
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, utimesSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { LogLine } from "../../emulator/lambda";
import { openPipeline, type Pipeline } from "../../lake/local/pipeline";
import { completePlan } from "../../lake/local/run";
import { openState, type Plan } from "../../lake/local/state";
import { tableNames } from "../../transforms/schema";
import { answersOf } from "../support/answers";
import { homeFolder, playlake, startPlaylake, temporaryFolder } from "../support/commandLine";
import { isLocked, lakeFiles } from "../support/lakes";
import { runDue, sampleSource, stateFolder, withPipeline } from "../support/pipeline/pipelines";
import { canSeeProcesses, processesLeft } from "../support/processes";
import { randomFrom } from "../support/random";

const test = suite("pipeline/kill");

/** The results of a run that are compared. */
interface Left {
  /** Every file of the lake, with its hash. */
  lake: Record<string, string>;
  /** The raw objects' texts, without the address at which the stand-in happened to listen. */
  raw: Record<string, string>;
  answers: Record<string, string>;
  /** The files of `playlists`, without the columns of `ofTheRead`. */
  playlists: Record<string, string>;
}

/** The columns of `playlists` that depend on when, and with which requests, a playlist is read. */
const ofTheRead = ["followers", "extracted_at", "items_fetched_at"];

/** A file of `playlists` without the columns of `ofTheRead`. */
function withoutRead(csv: string): string {
  const [names = [], ...rows] = csv.trimEnd().split("\n").map(cellsOf);
  const kept = [...names.keys()].filter((at) => !ofTheRead.includes(JSON.parse(names[at]!)));
  assert.is(kept.length, names.length - ofTheRead.length);
  return [names, ...rows].map((row) => kept.map((at) => row[at]).join(",")).join("\n");
}

function cellsOf(line: string): string[] {
  return line.match(/"(?:[^"]|"")*"/g) ?? [];
}

function rawFolder(stateDir: string): string {
  return path.join(stateDir, "buckets", "playlake-raw", "playlists");
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

async function leftIn(stateDir: string): Promise<Left> {
  const raw = filesIn(rawFolder(stateDir)).map((file) => [
    path.relative(rawFolder(stateDir), file),
    gunzipSync(readFileSync(file))
      .toString()
      .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, "http://stand-in"),
  ]);
  const folder = path.join(stateDir, "buckets", "playlake-lake", "playlists");
  const playlists = filesIn(folder).map((file) => [
    path.relative(folder, file),
    withoutRead(readFileSync(file, "utf8")),
  ]);
  return {
    lake: lakeFiles(stateDir),
    raw: Object.fromEntries(raw),
    answers: await answersOf(stateDir),
    playlists: Object.fromEntries(playlists),
  };
}

/** Undisturbed runs: after so many days. */
const expected = new Map<number, Left>();

test.before(async () => {
  const { stateDir, remove } = stateFolder();
  const pipeline = await openPipeline({ source: await sampleSource(), stateDir });
  for (const days of [3, 4, 5]) {
    assert.equal(
      (await runDue(pipeline, stateDir)).flatMap(({ failures }) => failures),
      [],
    );
    const state = await openState(stateDir);
    completePlan(state);
    state.unlock();
    expected.set(days, await leftIn(stateDir));
    assert.is(Object.keys(expected.get(days)?.raw ?? {}).length, 4 * days);
  }
  await pipeline.close();
  remove();
});

interface Body {
  items?: unknown[] | { items?: unknown[] };
}

/** The entries in a raw object's text. */
function entriesOf(raw: string | undefined): unknown[] {
  const bodies = (raw ?? "")
    .split("\n")
    .flatMap((line) => (line === "" ? [] : [(JSON.parse(line) as { body: Body }).body]));
  return bodies.flatMap(({ items }) => (Array.isArray(items) ? items : (items?.items ?? [])));
}

/**
 * What can differ if a killed run left a single unchanged playlist: it is read, because the user's list saves no request then.
 * Its entries are the same; its row in `playlists` differs in the columns of `ofTheRead` only.
 */
function readAgain(actual: Left, whole: Left): Set<string> {
  const names = Object.keys(whole.raw).filter((name) => {
    const [text, expectedText] = [actual.raw[name], whole.raw[name]];
    const isSame = JSON.stringify(entriesOf(text)) === JSON.stringify(entriesOf(expectedText));
    return text !== undefined && text !== expectedText && isSame;
  });
  const rows = names.map((name) => `lake: playlists/${name.replace(/jsonl\.gz$/, "csv")}`);
  const answers = names.length === 0 ? [] : ["answers: playlists", "answers: csv_playlists"];
  return new Set([...names.map((name) => `raw: ${name}`), ...rows, ...answers]);
}

/** The names in which the two differ: the texts themselves are too long to be shown. */
function differences(actual: Left, whole: Left): string[] {
  const allowed = readAgain(actual, whole);
  const found = (["raw", "lake", "answers", "playlists"] as const).flatMap((part) => {
    const names = new Set([...Object.keys(actual[part]), ...Object.keys(whole[part])]);
    return [...names].filter((name) => actual[part][name] !== whole[part][name]).map((name) => `${part}: ${name}`);
  });
  return found.filter((name) => !allowed.has(name));
}

function assertLeft(actual: Left, days: number, about: string): void {
  assert.equal(differences(actual, expected.get(days) as Left), [], about);
}

/** The functions' processes, killed from within the program's own process. */
const childKills: readonly [moment: string, functionName: string, isMoment: (line: string) => boolean][] = [
  ["at its start", "playlake-extract", (line) => line.startsWith("START ")],
  ["after its first raw object", "playlake-extract", (line) => line.includes('"event":"playlistStored"')],
  ["when its day is done", "playlake-extract", (line) => line.includes('"event":"dayComplete"')],
  ["at its start", "playlake-transform", (line) => line.startsWith("START ")],
  ["after its first playlist", "playlake-transform", (line) => line.includes('"event":"transformed"')],
];

for (const [moment, functionName, isMoment] of childKills) {
  for (const delayMs of [0, 15]) {
    test(`${functionName}, killed each day, ${moment}, ${delayMs} ms later`, async () => {
      let pipeline: Pipeline | undefined;
      const killed: Promise<number>[] = [];
      const killedDays = new Set<string>();
      const kill = async (): Promise<number> => {
        if (delayMs > 0) await sleep(delayMs);
        const processes = pipeline?.cloud.lambda.processes().filter((one) => one.functionName === functionName) ?? [];
        for (const { pid } of processes) process.kill(pid, "SIGKILL");
        return processes.length;
      };
      const onLog = (line: LogLine) => {
        const day = line.logStream.slice(0, "2026/11/01".length);
        if (line.functionName !== functionName || !isMoment(line.line) || killedDays.has(day)) return;
        killedDays.add(day);
        killed.push(kill());
      };
      await withPipeline({ source: await sampleSource(), onLog }, async (opened, stateDir) => {
        pipeline = opened;

        const reports = await runDue(opened, stateDir);

        assert.equal(
          reports.map(({ failures }) => failures),
          [[], [], []],
        );
        const kills = (await Promise.all(killed)).reduce((total, count) => total + count, 0);
        assert.is(kills > 0, true, "something was killed");
        assertLeft(await leftIn(stateDir), 3, moment);
      });
    });
  }
}

/** A run of the program, to be killed. */
interface Victim {
  stateDir: string;
  /** What it has printed to standard error. */
  progress(): string;
}

const lakeFileCount = (stateDir: string) => filesIn(path.join(stateDir, "buckets", "playlake-lake")).length;
const rawFileCount = (stateDir: string) => filesIn(rawFolder(stateDir)).length;
const perDay = 3 * tableNames.length;

const moments: readonly [moment: string, isThere: (victim: Victim) => boolean][] = [
  ["before the program has run", ({ stateDir }) => isLocked(stateDir)],
  ["when the days are planned", ({ stateDir }) => existsSync(path.join(stateDir, "plan.json"))],
  ["after the first raw object", ({ stateDir }) => rawFileCount(stateDir) >= 1],
  ["amid the first day's transforms", ({ stateDir }) => lakeFileCount(stateDir) >= 5],
  ["when the first day's files are written", ({ stateDir }) => lakeFileCount(stateDir) >= perDay],
  ["between days", ({ progress }) => progress().includes("2026-11-01 ")],
  ["amid the second day's transforms", ({ stateDir }) => lakeFileCount(stateDir) >= perDay + 10],
  ["before the answers", ({ progress }) => progress().includes("2026-11-03 ")],
];

/** Runs the command until `isTime`, kills it, and sees that nothing of it stays. */
async function runAndKill(home: string, isTime: (victim: Victim) => boolean): Promise<void> {
  const stateDir = path.join(home, "state");
  const child = startPlaylake(["run", "--state", stateDir], { cwd: home, env: { TMPDIR: path.join(home, "tmp") } });
  let progress = "";
  child.stdin.end();
  child.stdout.resume();
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    progress += text;
  });
  const closed = new Promise<void>((resolve) => child.on("close", () => resolve()));
  while (child.exitCode === null && !isTime({ stateDir, progress: () => progress })) await sleep(1);
  child.kill("SIGKILL");
  await closed;
  assert.equal(await processesLeft(home), [], "the functions' processes end with the program");
}

function planOf(stateDir: string): Plan | undefined {
  const file = path.join(stateDir, "plan.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Plan) : undefined;
}

/** The first run plans three days, each later one a day. A run that ended before the kill is not counted. */
function daysAfterNextRun(plan: Plan | undefined): number {
  const lastDay = Number(plan?.runs.at(-1)?.slice("2026-11-".length, "2026-11-01".length) ?? 3);
  return plan?.isComplete === true ? lastDay + 1 : lastDay;
}

/** Makes the temporary folders of killed runs old: a run removes no young one, which could belong to a run that is starting. */
function ageTemporaryFolders(home: string): void {
  const folder = path.join(home, "tmp");
  for (const name of readdirSync(folder)) utimesSync(path.join(folder, name), 0, 0);
}

/** Completes the killed run, and compares the result with the undisturbed run. */
async function assertCompletes(home: string, about: string): Promise<void> {
  const stateDir = path.join(home, "state");
  const days = daysAfterNextRun(planOf(stateDir));
  const env = { TMPDIR: path.join(home, "tmp") };
  ageTemporaryFolders(home);

  const { exitCode, stderr } = await playlake(["run", "--state", stateDir], { cwd: home, env });

  assert.is(exitCode, 0, `${about}: ${stderr}`);
  assert.equal(
    stderr.split("\n").filter((line) => line.startsWith("!")),
    [],
    about,
  );
  assertLeft(await leftIn(stateDir), days, about);
  assert.equal(await processesLeft(home), [], about);
  assert.equal(
    readdirSync(path.join(home, "tmp")).filter((name) => name.startsWith("playlake-")),
    [],
    `${about}: no temporary folder is left`,
  );
}

async function inHome(work: (home: string) => Promise<void>, makeHome = homeFolder): Promise<void> {
  const { folder, remove } = makeHome();
  const home = realpathSync(folder);
  mkdirSync(path.join(home, "tmp"));
  try {
    await work(home);
  } finally {
    remove();
  }
}

for (const [index, [moment, isThere]] of moments.entries()) {
  // The first kill comes before the program's result is kept.
  const makeHome = index === 0 ? temporaryFolder : homeFolder;
  test(`the program, ${moment}`, () =>
    inHome(async (home) => {
      await runAndKill(home, isThere);
      await assertCompletes(home, moment);
    }, makeHome));
}

const seeds = (process.env.KILL_SEEDS ?? "1,2").split(",").map(Number);

for (const seed of seeds) {
  test(`the program, twice at moments of seed ${seed}`, () =>
    inHome(async (home) => {
      const next = randomFrom(seed);
      for (let kills = 0; kills < 2; kills += 1) {
        // From the planned days to about the end of the third one.
        const delayMs = Math.floor(next() * 2500);
        let plannedMs: number | undefined;
        await runAndKill(home, ({ progress }) => {
          if (progress().includes("functions as child processes")) plannedMs ??= Date.now();
          return plannedMs !== undefined && Date.now() - plannedMs >= delayMs;
        });
      }
      await assertCompletes(home, `seed ${seed}`);
    }));
}

if (!canSeeProcesses)
  console.log("pipeline/kill: this machine does not show where processes stand, so none is counted");

test.run();
