/** What an undisturbed run leaves, and how the rest of a killed one differs from it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import * as assert from "uvu/assert";
import { completePlan } from "../../../lake/local/run";
import { openState } from "../../../lake/local/state";
import { type Answers, tablesOf } from "../answers";
import { lakeFiles } from "../lakes";
import { openTestPipeline, runDue, sampleSource, stateFolder } from "./pipelines";

/** The results of a run that are compared. */
export interface Left {
  /** Every file of the lake, with its hash. */
  lake: Record<string, string>;
  /** The raw objects' texts, without the address at which the stand-in happened to listen. */
  raw: Record<string, string>;
  /** The rows of the tables and views. Named queries ask nothing else. */
  answers: Answers;
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

export function rawFolder(stateDir: string): string {
  return path.join(stateDir, "buckets", "playlake-raw", "playlists");
}

export function filesIn(folder: string): string[] {
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
    answers: await tablesOf(stateDir),
    playlists: Object.fromEntries(playlists),
  };
}

/** Runs the samples undisturbed. @returns what is left after each of these numbers of days; the first is at least 3 */
export async function undisturbed(dayCounts: readonly number[]): Promise<Map<number, Left>> {
  const expected = new Map<number, Left>();
  const { stateDir, remove } = stateFolder();
  const pipeline = await openTestPipeline({ source: await sampleSource(), stateDir });
  for (const days of dayCounts) {
    assert.equal(
      (await runDue(pipeline, stateDir)).flatMap(({ failures }) => failures),
      [],
    );
    const state = await openState(stateDir);
    completePlan(state);
    state.unlock();
    const left = await leftIn(stateDir);
    assert.is(Object.keys(left.raw).length, 4 * days);
    expected.set(days, left);
  }
  await pipeline.close();
  remove();
  return expected;
}

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

/** Compares what is in a state folder with what an undisturbed run leaves. */
export async function assertLeft(stateDir: string, whole: Left, about: string): Promise<void> {
  assert.equal(differences(await leftIn(stateDir), whole), [], about);
}
