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
