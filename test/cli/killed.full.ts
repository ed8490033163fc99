// Kills a command with SIGKILL. Running it again gives the same result as an undisturbed run.
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { homeFolder, playlake, startPlaylake, temporaryFolder } from "../support/commandLine";
import { filesOf, lakeFiles } from "../support/lakes";
import { randomFrom } from "../support/random";
import { run } from "../support/terminal";

const test = suite("cli/killed");
const { folder, remove } = temporaryFolder();
const { folder: start, remove: removeStart } = homeFolder();
test.after(() => {
  remove();
  removeStart();
});

const playlists = 24;
const random = randomFrom(7);
/** The parts of a command's time in which it is killed. While its modules are loaded, nothing is written. */
const parts = [
  [0.3, 0.65],
  [0.65, 1],
] as const;

test.before(async () => {
  mkdirSync(path.join(start, "files"), { recursive: true });
  for (let i = 0; i < playlists; i++) {
    const items = Array.from({ length: 20 }, (_, n) => ({
      track: { id: `t${i}-${n}`, name: `Track ${n}`, artists: [] },
    }));
    writeFileSync(
      path.join(start, "files", `list${i}.json`),
      JSON.stringify({ id: `list${i}`, type: "playlist", tracks: { items } }),
    );
  }
  await ok(start, ["import", "files", "--date", "2026-10-01"]);
});

async function ok(home: string, words: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await playlake([...words, "--quiet"], { cwd: home });
  assert.is(exitCode, 0, stderr);
}

/** Everything that a command leaves, apart from its own progress files. */
function left(home: string): object {
  const state = path.join(home, ".playlake", "imported");
  const raw = path.join(state, "buckets", "playlake-raw");
  const out = path.join(home, "out");
  return {
    raw: Object.keys(filesOf(raw)),
    lake: lakeFiles(state),
    exported: existsSync(out) ? filesOf(out) : {},
    hidden: existsSync(out) ? readdirSync(out).filter((name) => name.startsWith(".")) : [],
  };
}

/** Names the copy's state, since the home remembers the absolute path of the original. */
const inCopy = ["--state", path.join(".playlake", "imported")];

const commands: readonly [name: string, words: string[]][] = [
  ["import", ["import", "files", "--date", "2026-10-02"]],
  ["replay", ["replay"]],
  ["forget", ["forget", "list3", "--yes"]],
  ["export", ["export", "--format", "csv", "--out", "out", "--replace"]],
];

for (const [name, given] of commands) {
  const words = [...given, ...inCopy];
  test(`${name}: after a kill, running it again completes it`, async () => {
    const whole = path.join(folder, `${name}-whole`);
    cpSync(start, whole, { recursive: true });
    const beganMs = performance.now();
    await ok(whole, words);
    const tookMs = performance.now() - beganMs;
    const expected = left(whole);
    for (const [round, [from, to]] of parts.entries()) {
      const home = path.join(folder, `${name}-${round}`);
      cpSync(start, home, { recursive: true });
      const child = startPlaylake([...words, "--quiet"], { cwd: home });
      const ended = new Promise((resolve) => child.on("close", resolve));
      await sleep(tookMs * (from + (to - from) * random()));
      child.kill("SIGKILL");
      await ended;
      const again = await run([...words, "--quiet"], { home });
      // A killed `forget` may already have removed everything.
      assert.is(again.exitCode === 0 || name === "forget", true, again.err);
      assert.equal(left(home), expected, `round ${round}`);
    }
  });
}

test.run();
