// What a run keeps of the program, and what later commands load because of it.
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { runProgram } from "../../../lake/local/program";
import { cachedProgram, noCredentials } from "../../../lake/local/programCache";
import { playlake, projectFolder, temporaryFolder } from "../../support/commandLine";

const { startEarly, startProgram } = require("../../../lake/local/programChild.js") as {
  startEarly: () => void;
  startProgram: (loaders: string[]) => ChildProcess;
};
const test = suite("lake/local/programCache");
const { folder, remove } = temporaryFolder();
test.after(remove);

/** The only playlist of `examples/playlist.json`. */
const playlist = "mLoulRRVGs1FtZ59V4ZG5p";
const home = path.join(folder, "home");
const kept = path.join(home, ".playlake", "programs");

/** Makes a process print at its end whether it has loaded Pulumi. */
const preload = path.join(folder, "loaded.js");
writeFileSync(
  preload,
  `process.on("exit", () => process.stderr.write("pulumi " + Object.keys(require.cache).some((file) => file.includes("@pulumi")) + "\\n"));`,
);

test("a start without words asks whether its folder is empty without Pulumi", async () => {
  const empty = path.join(folder, "empty");
  mkdirSync(empty);

  const { exitCode, stderr } = await playlake([], { cwd: empty, env: { NODE_OPTIONS: `--require ${preload}` } });

  assert.is(exitCode, 2, stderr);
  assert.match(stderr, "npx playlake init");
  assert.equal(stderr.match(/^pulumi .*$/gm), ["pulumi false"]);
});

test("only a first run loads Pulumi, in a process of its own, and no secret is kept", async () => {
  mkdirSync(home);
  copyFileSync(path.join(projectFolder, "examples", "playlist.json"), path.join(home, "playlist.json"));
  const run = ["run", "--from", "playlist.json"];
  const lines = [run, run, ["crawl"], ["redrive"], ["replay"], ["forget", playlist, "--yes"]];

  const { stdout, stderr } = await playlake(
    lines.map((words) => JSON.stringify(words)),
    {
      program: path.join(projectFolder, "test", "support", "cli", "commandLines.js"),
      cwd: home,
      env: { NODE_OPTIONS: `--require ${preload}`, SPOTIFY_CLIENT_SECRET: "s3cr3t-of-the-app" },
    },
  );

  assert.is(stdout, "[0,0,0,0,0,0]", stderr);
  assert.equal(stderr.match(/^pulumi .*$/gm), ["pulumi true", "pulumi false"]);
  const names = readdirSync(kept);
  assert.is(names.length, 1);
  assert.not.match(readFileSync(path.join(kept, names[0]!), "utf8"), "s3cr3t-of-the-app");
});

const own = {
  "playlake:playlists": JSON.stringify([playlist]),
  "playlake:spotifyClientId": noCredentials.clientId,
  "playlake:spotifyClientSecret": noCredentials.clientSecret,
};

test("a kept result equals a fresh one, and a damaged one is ignored", async () => {
  const names = readdirSync(kept);
  const result = await cachedProgram(own, kept);
  writeFileSync(path.join(kept, names[0]!), '{"resources": [');
  assert.equal(await cachedProgram(own, kept), result);
  assert.equal(readdirSync(kept), names);
  assert.equal(await cachedProgram(own, kept), result);
});

test("a process that starts before the program is known returns the same archives", async () => {
  const config = { ...own, "playlake:digestEmail": "me@example.com" };
  startEarly();
  const child = startProgram([]);
  child.send({ config });
  const [{ result, error }] = await once(child, "message");

  assert.is(error, undefined);
  assert.equal(result, JSON.parse(JSON.stringify(await runProgram({ config }))));
});

test.run();
