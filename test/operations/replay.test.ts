import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { planReplay } from "../../operations/replay";
import { rawKey } from "../../transforms/keys";
import { temporaryFolder } from "../support/commandLine";
import { fakeLake, transformed } from "../support/operations/fakeLake";

const test = suite("operations/replay");
const { folder, remove } = temporaryFolder();
test.after(remove);

const days = Array.from({ length: 25 }, (_, day) => `2026-10-${String(day + 1).padStart(2, "0")}`);
const keys = days.flatMap((day) => ["a", "b"].map((id) => rawKey(day, id)));
const others = [
  "playlists/snapshot_date=2026-10-01/",
  "playlists/notes.txt",
  "playlists/snapshot_date=2026-02-30/a.json",
];
const stored = [...keys, ...others].sort();
const everything = { playlists: [] };
let folders = 0;
const freshFolder = () => path.join(folder, String(folders++));
const all = async (asked: readonly string[]) => ({ done: asked.map(transformed) });
const nothing = () => undefined;

test("selects by first day, last day and playlist", async () => {
  for (const [selection, expected] of [
    [everything, keys],
    [{ ...everything, from: "2026-10-24" }, keys.slice(-4)],
    [{ ...everything, to: "2026-10-02" }, keys.slice(0, 4)],
    [{ from: "2026-10-03", to: "2026-10-03", playlists: ["b"] }, [rawKey("2026-10-03", "b")]],
    [{ ...everything, from: "2027-01-01" }, []],
    [{ playlists: ["nobody"] }, []],
  ] as const) {
    const planned = await planReplay(fakeLake(freshFolder(), stored, all), selection, false);
    assert.equal([planned.keys, planned.left, planned.after], [expected, expected, undefined]);
  }
});

test("concurrent batches transform each object once, and leave no stored progress", async () => {
  const asked: string[] = [];
  const sizes: number[] = [];
  let running = 0;
  let most = 0;
  const memory = freshFolder();
  const lake = fakeLake(memory, stored, async (batch) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise(setImmediate);
    running -= 1;
    asked.push(...batch);
    sizes.push(batch.length);
    return all(batch);
  });
  const told: number[] = [];
  const tally = await (await planReplay(lake, everything, false)).run((through) => told.push(through));
  assert.equal(tally, { objects: 50, files: 450, rows: 450, gone: 0, failures: [] });
  assert.equal([asked.toSorted(), sizes, most], [keys, [10, 10, 10, 10, 10], 2]);
  assert.equal(told, [10, 20, 30, 40, 50]);
  assert.is(existsSync(path.join(memory, "replay.json")), false);
});

test("a failed object is reported by its key, a missing one is counted", async () => {
  const [bad, gone] = [keys[3] ?? "", keys[4] ?? ""];
  const lake = fakeLake(freshFolder(), stored, async (batch) => {
    if (batch.includes(bad)) return { failure: "no such form" };
    return { done: batch.filter((key) => key !== gone).map(transformed) };
  });
  const tally = await (await planReplay(lake, everything, false)).run(nothing);
  assert.equal(tally, {
    objects: 48,
    files: 432,
    rows: 432,
    gone: 1,
    failures: [{ key: bad, reason: "no such form" }],
  });
});

/** A replay that AWS refuses from a batch on, the first batch being the slowest. */
async function stopAt(memory: string, batches: number): Promise<string[]> {
  let begun = 0;
  const done: string[] = [];
  const lake = fakeLake(memory, stored, async (batch) => {
    begun += 1;
    if (begun > batches) throw new Error("stopped");
    for (let i = begun === 1 ? 20 : 1; i > 0; i--) await new Promise(setImmediate);
    done.push(...batch);
    return all(batch);
  });
  const planned = await planReplay(lake, everything, false);
  assert.is(await planned.run(nothing).catch((error: Error) => error.message), "stopped");
  return done;
}

test("a stopped replay continues, and at the end is complete", async () => {
  for (let batches = 0; batches <= 4; batches++) {
    const memory = freshFolder();
    const before = await stopAt(memory, batches);
    const after: string[] = [];
    const lake = fakeLake(memory, stored, async (batch) => {
      after.push(...batch);
      return all(batch);
    });
    const planned = await planReplay(lake, everything, false);
    const tally = await planned.run(nothing);
    assert.equal([...new Set([...before, ...after])].sort(), keys);
    assert.is(after.length, 50 - 10 * Math.min(batches, before.length / 10));
    assert.equal([tally.objects, tally.failures], [50, []]);
  }
});

test("another selection, another transformer, or --restart starts over", async () => {
  const memory = freshFolder();
  await stopAt(memory, 3);
  const kept = JSON.parse(readFileSync(path.join(memory, "replay.json"), "utf8")) as { after: string };
  const left = async (selection: object, isAfresh: boolean, version: string) => {
    const lake = fakeLake(memory, stored, all, { transformerVersion: async () => version });
    return (await planReplay(lake, { ...everything, ...selection }, isAfresh)).left.length;
  };
  assert.is(kept.after, keys[29]);
  assert.equal(
    [
      await left({}, false, "one"),
      await left({ to: "2026-10-25" }, false, "one"),
      await left({}, false, "two"),
      await left({}, true, "one"),
    ],
    [20, 50, 50, 50],
  );
});

test.run();
