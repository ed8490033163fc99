/** The transform gives the same with and without its scanner. */
import { gzipSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { playlistIdOf, rawLines } from "../../../bench/generate";
import { makeTransform } from "../../../transforms/transform";
import { compareDamaged, compareTransforms } from "../../support/transforms/compared";
import { artist, entry, line, run, streamOf, track } from "../../support/transforms/transformed";

const test = suite("transforms/scanner/compared");
const playlist = { type: "playlist", id: "p", snapshot_id: "s" };
const odd = [
  null,
  7,
  {},
  entry(track("a")),
  entry({ type: "episode", id: "e" }),
  entry({ uri: "spotify:local:x", name: "x" }),
];
const pageOf = (members: object) => line(playlist) + line({ items: odd, ...members }) + line(playlist);

const files: [what: string, file: string | Buffer][] = [
  ["an offset", pageOf({ offset: 7 })],
  ["no offset", pageOf({}) + line({ items: odd })],
  ["an offset of 2^31 - 3", pageOf({ offset: 2 ** 31 - 3 })],
  ["an offset of 2^31 - 9", pageOf({ offset: 2 ** 31 - 9 })],
  ["an offset of 2^32 - 9", pageOf({ offset: 2 ** 32 - 9 })],
  ["an offset of 2^32 - 3", pageOf({ offset: 2 ** 32 - 3 })],
  ["an offset of 2^53 - 3", pageOf({ offset: 2 ** 53 - 3 })],
  ["CR LF, blank lines and gzip", gzipSync(`\ufeff${pageOf({}).replaceAll("\n", "\r\n\r\n")}`)],
  ["embedded entries before a page", line({ ...playlist, items: { items: odd } }) + line({ items: odd, offset: 6 })],
  [
    "embedded entries that the page repeats",
    line({ ...playlist, items: { items: odd } }) + line({ items: odd, offset: 0 }),
  ],
  ["a page without entries", line(playlist) + line({ items: [], total: 0 })],
  ["a page of playlists", line(playlist) + line({ items: [], type: "playlist" })],
  [
    "liked songs",
    [{ type: "user", id: "u" }, ...[0, 6, 0].map((offset) => ({ items: odd, offset }))]
      .map((body) => line(body))
      .join(""),
  ],
  [
    "liked songs that changed",
    [
      { type: "user", id: "u" },
      { items: odd, offset: 0 },
      { items: [], offset: 0 },
    ]
      .map((body) => line(body))
      .join(""),
  ],
  ["a key of 40,000 characters", line(playlist) + line({ items: [entry(track("x".repeat(40_000)))] })],
  [
    "artists without keys",
    line(playlist) + line({ items: [entry(track("a", { artists: [{}, null, artist("b"), 1] }))] }),
  ],
  ["a track before its other item", line(playlist) + line({ items: [{ track: track("a"), item: track("b") }] })],
  ["an item before its other track", line(playlist) + line({ items: [{ item: track("b"), track: track("a") }] })],
  ["a broken last line", `${pageOf({})}{"url":`],
];

for (const [what, file] of files) {
  test(`gives the same for ${what}`, async () => {
    await compareTransforms(file);
  });
}

test("gives the same for 150 damaged raw objects", async () => {
  const refused = await compareDamaged(0, 150);
  assert.ok(refused > 15 && refused < 135, `${refused} refused`);
});

test("pages without a regular entry are scanned ever more rarely, until one has some", async () => {
  const module = (globalThis as unknown as { WebAssembly: { Instance: new (module: object) => object } }).WebAssembly;
  const { Instance } = module;
  let scans = 0;
  module.Instance = new Proxy(Instance, {
    construct(target, [compiled]) {
      const { exports } = new target(compiled) as { exports: { scan(length: number): number } };
      const scan = (length: number) => {
        scans += 1;
        return exports.scan(length);
      };
      return { exports: { ...exports, scan } };
    },
  });
  const local = (n: number) => line({ items: [entry({ uri: `spotify:local:${n % 7}`, name: `${n}` })], offset: n });
  const known = (n: number) => line({ items: [entry(track(`${n % 7}`))], offset: n });
  const pages = (from: number, count: number, page: (n: number) => string) =>
    Array.from({ length: count }, (_, index) => page(from + index)).join("");
  const file = line(playlist) + pages(0, 94, local) + pages(94, 6, known) + line(playlist);
  try {
    const [scanned] = await makeTransform()(streamOf(file), "p.jsonl");
    assert.equal([scanned?.entries, scanned?.rows.tracks], [100, 13]);
  } finally {
    module.Instance = Instance;
  }
  // Pages 0, 2, 6, 14, 30, 62, then each from 94 on, and the closing response.
  assert.is(scans, 13);
  await compareTransforms(file);
});

test("a refused object leaves its instance of the module to the next", async () => {
  const module = (globalThis as unknown as { WebAssembly: { Instance: new (module: object) => object } }).WebAssembly;
  const { Instance } = module;
  let instances = 0;
  module.Instance = new Proxy(Instance, {
    construct(target, [compiled]) {
      instances += 1;
      return new target(compiled);
    },
  });
  try {
    const transform = makeTransform();
    for (let round = 0; round < 3; round++) {
      const refusal = await transform(streamOf(`${pageOf({})}{"url":`), "p.jsonl").catch((error) => error);
      assert.instance(refusal, Error);
    }
  } finally {
    module.Instance = Instance;
  }
  assert.is(instances, 1);
});

/** The module with a memory that cannot grow. */
function withoutGrowth(module: Uint8Array): Uint8Array {
  const memorySection = 5;
  // Behind the magic number and version are sections: an id, the length and the bytes. All lengths before it take one byte.
  let at = 8;
  while (module[at] !== memorySection) at += 2 + (module[at + 1] as number);
  // One memory, no maximum, the initial pages.
  const [, length = 0, , , ...rest] = module.subarray(at);
  const pages = rest.slice(0, length - 2);
  const limited = [memorySection, length + pages.length, 1, 1, ...pages, ...pages];
  return Buffer.concat([module.subarray(0, at), Buffer.from(limited), module.subarray(at + 2 + length)]);
}

test("refused memory is named in one line, and the next playlist is transformed", async () => {
  const module = (globalThis as unknown as { WebAssembly: { Module: new (bytes: Uint8Array) => object } }).WebAssembly;
  const { Module } = module;
  module.Module = new Proxy(Module, { construct: (target, [bytes]) => new target(withoutGrowth(bytes)) });
  const tracks = (count: number) =>
    Array.from({ length: count }, (_, index) => entry(track(`${index}`.padEnd(200, "x"))));
  const file = (count: number) => line(playlist) + line({ items: tracks(count), offset: 0 });
  try {
    const transform = makeTransform();
    for (const count of [10_000, 3, 10_000]) {
      const [tables] = await transform(streamOf(file(count)), "p.jsonl").catch((error: Error) => [error]);
      const refusal =
        "p.jsonl: no memory left for its tracks and artists; give the process more (memoryMiB in a stack)";
      if (tables instanceof Error) assert.equal([count, tables.message], [10_000, refusal]);
      else assert.equal([count, tables?.rows.tracks], [3, 3]);
    }
  } finally {
    module.Module = Module;
  }
});

test("gives the same without WebAssembly", async () => {
  const plan = { seed: 5, shape: "lean", entries: 60, oddShare: 0.3 } as const;
  const raw = [...rawLines(plan)].join("");
  const fileName = `${playlistIdOf(plan)}.jsonl`;
  const scanned = await run(raw, fileName);
  const own = Object.getOwnPropertyDescriptor(globalThis, "WebAssembly") as PropertyDescriptor;
  Reflect.deleteProperty(globalThis, "WebAssembly");
  try {
    const parsed = await makeTransform()(streamOf(raw), fileName);
    const texts = (all: typeof scanned) =>
      all.map(({ csv }) => Object.values(csv).map((parts) => Buffer.concat(parts).toString()));
    assert.equal(texts(parsed), texts(scanned));
  } finally {
    Object.defineProperty(globalThis, "WebAssembly", own);
  }
});

test.run();
