/** Runs a seed's story, and compares each run and the stored objects with what was served. */
import * as assert from "uvu/assert";
import type { AnsweredRequest } from "../../standin/testStandIn";
import { type CheckedObject, checkObject } from "../checkObject";
import { type LogRecord, missedDaysOf, type Outcome, outcomesOf, recordsOf } from "./runs";
import { type Kill, type Story, startStory } from "./story";
import type { World } from "./world";

/** The findings so far. */
interface Findings {
  world: World;
  story: Story;
  /** The bytes of each raw object as they were first seen, by key. */
  written: Map<string, Buffer>;
  checked: Map<string, CheckedObject[]>;
  /** What the stand-in sent so far, oldest first. */
  answered: AnsweredRequest[];
  /** The days that were not stored: what was wanted then. */
  lost: Map<string, readonly string[]>;
  /** The days that runs reported as missed: what they named as missing. */
  reported: Map<string, readonly string[]>;
  /** Those of `reported` that were reported by a run that was not killed. */
  reportedForGood: Set<string>;
  /** `DATE ID` of playlists that were gone or closed, as a run said. */
  gone: Set<string>;
}

const firstHour = 6;
const lastHour = 21;

/** @throws what does not hold */
export async function runSchedule(world: World, seed: number): Promise<void> {
  const story = await startStory(world, seed);
  const findings: Findings = {
    world,
    story,
    written: new Map(),
    checked: new Map(),
    answered: [],
    lost: new Map(),
    reported: new Map(),
    reportedForGood: new Set(),
    gone: new Set(),
  };
  for (const [index, { date, skipped }] of story.days.entries()) {
    const isLast = index === story.days.length - 1;
    for (const day of skipped) findings.lost.set(day, story.configured);
    story.startDay(isLast);
    const isComplete = await runDay(findings, date);
    if (!isComplete) findings.lost.set(date, story.wanted());
    if (isLast) assert.ok(isComplete, "a calm day is complete in the end");
  }
  checkLost(findings);
}

/** Each day that was not stored was reported, with what is missing of it. */
function checkLost({ lost, reported, written, gone }: Findings): void {
  assert.equal([...reported.keys()], [...lost.keys()], "the days that were not stored are reported");
  for (const [date, missing] of reported) {
    const isStored = (id: string) => written.has(`playlists/snapshot_date=${date}/${id}.jsonl.gz`);
    assert.equal(missing.filter(isStored), [], `${date}: reported as missing, and is stored`);
    const silent = lost.get(date)!.filter((id) => !isStored(id) && !missing.includes(id) && !gone.has(`${date} ${id}`));
    if (!missing.includes("me")) assert.equal(silent, [], `${date}: missing, and not reported`);
  }
}

/** The daily run, and the catch-up every hour until the day is complete or over; now and then two at once. */
async function runDay(findings: Findings, date: string): Promise<boolean> {
  const { story } = findings;
  for (let hour = firstHour; hour <= lastHour; hour += 1) {
    const instant = new Date(`${date}T${String(hour).padStart(2, "0")}:00:00Z`);
    const outcomes = await runHour(findings, date, instant);
    if (outcomes.some(({ kind }) => kind === "complete")) {
      if (story.random() < 0.2) await runAgain(findings, new Date(instant.getTime() + 3_600_000));
      return true;
    }
    story.passHour();
  }
  return false;
}

async function runHour(findings: Findings, date: string, instant: Date): Promise<Outcome[]> {
  const { world, story } = findings;
  const { random } = story;
  const count = random() < 0.05 ? 2 : 1;
  const kill = count === 1 && random() < 0.1 ? planKill(random) : undefined;
  story.killAt(kill);
  const invoked = await world.invoke(instant, count);
  story.killAt(undefined);
  const outcomes = outcomesOf(invoked, date);
  const isKilled = outcomes.some(({ kind }) => kind === "killed");
  assert.ok(kill !== undefined || !isKilled, "the process was not killed");
  const records = recordsOf(invoked.log);
  const inconsistent = await checkObjects(findings, date);
  if (!isKilled) {
    const said = records.filter(({ event }) => event === "dayComplete" || event === "dayIncomplete");
    const idle = outcomes.filter((one) => one.kind === "complete" && one.result.alreadyComplete);
    assert.is(said.length, count - idle.length, "each run that does something logs how it ended");
    assert.equal([...new Set(said.flatMap((one) => one.inconsistent ?? []))].sort(), inconsistent);
  }
  noteLog(findings, date, records, isKilled);
  for (const outcome of outcomes) await checkOutcome(findings, date, outcome);
  if (count === 1) assert.equal(story.tooEarly, [], "Spotify was asked before the time that it had named");
  if (count > 1 || isKilled) story.forgetLimits();
  story.tooEarly.splice(0);
  return outcomes;
}

