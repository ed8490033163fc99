// `forget` removes one playlist from everywhere on this machine and leaves the others.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openQueue } from "../../emulator/lambda/queue";
import { eventOf } from "../../lake";
import { rawKey } from "../../transforms/keys";
import { historyHome, sample } from "../support/cli/historyHome";
import { filesOf, lakeFiles } from "../support/lakes";
import { run } from "../support/terminal";

const test = suite("cli/forget");
const { home, state, raw, ok, begin, remove } = historyHome();

test.before(() => begin());
test.after(remove);

/** The files that name a playlist in their name or content, except the functions' logs. */
function tracesOf(playlistId: string): string[] {
  return Object.keys(filesOf(state)).filter(
    (name) =>
      !name.startsWith("logs") &&
      (name.includes(playlistId) || readFileSync(path.join(state, name)).includes(playlistId)),
  );
}

test("forget: asks on a terminal, and any other answer means no", async () => {
  const before = filesOf(path.join(state, "buckets"));
  const unasked = await run(["forget", sample[1]], { home });
  assert.is(unasked.exitCode, 2);
  assert.match(unasked.out, /^raw objects, with all versions +3 +\d+\n/m);
  const asked: string[] = [];
  const ask = (answer: string) => async (question: string) => {
    asked.push(question);
    return answer;
  };
  const no = await run(["forget", sample[1], "--quiet"], { home, ask: ask("yes") });
  assert.equal([no.exitCode, no.err.split("\n").at(-2)], [1, "playlake: not confirmed: nothing was removed"]);
  assert.equal(asked, [`Remove ${sample[1]} from ${state} for good? Type the playlist's id: `]);
  assert.equal(filesOf(path.join(state, "buckets")), before);

  const yes = await run(["forget", sample[1], "--quiet"], { home, ask: ask(`${sample[1]}\n`) });

  assert.is(yes.exitCode, 0, yes.err);
  assert.is(yes.err, `! ${sample[1]} is still in the samples: the next run stores it again\n`);
  assert.equal(tracesOf(sample[1]), []);
  const isOther = (name: string) => !name.includes(`${path.sep}days${path.sep}`);
  const left = Object.entries(before).filter(([name]) => isOther(name) && !name.includes(sample[1]));
  const now = filesOf(path.join(state, "buckets"));
  for (const [name, hash] of left) assert.is(now[name], hash, name);
  assert.is((await ok("forget", sample[1])).out, `Nothing is stored of ${sample[1]}.\n`);
  const { out } = await ok("sql", `SELECT count(*) AS n FROM playlists WHERE playlist_id = '${sample[1]}'`, "--json");
  assert.equal(JSON.parse(out), [{ n: 0 }]);
});

test("forget: a part of a name is enough, and is repeated with the id before it asks", async () => {
  const asked: string[] = [];
  const ask = async (question: string) => {
    asked.push(question);
    return "mixtape";
  };

  const refused = await run(["forget", "mixtape", "für"], { home, ask });
  const ambiguous = await run(["forget", "i", "--yes", "--quiet"], { home });

  const called = `"Mixtape für den Mond 🌙 \\ مساء" (${sample[2]})`;
  assert.equal(asked, [`Remove ${called} from ${state} for good? Type the playlist's id: `]);
  assert.match(refused.err.replace(/\s+/g, " "), `${called}: 3 raw objects, 27 files of tables`);
  assert.is(refused.exitCode, 1);
  const everyday = `"Everyday, Rain or Shine" (${sample[0]})`;
  const candidates = `${everyday}, "Liked Songs" (liked) or ${called}`;
  const message = `playlake: "i" can be ${candidates}; give an id or more of the name\n`;
  assert.equal([ambiguous.exitCode, ambiguous.err], [1, message]);
});

test("forget: a playlist imported under another file name is found by its days", async () => {
  const map = path.join(raw, "playlists", "snapshot_date=2026-11-02", "mine.json");
  writeFileSync(map, '{"z1":{"name":"Z","tracks":[]}}');
  await ok("replay", "--from", "2026-11-02", "--to", "2026-11-02", "--quiet");
  const { err } = await ok("forget", "z1", "--yes");
  const what = "its files come from a raw object of another name, which stays; see playlists/snapshot_date=2026-11-02/";
  assert.match(err, `! 2026-11-02: ${what}\n`);
  assert.equal(
    Object.keys(lakeFiles(state)).filter((name) => name.includes("z1")),
    [],
  );
});

const arnOf = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;

test("forget removes a waiting event; replay waits for a killed run to finish", async () => {
  const folderOfQueue = path.join(state, "lambda", "queue");
  const key = rawKey("2026-11-01", sample[2]);
  const queue = openQueue(folderOfQueue);
  queue.add({ functionArn: arnOf("playlake-transform"), payload: eventOf("playlake-raw", [key]) }, "late");
  queue.add({ functionArn: arnOf("playlake-extract"), payload: {} }, "killed");

  const { out } = await ok("forget", sample[2], "--yes", "--json", "--quiet");

  const { removed } = JSON.parse(out) as { removed: { what: string; things: number }[] };
  assert.equal(
    removed.map(({ things }) => things),
    [3, 27, 1, 3, 0, 0, 1],
  );
  const [left, ...more] = openQueue(folderOfQueue).waiting();
  assert.equal([left?.functionArn, more], [arnOf("playlake-extract"), []]);
  const refused = await run(["replay", "--quiet"], { home });
  const message = `${state} holds a run that was killed: complete it first, with: npx playlake run`;
  assert.equal([refused.exitCode, refused.err], [1, `playlake: ${message}\n`]);
  if (left !== undefined) openQueue(folderOfQueue).remove(left);
});

test("forget warns that a run stores a playlist of your library again", async () => {
  writeFileSync(path.join(state, "origin.json"), JSON.stringify({ source: "spotify", playlists: ["me"] }));
  const { exitCode, err } = await run(["forget", sample[0], "--yes", "--quiet"], { home });
  const warning = `the last run lists "me": a run stores ${sample[0]} again while Spotify lists it for you`;
  assert.equal([exitCode, err], [0, `! ${warning}\n`]);
});

test.run();
