// Where output goes, and what standard input and folders stand for.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { projectFolder, temporaryFolder } from "../support/commandLine";
import { filesOf } from "../support/lakes";
import { run } from "../support/terminal";

const test = suite("cli/streams");
const { folder: home, remove } = temporaryFolder();
test.after(remove);

const playlistOf = (id: string) => JSON.stringify({ id, type: "playlist", tracks: { items: [] } });
const fileOf = (id: string) => `playlists/snapshot_date=2026-11-22/${id}.csv`;

/** Runs a line of the shell, in which \`playlake\` is the command. */
function inShell(line: string) {
  const program = path.join(projectFolder, "bin", "playlake.js");
  const script = `playlake() { '${process.execPath}' '${program}' "$@"; }; ${line}`;
  const { stdout, stderr } = spawnSync("sh", ["-c", script], { cwd: home, encoding: "utf8" });
  return { stdout, stderr };
}

test("output that cannot be written is one line with the reason", () => {
  if (!existsSync("/dev/full")) return console.log("skipped: there is no /dev/full");

  const { stdout, stderr } = inShell("playlake sql --tables > /dev/full; echo $?");

  assert.is(stdout, "1\n");
  assert.is(stderr, "playlake: the output cannot be written: ENOSPC: no space left on device, write\n");
});

test("a reader that leaves early is not a failure", () => {
  const { stdout, stderr } = inShell("{ playlake sql --tables; echo $? >&2; } | true");
  assert.equal([stdout, stderr], ["", "0\n"]);
});

test("transform takes a folder with all files below it", async () => {
  mkdirSync(path.join(home, "responses", "old"), { recursive: true });
  writeFileSync(path.join(home, "responses", "one.json"), playlistOf("one"));
  writeFileSync(path.join(home, "responses", "old", "two.json"), playlistOf("two"));

  const words = ["transform", "responses", "--out", "folder", "--date", "2026-11-22", "--json"];
  const { exitCode, out, err } = await run(words, { home });

  assert.is(exitCode, 0, err);
  const { playlists } = JSON.parse(out) as { playlists: number };
  assert.is(playlists, 2);
  const files = Object.keys(filesOf(path.join(home, "folder"))).filter((file) => file.startsWith("playlists/"));
  assert.equal(files.sort(), [fileOf("one"), fileOf("two")]);
});

test("transform takes - for standard input", async () => {
  const words = ["transform", "-", "--out", "piped", "--date", "2026-11-22", "--quiet"];
  const executed = await run(words, { home, input: playlistOf("three") });

  assert.equal(executed, { exitCode: 0, out: "", err: "" });
  assert.ok(existsSync(path.join(home, "piped", fileOf("three"))));
});

test.run();