function noteLog(
  { reported, reportedForGood, gone }: Findings,
  date: string,
  records: LogRecord[],
  isKilled: boolean,
): void {
  const before = new Set(reportedForGood);
  for (const { snapshotDate, missing } of missedDaysOf(records)) {
    assert.not(before.has(snapshotDate), `${snapshotDate} is reported as missed once more`);
    reported.set(snapshotDate, missing);
    if (!isKilled) reportedForGood.add(snapshotDate);
  }
  for (const { event, playlistId } of records) if (event === "playlistUnavailable") gone.add(`${date} ${playlistId}`);
}

function planKill(random: () => number): Kill {
  const at = (["request", "beforeObject", "afterObject"] as const)[Math.floor(random() * 3)]!;
  return { at, count: 1 + Math.floor(random() * (at === "request" ? 12 : 8)) };
}

/** A catch-up on a complete day asks Spotify nothing and writes nothing. */
async function runAgain({ world, story }: Findings, instant: Date): Promise<void> {
  const before = await world.objects("");
  const { results } = await world.invoke(instant, 1);
  const { alreadyComplete, stored } = results[0]!.payload as { alreadyComplete: boolean; stored: string[] };
  assert.equal([alreadyComplete, stored, story.standIn.requests], [true, [], []]);
  assert.equal(await world.objects(""), before);
}

async function checkOutcome({ world, story }: Findings, date: string, outcome: Outcome): Promise<void> {
  if (outcome.kind === "killed") return;
  const objects = [...(await world.objects(`playlists/snapshot_date=${date}/`)).keys()];
  const isStored = (id: string) => objects.includes(`playlists/snapshot_date=${date}/${id}.jsonl.gz`);
  if (outcome.kind === "incomplete") {
    const silent = story.wanted().filter((id) => !isStored(id) && !outcome.named.includes(id));
    const excused = outcome.named.includes("me") ? [] : silent.filter((id) => !story.closures.has(id));
    assert.equal(excused, [], "every playlist that is missing is named");
    return;
  }
  const { stored, alreadyStored, unavailable } = outcome.result;
  const gone = unavailable.map(({ playlistId }) => playlistId);
  assert.equal([...stored, ...alreadyStored, ...gone].sort(), story.wanted(), "every playlist once");
  for (const id of [...stored, ...alreadyStored]) assert.ok(isStored(id), `${id} is stored`);
  for (const { playlistId, status, cause } of unavailable) {
    assert.is(story.closures.get(playlistId), status, playlistId);
    assert.ok(cause !== "");
  }
}

/** Compares the new objects with what was served. Returns the sorted ids of those that can mix two states. */
async function checkObjects({ world, story, written, checked, answered }: Findings, date: string): Promise<string[]> {
  answered.push(...story.standIn.requests.splice(0));
  const inconsistent: string[] = [];
  for (const [key, object] of await world.objects("playlists/")) {
    const before = written.get(key);
    if (before !== undefined) {
      assert.ok(before.equals(object), `${key} was written twice`);
      continue;
    }
    written.set(key, object);
    const [, day, id] = /^playlists\/snapshot_date=(.*)\/(.*)\.jsonl\.gz$/.exec(key) ?? [];
    assert.is(day, date, key);
    const earlier = checked.get(id!) ?? [];
    const found = checkObject(id!, object, { answers: answered, versions: story.versions.get(id!)!, earlier });
    checked.set(id!, [...earlier, found]);
    if (!found.isConsistent) inconsistent.push(id!);
  }
  return inconsistent.sort();
}
