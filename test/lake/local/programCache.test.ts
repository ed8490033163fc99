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

test("a kept result equals a fresh one, and a damaged one is ignored", async () => {
  const kept = path.join(folder, "kept");
  const own = {
    "playlake:playlists": '["3cEYpjA9oz9GiPac4AsH4n"]',
    "playlake:spotifyClientId": noCredentials.clientId,
    "playlake:spotifyClientSecret": noCredentials.clientSecret,
  };
  const fresh = await cachedProgram(own, kept);
  const [name = ""] = readdirSync(kept);
  assert.equal(await cachedProgram(own, kept), fresh);
  writeFileSync(path.join(kept, name), '{"resources": [');
  assert.equal(await cachedProgram(own, kept), fresh);
  assert.equal(readdirSync(kept), [name]);
});

test("after a first run Pulumi is not loaded, and no secret is kept", async () => {
  const home = path.join(folder, "home");
  mkdirSync(home);
  const preload = path.join(folder, "loaded.js");
  writeFileSync(
    preload,
    `process.on("exit", () => process.stderr.write("pulumi " + Object.keys(require.cache).some((file) => file.includes("@pulumi")) + "\\n"));`,
  );
  const env = { NODE_OPTIONS: `--require ${preload}`, SPOTIFY_CLIENT_SECRET: "s3cr3t-of-the-app" };
  const loads = async (...words: string[]) => {
    const { exitCode, stderr } = await playlake([...words, "--quiet"], { cwd: home, env });
    assert.is(exitCode, 0, stderr);
    return /^pulumi (\w+)$/m.exec(stderr)?.[1];
  };
  copyFileSync(path.join(projectFolder, "examples", "playlist.json"), path.join(home, "playlist.json"));
  assert.is(await loads("run", "--from", "playlist.json"), "true");
  for (const words of [
    ["run", "--from", "playlist.json"],
    ["crawl"],
    ["redrive"],
    ["replay"],
    ["forget", "mLoulRRVGs1FtZ59V4ZG5p", "--yes"],
  ]) {
    assert.is(await loads(...words), "false", words.join(" "));
  }
  const programs = path.join(home, ".playlake", "programs");
  for (const name of readdirSync(programs)) {
    assert.not.match(readFileSync(path.join(programs, name), "utf8"), "s3cr3t-of-the-app");
  }
});

test.run();
