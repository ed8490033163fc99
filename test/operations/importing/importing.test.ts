import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { eventOf, type Lake, type WaitingEvent } from "../../../lake";
import { importSources } from "../../../operations/importing";
import { explainSources } from "../../../operations/importing/explain";
import { type Source, sourcesAt } from "../../../operations/importing/sources";
import { rawKey } from "../../../transforms/keys";
import { makeTransform } from "../../../transforms/transform";
import { fakeLake, transformed } from "../../support/operations/fakeLake";
import { column, streamOf } from "../../support/transforms/transformed";

const test = suite("operations/importing/importing");
const day = "2026-10-01";
const keyOf = (playlistId: string) => rawKey(day, playlistId);
let memory = "";

test.before.each(() => {
  memory = mkdtempSync(path.join(tmpdir(), "playlake-importing-"));
});

test.after.each(() => {
  rmSync(memory, { recursive: true });
});

/** A raw bucket, the keys that were transformed, and a lake of both. */
function makeLake(
  bucket: Map<string, string>,
  transform: (keys: readonly string[]) => ReturnType<Lake["transform"]> = async (keys) => ({
    done: keys.map(transformed),
  }),
) {
  const done: string[] = [];
  const events: { keys: string[]; isCancelled: boolean }[] = [];
  class PutObjectCommand {
    constructor(readonly input: { Key: string; Body: Buffer; IfNoneMatch?: string }) {}
  }
  const client = {
    async send({ input: { Key, Body, IfNoneMatch } }: PutObjectCommand) {
      if (IfNoneMatch === "*" && bucket.has(Key))
        throw Object.assign(new Error("it exists"), { name: "PreconditionFailed" });
      bucket.set(Key, gunzipSync(Body).toString());
      events.push({ keys: [Key], isCancelled: false });
    },
  };
  const waiting = (): WaitingEvent[] =>
    events
      .filter(({ isCancelled }) => !isCancelled)
      .map((event) => ({
        isRun: false,
        payload: eventOf("raw", event.keys),
        cancel: () => {
          event.isCancelled = true;
        },
      }));
  const lake = fakeLake(
    memory,
    [],
    async (keys) => {
      const answer = await transform(keys);
      if ("done" in answer) done.push(...keys);
      return answer;
    },
    {
      s3: { sdk: { PutObjectCommand }, client } as unknown as Lake["s3"],
      waitingEvents: waiting,
      settle: async () => {
        done.push(...waiting().flatMap(({ payload }) => JSON.stringify(payload)));
        return [];
      },
    },
  );
  return { lake, done };
}

function source(label: string, contents: unknown): Source {
  const text = typeof contents === "string" ? contents : JSON.stringify(contents);
  return { label, fileName: path.basename(label), read: async () => Buffer.from(text) };
}

function importInto(lake: Lake, sources: readonly Source[], replaces = false) {
  return importSources(lake, { sources, dayOf: () => day, replaces, onProgress: () => undefined });
}

const list = (id: string, ...names: string[]) => ({
  id,
  name: id,
  tracks: names.map((name) => ({ track: { id: name } })),
});

test("each object is written and transformed once, in batches", async () => {
  const bucket = new Map<string, string>();
  const batches: number[] = [];
  const { lake, done } = makeLake(bucket, async (keys) => {
    batches.push(keys.length);
    return { done: keys.map(transformed) };
  });
  const sources = Array.from({ length: 25 }, (_, n) => source(`${n}.json`, list(`p${n}`)));
  const result = await importInto(lake, sources);
  const keys = sources.map((_, n) => keyOf(`p${n}`)).sort();
  assert.equal([...result.stored].sort(), keys);
  assert.equal([...done].sort(), keys);
  assert.equal([...bucket.keys()].sort(), keys);
  assert.is(Math.max(...batches), 10);
  assert.equal([result.kept, result.resumed, result.refused, result.tables.objects], [[], [], [], 25]);
  assert.is(existsSync(path.join(memory, "import.json")), false);
});

