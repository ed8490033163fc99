/** The serialized transform gives the same results as the transform itself. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { runtime } from "@pulumi/pulumi";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { tableNames } from "../../transforms/schema";
import { makeTransform, type PlaylistTables } from "../../transforms/transform";
import { entry, line, run, samples, track } from "../support/transforms/transformed";

const test = suite("transforms/serialized");
let folder = "";

test.before(() => {
  folder = mkdtempSync(join(tmpdir(), "playlake-serialized-"));
});

test.after(() => {
  rmSync(folder, { recursive: true });
});

const local = { uri: "spotify:local:x", is_local: true, artists: [{ name: "\ud800|é" }], album: { name: 'C:\\"\r\n' } };
const odd = [
  entry(local),
  null,
  7,
  {},
  entry({ type: "episode", id: "e", album: { name: "Show" } }),
  entry(track("t")),
];
const playlist = { type: "playlist", id: "p", snapshot_id: "s" };
const raw = line(playlist) + line({ items: odd, offset: 0 }) + line({ items: odd, offset: 6 }) + line(playlist);

const files: [fileName: string, bytes: Buffer][] = [
  ["raw.jsonl.gz", gzipSync(raw)],
  ["raw.jsonl", Buffer.from(raw)],
  ["my_page.json", Buffer.from(JSON.stringify({ items: odd }, null, 2))],
  ["bad.json", Buffer.from('{"a":1}')],
  ["bad.jsonl.gz", gzipSync(raw).subarray(0, -20)],
  ...samples().map(({ fileName, bytes }): [string, Buffer] => [fileName, bytes]),
];

/** What came out, short enough to be compared across processes. */
function summary(playlists: PlaylistTables[]): unknown {
  return playlists.map(({ csv, ...counts }) => ({
    ...counts,
    csv: tableNames.map((table) => createHash("sha256").update(Buffer.concat(csv[table])).digest("hex")),
  }));
}

const childProgram = `
const { createReadStream } = require("node:fs");
const { createHash } = require("node:crypto");
const transform = require("./closure.js").handler;
const [tableNames, ...fileNames] = process.argv.slice(2);
(async () => {
  const all = [];
  for (const fileName of fileNames) {
    try {
      const playlists = await transform(createReadStream(fileName, { highWaterMark: 1000 }), fileName);
      all.push(playlists.map(({ csv, ...counts }) => ({
        ...counts,
        csv: tableNames.split(",").map((table) => createHash("sha256").update(Buffer.concat(csv[table])).digest("hex")),
      })));
    } catch (error) {
      all.push({ code: error.code, message: error.message });
    }
  }
  console.log(JSON.stringify(all));
})();
`;

test("a serialized factory gives the same bytes and refusals", async () => {
  const { text } = await runtime.serializeFunction(() => makeTransform(), { isFactoryFunction: true });
  writeFileSync(join(folder, "closure.js"), text);
  writeFileSync(join(folder, "child.js"), childProgram);
  for (const [fileName, bytes] of files) writeFileSync(join(folder, fileName), bytes);
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(dirname(require.resolve("papaparse/package.json")), join(folder, "node_modules/papaparse"));

  const flag = "--no-experimental-require-module";
  const flags = process.allowedNodeEnvironmentFlags.has(flag) ? [flag] : [];
  const fileNames = files.map(([fileName]) => fileName);
  const child = spawnSync(process.execPath, [...flags, "child.js", tableNames.join(","), ...fileNames], {
    cwd: folder,
    encoding: "utf8",
    env: {},
  });
  assert.is(child.stderr, "");

  const direct = await Promise.all(
    files.map(([fileName, bytes]) =>
      run(bytes, fileName).then(summary, ({ code, message }: { code: string; message: string }) => ({ code, message })),
    ),
  );
  assert.equal(JSON.parse(child.stdout), direct);
  assert.is(direct.filter((result) => !Array.isArray(result)).length, 2);
});

test("captures nothing but papaparse and Node's own modules", async () => {
  const { text } = await runtime.serializeFunction(() => makeTransform(), { isFactoryFunction: true });
  const required = [...text.matchAll(/require\("([^"]+)"\)/g)].map((match) => match[1]);
  assert.equal(required.sort(), ["buffer", "papaparse/papaparse.js", "stream", "v8", "zlib"]);
});

test.run();
