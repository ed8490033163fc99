import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { cachedProgram, noCredentials, programHash } from "../../../lake/local/programCache";
import { playlake, projectFolder, temporaryFolder } from "../../support/commandLine";

const test = suite("lake/local/programCache");
const { folder, remove } = temporaryFolder();
test.after(remove);

/** Copies the program's sources. */
function copyProgram(name: string): string {
  const root = path.join(folder, name);
  const parts = ["components", "transforms", "spotify", "schedule", "queries", "index.ts", "Pulumi.yaml"];
  const others = [
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "lake/local",
    "emulator/awsOutputs.ts",
    "scripts/transpiler.js",
    "README.md",
  ];
  for (const part of [...parts, ...others]) {
    cpSync(path.join(projectFolder, part), path.join(root, part), { recursive: true });
  }
  for (const [module, version] of [
    ["papaparse", "5.0.0"],
    ["@pulumi/aws", "7.0.0"],
  ]) {
    mkdirSync(path.join(root, "node_modules", module!), { recursive: true });
    writeFileSync(path.join(root, "node_modules", module!, "package.json"), JSON.stringify({ version }));
  }
  return root;
}

const edits: readonly [what: string, file: string, from: string | RegExp, to: string][] = [
  ["a word of a callback", "components/callbacks/transformHandler.ts", "export", "export /* */"],
  ["a word of a policy", "components/aws/callbackLambda.ts", "lambda", "Lambda"],
  ["a word of a named query", "queries/named/came-and-went.sql", /select/i, "select /* */"],
  ["index.ts", "index.ts", "const", "let"],
  ["the lock file", "package-lock.json", "lockfileVersion", "lockfileversion"],
  ["an installed version", "node_modules/papaparse/package.json", "5.0.0", "5.0.1"],
  ["the provider's version", "node_modules/@pulumi/aws/package.json", "7.0.0", "7.0.1"],
  ["a default of Pulumi.yaml", "Pulumi.yaml", "UTC", "CET"],
  ["what transpiles the program", "scripts/transpiler.js", "const", "let"],
  ["what turns registrations into a result", "lake/local/program.ts", "const", "let"],
];
const config = { "playlake:playlists": '["a"]' };
const root = copyProgram("program");
const whole = programHash(config, { root });

for (const [what, file, from, to] of edits) {
  test(`an edit of ${what} is noticed`, () => {
    const place = path.join(root, file);
    const before = readFileSync(place, "utf8");
    const after = before.replace(from, to);
    assert.is.not(after, before);
    writeFileSync(place, after);
    assert.is.not(programHash(config, { root }), whole);
    writeFileSync(place, before);
    assert.is(programHash(config, { root }), whole);
  });
}

test("a new source, config or Node version is noticed, a document is not", () => {
  assert.is.not(programHash({ ...config, "playlake:timezone": "CET" }, { root }), whole);
  assert.is.not(programHash(config, { root, nodeVersion: "v99.0.0" }), whole);
  writeFileSync(path.join(root, "README.md"), "other");
  assert.is(programHash(config, { root }), whole);
  writeFileSync(path.join(root, "spotify", "new.ts"), "");
  assert.is.not(programHash(config, { root }), whole);
});

/** The only playlist of `examples/playlist.json`. */
const playlist = "mLoulRRVGs1FtZ59V4ZG5p";
const home = path.join(folder, "home");
const kept = path.join(home, ".playlake", "programs");

test("only a first run loads Pulumi, in a process of its own, and no secret is kept", async () => {
  mkdirSync(home);
  copyFileSync(path.join(projectFolder, "examples", "playlist.json"), path.join(home, "playlist.json"));
  const preload = path.join(folder, "loaded.js");
  writeFileSync(
    preload,
    `process.on("exit", () => process.stderr.write("pulumi " + Object.keys(require.cache).some((file) => file.includes("@pulumi")) + "\\n"));`,
  );
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

test("a kept result equals a fresh one, and a damaged one is ignored", async () => {
  const own = {
    "playlake:playlists": JSON.stringify([playlist]),
    "playlake:spotifyClientId": noCredentials.clientId,
    "playlake:spotifyClientSecret": noCredentials.clientSecret,
  };
  const names = readdirSync(kept);
  const result = await cachedProgram(own, kept);
  writeFileSync(path.join(kept, names[0]!), '{"resources": [');
  assert.equal(await cachedProgram(own, kept), result);
  assert.equal(readdirSync(kept), names);
  assert.equal(await cachedProgram(own, kept), result);
});

test.run();