test("a refused file is named, and the others are imported", async () => {
  const missing = {
    ...source("gone.json", ""),
    read: () => Promise.reject(Object.assign(new Error("no"), { code: "ENOENT" })),
  };
  const { lake } = makeLake(new Map());
  const result = await importInto(lake, [
    source("/x/long.json", { ...list("i".repeat(300)), items: [] }),
    missing,
    source("/x/a.json", list("a")),
    source("/x/b.json", list("a")),
    source("/x/map.json", { m: list("m"), n: null }),
  ]);
  assert.equal([...result.stored].sort(), [keyOf("a"), keyOf("m")]);
  assert.equal(result.refused, [
    "/x/long.json: found a playlist id of 300 characters; expected at most 200",
    "gone.json: does not exist",
    "/x/b.json: holds playlist a of that day, as /x/a.json does; import one of them",
  ]);
  assert.equal(result.notes, ['/x/map.json: null under "n" in place of a playlist']);
});

test("equal names are numbered in a download, and refused in two downloads", async () => {
  const download = { playlists: [{ name: "Mix", lastModifiedDate: "2026-01-01", items: [] }] };
  const paths = ["/x/Playlist1.json", "/x/Playlist2.json", "/y/Playlist1.json", "/x/copy of Playlist1.json"];
  const sources = paths.map((label) => source(label, download));

  const result = await importInto(makeLake(new Map()).lake, sources);
  const explained = await explainSources(sources, () => day);

  assert.equal([...result.stored].sort(), [keyOf("Mix"), keyOf("Mix%20%282%29")].sort());
  assert.equal(
    result.refused,
    paths
      .slice(2)
      .map((label) => `${label}: holds playlist Mix of that day, as /x/Playlist1.json does; import one of them`),
  );
  assert.equal(
    explained.map(({ playlists }) => playlists[0]?.playlistId),
    ["Mix", "Mix%20%282%29", "Mix", "Mix"],
  );
});

test("what comes with the playlists of an account data download is passed over", async () => {
  const files = [
    "my data/Playlist1.json",
    "my data/StreamingHistory_music_0.json",
    "my data/Follow.json",
    "my data/own.json",
  ];
  for (const file of [...files, "other/Follow.json", "other/list.CSV", "other/.git/a.json", "other/readme.txt"]) {
    mkdirSync(path.dirname(path.join(memory, file)), { recursive: true });
    writeFileSync(path.join(memory, file), "");
  }

  const sources = await sourcesAt([memory]);
  const [named] = await sourcesAt([path.join(memory, "my data/Follow.json")]);

  assert.equal(
    sources.map(({ label }) => path.relative(memory, label)),
    ["my data/Playlist1.json", "my data/own.json", "other/Follow.json", "other/list.CSV"],
  );
  assert.is(named?.fileName, "Follow.json");
});

test("an object that exists is kept and not transformed, or replaced if asked", async () => {
  const bucket = new Map([[keyOf("a"), "before"]]);
  const { lake, done } = makeLake(bucket);
  const kept = await importInto(lake, [source("a.json", list("a")), source("b.json", list("b"))]);
  assert.equal([kept.stored, kept.kept], [[keyOf("b")], [keyOf("a")]]);
  assert.equal(done, [keyOf("b")]);
  assert.is(bucket.get(keyOf("a")), "before");
  const replaced = await importInto(lake, [source("a.json", list("a"))], true);
  assert.equal([replaced.stored, replaced.kept], [[keyOf("a")], []]);
  assert.not.equal(bucket.get(keyOf("a")), "before");
});

const page = (offset: number, total: number, ...ids: string[]) => ({
  href: `https://api.spotify.com/v1/playlists/PAGED/tracks?offset=${offset}&limit=2`,
  items: ids.map((id) => ({ track: { id } })),
  offset,
  total,
});

test("pages of one playlist in several files are one playlist", async () => {
  const bucket = new Map<string, string>();
  const { lake, done } = makeLake(bucket);
  const result = await importInto(lake, [
    source("page2.json", page(2, 4, "t2", "t3")),
    source("other.json", list("other")),
    source("page1.json", page(0, 4, "t0", "t1")),
    source("copy.json", page(0, 4, "t0", "t1")),
  ]);
  assert.equal([...done].sort(), [keyOf("PAGED"), keyOf("other")].sort());
  assert.equal(result.refused, ["copy.json: holds entries from 0 on, as page1.json does; import one of them"]);
  assert.equal(result.notes, []);
  const [tables] = await makeTransform()(streamOf(bucket.get(keyOf("PAGED")) ?? ""), "PAGED.jsonl.gz", {
    isStored: true,
  });
  assert.equal(column(tables!, "playlist_items", "item_key"), ["t0", "t1", "t2", "t3"]);
  assert.equal(column(tables!, "playlist_items", "position"), ["0", "1", "2", "3"]);
  assert.equal(column(tables!, "playlists", "total_items"), ["4"]);
});

