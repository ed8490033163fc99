import * as assert from "uvu/assert";
import type { ServedPlaylist } from "../../local/spotify/library";
import { burst, type Misbehave, type Misbehaviour, quota } from "../../local/spotify/misbehaviour";
import type { DayResult, IncompleteDay } from "../../spotify/extract";
import {
  changingLibrary,
  extractor,
  idA,
  idB,
  idC,
  type MemoryStore,
  memoryTokens,
  playlistOf,
  rawLines,
  startWorld,
  type World,
} from "./support";

const ids = [idA, idB, idC];
const days = ["2026-11-22", "2026-11-23", "2026-11-24", "2026-11-25"];
const user = { refreshToken: "first", consentedAt: "2026-11-01T00:00:00.000Z" };

/** What a seed's run has found so far. */
interface Story {
  random: () => number;
  world: World;
  extract: ReturnType<typeof extractor>;
  /** Every state that a playlist was ever in: entries by snapshot id. */
  versions: Map<string, readonly string[]>;
  bodies: Set<string>;
  /** Raw objects as they were first seen. */
  written: Map<string, Uint8Array>;
  incomplete: string[];
  reported: string[];
}

/**
 * Runs four days, each with its hourly catch-up, against a stand-in that misbehaves by a schedule made from the seed,
 * and checks what every run leaves and says.
 */
export async function runSchedule(seed: number): Promise<void> {
  const random = randomFrom(seed);
  const library = changingLibrary(ids.map((id, index) => playlistOf(id, [120, 7, 51][index]!)));
  const versions = new Map<string, readonly string[]>();
  const edit = () => {
    const index = Math.floor(random() * library.playlists.length);
    const { id } = library.playlists[index]!;
    const next = playlistOf(id, Math.floor(random() * 130), `${Math.floor(random() * 1e6)}.`);
    remember(versions, [next]);
    library.playlists = library.playlists.with(index, next);
  };
  remember(versions, library.playlists);
  let severity = 0;
  const world = await startWorld({
    library,
    keepBodies: true,
    refreshTokens: [user],
    rotateRefreshTokens: random() < 0.5,
    generation: random() < 0.5 ? "items" : "tracks",
    misbehave: misbehaveBy(
      random,
      () => severity,
      edit,
      () => world,
    ),
  });
  const playlists = random() < 0.5 ? ids : ["me"];
  const extract = extractor(world, { playlists }, memoryTokens(user));
  refuseOverwriting(extract.store);
  const story: Story = {
    random,
    world,
    extract,
    versions,
    bodies: new Set<string>(),
    written: new Map(),
    incomplete: [],
    reported: [],
  };
  try {
    for (const day of days) {
      if (random() < 0.5) edit();
      severity = random() < 0.2 ? 0 : random() * 0.3;
      await runDay(story, day, playlists, () => {
        severity = random() < 0.5 ? severity : 0;
      });
    }
    const lost = story.incomplete.filter((day) => day !== days.at(-1));
    assert.equal(story.reported, lost, "missed days are reported, each once");
  } finally {
    await world.close();
  }
}

/** Makes a second write of a raw object fail, whichever of two runs does it. */
function refuseOverwriting(store: MemoryStore): void {
  const put = store.put;
  store.put = async (key, body, options) => {
    const before = store.objects.get(key);
    const isNew = await put(key, body, options);
    if (key.startsWith("playlists/") && before !== undefined) assert.is(store.objects.get(key), before, `${key} twice`);
    return isNew;
  };
}

/** The daily run, and the catch-up every hour until the day is complete or over; now and then two runs at once. */
async function runDay(story: Story, day: string, playlists: string[], calm: () => void): Promise<void> {
  for (let hour = 6; hour < 24; hour += 1) {
    story.world.setNow(`${day}T${String(hour).padStart(2, "0")}:00:00Z`);
    const runs = story.random() < 0.15 ? [runOnce(story), runOnce(story)] : [runOnce(story)];
    const outcomes = await Promise.all(runs);
    const reported = outcomes.flatMap(({ result }) => result.missedDays.map(({ snapshotDate }) => snapshotDate));
    story.reported.push(...new Set(reported));
    for (const { failed } of outcomes) if (failed !== undefined) checkFailure(failed, playlists);
    const inconsistent = checkObjects(story, day);
    const said = outcomes.flatMap(({ result }) => result.inconsistent);
    assert.equal(said.sort(), inconsistent, "what was edited while it was read is said");
    for (const { result, failed } of outcomes) if (failed === undefined) checkComplete(story, result, day);
    if (outcomes.some(({ failed }) => failed === undefined)) return;
    calm();
  }
  story.incomplete.push(day);
}

