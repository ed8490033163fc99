import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { fromFiles } from "../../standin/fromFiles";
import { snapshotIdOf } from "../../standin/library";
import { makeTransform } from "../../transforms/transform";
import { idA, idB, rejection } from "../support/spotify/world";

const context = { folder: "" };
const test = suite("standin/fromFiles", context);
const samples = join(__dirname, "../../../shared/samples");

test.before.each(async () => {
  context.folder = await mkdtemp(join(tmpdir(), "playlake-from-"));
});
test.after.each(() => rm(context.folder, { recursive: true }));

async function served(files: { [name: string]: string | Uint8Array }, path = "") {
  for (const [name, contents] of Object.entries(files)) await writeFile(join(context.folder, name), contents);
  return (await fromFiles(join(context.folder, path))).playlistsAt(new Date());
}

const entry = '{ "added_at": null,\n "track": {"id": "t1", "big": 12345678901234567890, "f": 1.0} }';
const named = (id: string, name: string) => [
  ["id", JSON.stringify(id)],
  ["name", JSON.stringify(name)],
  ["type", '"playlist"'],
];

test("a playlist is served with its own fields and entries, character by character", async () => {
  const text = `{"type":"playlist","id":"${idA}","x": 1e400,"name":"N","snapshot_id":"s1","tracks":{"total":9,"items":[${entry}, null]}}`;
  assert.equal(await served({ "a.json": text }), [
    {
      id: idA,
      fields: [...named(idA, "N"), ["x", "1e400"]],
      snapshotId: `s1.${snapshotIdOf([entry, "null"])}`,
      contentsNames: ["tracks"],
      entries: [entry, "null"],
    },
  ]);
});

const page = `{"href":"h","items":[${entry}],"total":1}`;
const raw = (body: string) => `{"url":"u","fetchedAt":"2026-11-22T06:00:00.000Z","body":${body.replace(/\n/g, " ")}}\n`;
const nameless = { id: "my%20list", fields: named("my list", "my list"), contentsNames: ["items"] };
const forms: [what: string, file: string, contents: string | Uint8Array, expected: object][] = [
  ["a page", "my list.json", page, { ...nameless, snapshotId: snapshotIdOf([entry]), entries: [entry] }],
  [
    "an array",
    "my list.json",
    `\uFEFF[${entry}]\n`,
    { ...nameless, snapshotId: snapshotIdOf([entry]), entries: [entry] },
  ],
  ["gzip", "my list.json.gz", gzipSync(page), { ...nameless, snapshotId: snapshotIdOf([entry]), entries: [entry] }],
  ["an empty page", "my list.json", '{"items":[]}', { ...nameless, snapshotId: snapshotIdOf([]), entries: [] }],
  [
    "raw lines",
    "x.jsonl",
    raw(`{"id":"${idA}","name":"N","items":{"items":[null,null]}}`) + raw(page) + raw(page) + raw(`{"id":"${idA}"}`),
    {
      id: idA,
      fields: named(idA, "N"),
      contentsNames: ["items"],
      entries: [entry.replace("\n", " "), entry.replace("\n", " ")],
      snapshotId: snapshotIdOf([entry.replace("\n", " "), entry.replace("\n", " ")]),
    },
  ],
  [
    "a playlist without a valid id",
    "x.json",
    `{"id":"mine","items":[${entry}]}`,
    {
      id: "mine",
      fields: named("mine", "mine"),
      contentsNames: ["items"],
      entries: [entry],
      snapshotId: snapshotIdOf([entry]),
    },
  ],
];
for (const [what, file, contents, expected] of forms) {
  test(`serves ${what}`, async () => assert.equal(await served({ [file]: contents }, file), [expected]));
}

test("a map's keys are the ids of playlists without one", async () => {
  const list = (name: string) => `{"name":"${name}","tracks":{"items":[]}}`;
  const playlists = await served({ "map.json": `{"${idA}":${list("one")},"short":${list("two")}}` });
  assert.equal(
    playlists.map(({ id, fields }) => [id, fields[1]?.[1]]),
    [
      [idA, '"one"'],
      ["short", '"two"'],
    ],
  );
});

test("a folder's responses are served, and a playlist in two files is refused", async () => {
  const list = (id: string, name: string) => `{"id":"${id}","name":"${name}","items":[]}`;
  const playlists = await served({
    "2.json": list(idA, "one"),
    "3.json": list(idB, "other"),
    "README.md": "no response",
  });
  assert.equal(
    playlists.map(({ fields }) => fields[1]?.[1]),
    ['"one"', '"other"'],
  );
  try {
    await served({ "2.json": list(idA, "new"), "1.json": list(idA, "old") });
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).message, `1.json and 2.json both hold playlist ${idA}; keep one of them`);
  }
});

test("a file that is not a response is refused with the transform's message", async () => {
  const bytes = Buffer.from('{"weather":"rain"}');
  const chunks = (async function* () {
    yield bytes;
  })();
  const expected = await rejection(makeTransform()(chunks, "x.json"));
  assert.is((await rejection(served({ "x.json": bytes }))).message, expected.message);
});

test("a file whose id would be a word of the setting is refused", async () => {
  for (const word of ["me", "liked", "library"]) {
    const expected = `${word}.json: its playlist id would be "${word}", a word that stands for other playlists; rename the file`;
    assert.is((await rejection(served({ [`${word}.json`]: page }, `${word}.json`))).message, expected);
  }
});

test("a missing path or an empty folder is named", async () => {
  const { folder } = context;
  assert.is((await rejection(fromFiles(join(folder, "no")))).message, `${folder}/no: no such file or folder`);
  const empty = `${folder}: found no .json, .jsonl, .ndjson or .gz file in it`;
  assert.is((await rejection(fromFiles(folder))).message, empty);
});

test("every entry of every sample is served", async () => {
  const names = await readdir(samples).catch(() => []);
  for (const name of names.filter((one) => one.endsWith(".json"))) {
    const bytes = await readFile(join(samples, name));
    const chunks = (async function* () {
      yield bytes;
    })();
    const expected = (await makeTransform()(chunks, name)).map(({ entries }) => entries);
    const playlists = (await fromFiles(join(samples, name))).playlistsAt(new Date());
    assert.equal(
      playlists.map(({ entries }) => entries.length),
      expected,
    );
    const found = JSON.parse(bytes.toString());
    const contents = found.items?.items ?? found.items ?? found.tracks?.items;
    if (contents === undefined) continue;
    assert.equal(
      playlists[0]?.entries.map((text) => JSON.parse(text)),
      contents,
    );
  }
});

test.run();