test("missing pages are reported, and leave a gap", async () => {
  const bucket = new Map<string, string>();
  const { lake } = makeLake(bucket);
  const result = await importInto(lake, [
    source("1.json", page(0, 6, "a", "b")),
    source("3.json", page(4, 6, "e", "f")),
  ]);
  assert.equal(result.notes, ["1.json, 3.json: playlist PAGED: only 4 of its 6 items are in the file"]);
  const [tables] = await makeTransform()(streamOf(bucket.get(keyOf("PAGED")) ?? ""), "PAGED.jsonl.gz");
  assert.equal(column(tables!, "playlist_items", "position"), ["0", "1", "4", "5"]);
});

test("liked songs in pages are the playlist `liked`", async () => {
  const bucket = new Map<string, string>();
  const { lake } = makeLake(bucket);
  await importInto(lake, [
    source("l.json", { ...page(0, 1, "t"), href: "https://api.spotify.com/v1/me/tracks?offset=0" }),
  ]);
  assert.equal([...bucket.keys()], [keyOf("liked")]);
});

test("an object that the transformer refuses is reported by its key", async () => {
  const { lake } = makeLake(new Map(), async (keys) =>
    keys.includes(keyOf("b")) ? { failure: "b: found nothing" } : { done: keys.map(transformed) },
  );
  const result = await importInto(
    lake,
    ["a", "b", "c"].map((id) => source(`${id}.json`, list(id))),
  );
  assert.is(result.tables.objects, 2);
  assert.equal(result.tables.failures, [{ key: keyOf("b"), reason: "b: found nothing" }]);
});

test("the next import completes a killed one", async () => {
  const bucket = new Map<string, string>();
  const dying = makeLake(bucket, () => Promise.reject(new Error("killed")));
  const sources = ["a", "b"].map((id) => source(`${id}.json`, list(id)));
  await importInto(dying.lake, sources).then(
    () => assert.unreachable(),
    (error: Error) => assert.is(error.message, "killed"),
  );
  assert.equal((JSON.parse(readFileSync(path.join(memory, "import.json"), "utf8")) as string[]).sort(), [
    keyOf("a"),
    keyOf("b"),
  ]);

  const { lake, done } = makeLake(bucket);
  const result = await importInto(lake, sources);
  assert.equal([...result.resumed].sort(), [keyOf("a"), keyOf("b")]);
  assert.equal([...result.kept].sort(), [keyOf("a"), keyOf("b")]);
  assert.equal([...done].sort(), [keyOf("a"), keyOf("b")]);
  assert.is(existsSync(path.join(memory, "import.json")), false);
});

test("a damaged record of a killed import is ignored", async () => {
  writeFileSync(path.join(memory, "import.json"), "[");
  const { lake, done } = makeLake(new Map());
  await importInto(lake, [source("a.json", list("a"))]);
  assert.equal(done, [keyOf("a")]);
});

test("--explain describes a file, and why it would be refused", async () => {
  const sources = [
    source("/x/p.json", page(2, 4, "t")),
    source("/x/bad.json", '{"a": NaN}'),
    source("/x/a.json", list("a", "t")),
  ];
  assert.equal(await explainSources(sources, (one) => (one === sources[0] ? day : undefined)), [
    {
      source: "/x/p.json",
      day,
      form: "page of playlist PAGED at offset 2",
      playlists: [{ playlistId: "PAGED", entries: 1, totalItems: 4 }],
      notes: ["unknown: when it was fetched; the playlist itself"],
    },
    {
      source: "/x/bad.json",
      day: undefined,
      form: "",
      playlists: [],
      notes: [],
      refused:
        'found broken JSON: "NaN" at character 7; expected a playlist with its items, a page or an array of entries, a map ' +
        'of playlist id to playlist, a list of playlists, or raw lines {"url", "fetchedAt", "body"}',
    },
    {
      source: "/x/a.json",
      day: undefined,
      form: "playlist",
      playlists: [{ playlistId: "a", entries: 1, totalItems: 1 }],
      notes: ["unknown: when it was fetched"],
    },
  ]);
});

test.run();