async function runOnce({ extract }: Story): Promise<{ result: DayResult; failed: IncompleteDay | undefined }> {
  try {
    return { result: await extract.run(), failed: undefined };
  } catch (error) {
    const failed = error as IncompleteDay;
    assert.is(failed.code, "INCOMPLETE", failed.stack);
    return { result: failed.result, failed };
  }
}

function checkFailure({ failures, message, result }: IncompleteDay, playlists: string[]): void {
  assert.ok(failures.length > 0);
  for (const { playlistId, reason, code } of failures) {
    assert.ok(message.includes(playlistId) && message.includes(reason));
    assert.ok(code !== undefined, `a fault of the run's own: ${reason}`);
  }
  if (playlists[0] === "me") return;
  const known = [...result.stored, ...result.alreadyStored, ...result.unavailable, ...failures];
  const named = known.map((one) => (typeof one === "string" ? one : one.playlistId));
  assert.equal(named.sort(), ids, "every playlist is stored or named, once");
}

function checkComplete({ extract }: Story, result: DayResult, day: string): void {
  assert.equal(result.unavailable, []);
  assert.equal([...result.stored, ...result.alreadyStored].sort(), ids);
  for (const id of ids) assert.ok(extract.store.objects.has(`playlists/snapshot_date=${day}/${id}.jsonl.gz`));
}

/**
 * Each object is written once, holds only what was served, and where it says so one state of its playlist.
 * Returns the ids of the day's new objects that say otherwise, sorted.
 */
function checkObjects({ world, extract, versions, bodies, written }: Story, day: string): string[] {
  for (const { body } of world.standIn.requests.splice(0)) bodies.add(body);
  const inconsistent: string[] = [];
  for (const [key, object] of extract.store.objects) {
    const before = written.get(key);
    if (before !== undefined) assert.is(object, before, `${key} was written twice`);
    if (before !== undefined || !key.startsWith("playlists/")) continue;
    written.set(key, object);
    assert.ok(key.includes(day), `${key} was written on ${day}`);
    if (!isOneState(rawLines(object), versions, bodies)) inconsistent.push(key.slice(-31, -9));
  }
  return inconsistent.sort();
}

function isOneState(lines: { body: unknown }[], versions: Story["versions"], bodies: Story["bodies"]): boolean {
  const [opening, ...rest] = lines.map(({ body }) => body as { snapshot_id?: string; items: unknown[] });
  const closing = rest.pop()!;
  for (const page of rest) assert.ok(bodies.has(JSON.stringify(page)), "a page that was never served");
  if (opening?.snapshot_id !== closing.snapshot_id) return false;
  const entries = rest.flatMap((page) => page.items);
  const expected = versions.get(closing.snapshot_id!)!.map((text) => JSON.parse(text));
  assert.equal(entries, expected);
  return true;
}

function misbehaveBy(random: () => number, severity: () => number, edit: () => void, world: () => World): Misbehave {
  const kinds: (() => Misbehaviour)[] = [
    () => burst(1 + Math.floor(random() * 4)),
    () => burst([undefined, "soon", "-1", 40][Math.floor(random() * 4)]),
    () => (random() < 0.3 ? quota([undefined, 3600, 48_925][Math.floor(random() * 3)]) : burst(2)),
    () => ({ status: [500, 502, 503, 408][Math.floor(random() * 4)]! }),
    () => ({ cut: random() < 0.5 ? "before" : "middle" }),
    () => ({ badJson: true }),
    () => ({ status: 200, body: ["null", "{}", "[]", '"x"'][Math.floor(random() * 4)]! }),
    () => ({ act: edit }),
    () => ({ act: () => world().standIn.tokens.expireAccessTokens() }),
  ];
  return ({ path }) => {
    if (random() >= severity()) return undefined;
    const wrong = kinds[Math.floor(random() * kinds.length)]!();
    // A playlist's own response may be any object: only its pages and the tokens show a body of the wrong form.
    const isOpening = /^\/v1\/playlists\/[^/]+$/.test(path);
    // An answer with a rotated token that gets lost ends the consent: no client can mend that.
    const losesToken = path === "/api/token" && (wrong.badJson === true || wrong.cut === "middle");
    return (isOpening && wrong.body === "{}") || losesToken ? undefined : wrong;
  };
}

function remember(versions: Map<string, readonly string[]>, playlists: readonly ServedPlaylist[]): void {
  for (const { snapshotId, entries } of playlists) versions.set(snapshotId, entries);
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
