import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type DayResult, makeExtractDay } from "../../spotify/extract";
import { sampleLibrary } from "../../standin/sampleLibrary";
import { playlistIdOfFile } from "../../transforms/keys";
import { makeTransform } from "../../transforms/transform";
import { createTestStandIn } from "../support/standin/testStandIn";

const test = suite("spotify/serialized");
const run = promisify(execFile);

/** What a callback factory of the program does, with a folder in place of S3: made once, then called for each instant. */
function extractFactory() {
  const loaded = import("node-fetch");
  const { mkdirSync, existsSync, readFileSync, readdirSync, writeFileSync } = require("node:fs");
  const { dirname, join } = require("node:path");
  return async (given: { root: string; apiUrl: string; accountsUrl: string; instant: string }) => {
    const { default: fetch } = await loaded;
    const pathOf = (key: string) => join(given.root, key);
    const store = {
      get: async (key: string) => (existsSync(pathOf(key)) ? (readFileSync(pathOf(key)) as Uint8Array) : undefined),
      async put(key: string, body: Uint8Array) {
        mkdirSync(dirname(pathOf(key)), { recursive: true });
        writeFileSync(pathOf(key), body);
        return true;
      },
      update: () => Promise.reject(new Error("not asked for")),
      async list(prefix: string) {
        const folder = pathOf(prefix);
        return existsSync(folder) ? (readdirSync(folder) as string[]).map((name) => `${prefix}${name}`) : [];
      },
    };
    const effects = {
      fetch,
      now: () => Date.parse(given.instant),
      sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
      random: Math.random,
      store,
      tokens: { read: async () => ({ refreshToken: "planted" }), write: async () => undefined },
      app: async () => ({ clientId: "playlake-stand-in", clientSecret: "stand-in-secret" }),
    };
    const { apiUrl, accountsUrl } = given;
    return makeExtractDay(effects, { apiUrl, accountsUrl, playlists: ["library"] })();
  };
}

async function filesBelow(root: string): Promise<{ [path: string]: string }> {
  const files: { [path: string]: string } = {};
  for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isFile()) files[path.slice(root.length)] = (await readFile(path)).toString("base64");
  }
  return files;
}

/** Runs the serialized factory in a child as Lambda starts one, outside of any tree with node_modules but its own. */
async function runSerialized(folder: string, text: string, inputs: object[]): Promise<DayResult[]> {
  await mkdir(join(folder, "node_modules"));
  // node-fetch does not export its package.json: the folder is found from its main file.
  await symlink(dirname(dirname(require.resolve("node-fetch"))), join(folder, "node_modules/node-fetch"));
  await writeFile(join(folder, "__index.js"), text);
  const program = `
    const handler = require("./__index.js").handler();
    (async () => {
      const results = [];
      for (const input of ${JSON.stringify(inputs)}) results.push(await handler(input));
      console.log(JSON.stringify(results));
    })();`;
  const flag = "--no-experimental-require-module";
  const flags = process.allowedNodeEnvironmentFlags.has(flag) ? [flag] : [];
  const { stdout } = await run(process.execPath, [...flags, "-e", program], { cwd: folder });
  return JSON.parse(stdout);
}

test("three days of the sample library: serialized runs store the same bytes", async () => {
  const folder = await mkdtemp(join(tmpdir(), "playlake-serialized-"));
  let now = new Date();
  const refreshTokens = [{ refreshToken: "planted" }];
  const standIn = createTestStandIn({ library: sampleLibrary(), refreshTokens, clock: { now: () => now } });
  try {
    const urls = await standIn.listen();
    const days = ["2026-11-01", "2026-11-02", "2026-11-03"];
    now = new Date("2026-11-01T06:00:00Z");
    const inputsOf = (root: string) => days.map((day) => ({ ...urls, root, instant: `${day}T06:00:00Z` }));
    const { text } = await pulumi.runtime.serializeFunction(extractFactory, {});

    const direct: DayResult[] = [];
    for (const input of inputsOf(join(folder, "direct"))) direct.push(await extractFactory()(input));
    const serialized = await runSerialized(folder, text, inputsOf(join(folder, "serialized")));

    assert.equal(JSON.parse(JSON.stringify(direct)), serialized);
    assert.equal(await filesBelow(join(folder, "serialized")), await filesBelow(join(folder, "direct")));
    assert.equal(
      direct.map(({ stored, unchanged }) => [stored.length, unchanged.length]),
      [
        [4, 0],
        [4, 3],
        [4, 3],
      ],
    );
    await everyRawObjectTransforms(join(folder, "direct"), 12);
  } finally {
    await standIn.close();
    await rm(folder, { recursive: true });
  }
});

async function everyRawObjectTransforms(root: string, count: number): Promise<void> {
  const transform = makeTransform();
  const files = Object.entries(await filesBelow(root)).filter(([path]) => path.startsWith("/playlists/"));
  assert.is(files.length, count);
  for (const [path, base64] of files) {
    const name = path.split("/").at(-1)!;
    const chunks = (async function* () {
      yield Buffer.from(base64, "base64");
    })();
    const [tables] = await transform(chunks, name);
    assert.is(tables?.playlistId, playlistIdOfFile(name));
    assert.ok(tables!.entries > 20);
  }
}

test.run();
