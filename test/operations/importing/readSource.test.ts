import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readSource } from "../../../operations/importing/readSource";
import { rawKey } from "../../../transforms/keys";
import { makeTransform, type PlaylistTables } from "../../../transforms/transform";

const test = suite("operations/importing/readSource");
const transform = makeTransform();

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function tablesOf(bytes: Buffer, fileName: string): Promise<PlaylistTables[]> {
  return transform(oneChunk(bytes), fileName);
}

/** A playlist's rows, as text a table. */
function rowsOf({ playlistId, csv }: PlaylistTables): object {
  const texts = Object.entries(csv).map(([table, pieces]) => [table, Buffer.concat(pieces).toString()]);
  return { playlistId, ...Object.fromEntries(texts) };
}

/** The rows of a file's raw objects, under the names by which they are stored. */
async function importedRows(bytes: Buffer, fileName: string): Promise<object[]> {
  const rows: object[] = [];
  for (const { playlistId, lines } of (await readSource(bytes, fileName)).playlists) {
    const stored = rawKey("2026-11-22", playlistId).split("/").at(-1) ?? "";
    rows.push(...(await tablesOf(Buffer.from(lines), stored)).map(rowsOf));
  }
  return rows;
}

async function assertSame(text: string | Buffer, fileName: string): Promise<void> {
  const bytes = Buffer.from(text);
  const whole = (await tablesOf(bytes, fileName)).map(rowsOf);
  assert.equal(await importedRows(bytes, fileName), whole, fileName);
  assert.equal(await importedRows(gzipSync(bytes), `${fileName}.gz`), whole, `${fileName}, gzipped`);
}

const track = '{"track":{"id":"t","name":"a\\ud800b","type":"track","artists":[{"id":"x","name":"X"}]}}';
const id = "3cEYpjA9oz9GiPac4AsH4n";
/** Raw lines, one a text. */
const lines = (...bodies: string[]) => bodies.map((body) => `{"url":"u","fetchedAt":"f","body":${body}}`);

const cases: readonly [about: string, text: string, fileName: string, canonical: string[]][] = [
  [
    "a playlist",
    `{"id":"${id}",\n"items":{"items":[${track}]}}`,
    "x.json",
    [`{"url":"","fetchedAt":"","body":{"id":"${id}", "items":{"items":[${track}]}}}\n`],
  ],
  [
    "a playlist whose id is not a file name",
    '{"id":"a b","tracks":[]}',
    "x.json",
    ['{"url":"","fetchedAt":"","body":{"id":"a b","tracks":[]}}\n'],
  ],
  [
    "items alone",
    `{"tracks":{"items":[${track}]}}`,
    "mine.json",
    [`{"url":"","fetchedAt":"","body":{"tracks":{"items":[${track}]},"type":"playlist"}}\n`],
  ],
  [
    "a page",
    `{"items":[null,${track}],"offset":50,"total":52}`,
    "mine.json",
    [
      `{"url":"","fetchedAt":"","body":{"type":"playlist"}}\n{"url":"","fetchedAt":"","body":{"items":[null,${track}],"offset":50,"total":52}}\n`,
    ],
  ],
  [
    "entries",
    `\ufeff[${track},\r\n1]`,
    "mine.ndjson",
    [
      `{"url":"","fetchedAt":"","body":{"type":"playlist"}}\n{"url":"","fetchedAt":"","body":{"items":[${track},  1]}}\n`,
    ],
  ],
  [
    "entries of a file whose name is not a key",
    "[]",
    "my list.json",
    [
      '{"url":"","fetchedAt":"","body":{"type":"playlist","id":"my list"}}\n{"url":"","fetchedAt":"","body":{"items":[]}}\n',
    ],
  ],
  [
    "a map",
    `{"${id}":{"name":"A","tracks":[${track}]},"é/%":{"name":"B","tracks":[]},"k":{"id":"own","tracks":[]}}`,
    "m.json",
    [
      `{"url":"","fetchedAt":"","body":{"name":"A","tracks":[${track}]}}\n`,
      '{"url":"","fetchedAt":"","body":{"name":"B","tracks":[],"id":"é/%"}}\n',
      '{"url":"","fetchedAt":"","body":{"id":"own","tracks":[]}}\n',
    ],
  ],
  [
    "raw lines",
    `\n${lines('{"id":"p","snapshot_id":"s"}', `{"items":[${track}]}`, '{"id":"p","snapshot_id":"s"}').join("\r\n")}\n`,
    "p.jsonl",
    [`${lines('{"id":"p","snapshot_id":"s"}', `{"items":[${track}]}`, '{"id":"p","snapshot_id":"s"}').join("\n")}\n`],
  ],
  [
    "raw lines without an id",
    lines('{"name":"N","tracks":[]}').join("\n"),
    "my list.jsonl",
    ['{"url":"u","fetchedAt":"f","body":{"name":"N","tracks":[],"id":"my list"}}\n'],
  ],
];
for (const [about, text, fileName, canonical] of cases) {
  test(`${about}: the same rows, nothing invented`, async () => {
    const { playlists } = await readSource(Buffer.from(text), fileName);
    assert.equal(
      playlists.map(({ lines }) => lines),
      canonical,
    );
    await assertSame(text, fileName);
  });
}

test("a file is refused in the words of the transform", async () => {
  for (const text of [
    "",
    "no JSON",
    '{"error":{"status":401,"message":"x"}}',
    "[[1]]",
    Buffer.from([0xff, 0xfe, 0x41]),
  ]) {
    const bytes = Buffer.from(text as string);
    const refusal = await tablesOf(bytes, "a.json").catch((error: Error) => error.message);
    assert.type(refusal, "string");
    assert.is(await readSource(bytes, "a.json").catch((error: Error) => error.message), refusal);
  }
});

/** Texts that are difficult for keys, CSV and JSON. */
const name = fc.oneof(
  fc.constantFrom("", id, "é", "a b", "%41", ".x", "__proto__", 'q"\\', "x.json"),
  fc.string({ maxLength: 6 }),
);
const entry = fc.oneof(
  fc.constantFrom<unknown>(null, 1, {}, { track: null }),
  fc.record({ added_at: name, track: fc.record({ id: name, name, type: fc.constantFrom("track", "episode") }) }),
  fc.record({ item: fc.record({ uri: name, name, artists: fc.array(fc.record({ name }), { maxLength: 2 }) }) }),
);
const entries = fc.array(entry, { maxLength: 4 });
const paging = fc.record({ items: entries, offset: fc.nat(99), total: fc.nat(99) }, { requiredKeys: ["items"] });
const playlist = fc.record(
  {
    type: fc.constant("playlist"),
    id: fc.oneof(name, fc.nat(9)),
    name,
    snapshot_id: name,
    tracks: fc.oneof(paging, entries),
  },
  { requiredKeys: ["tracks"] },
);
const document = fc.oneof(playlist, paging, entries, fc.dictionary(name, playlist, { maxKeys: 3 }));

test("every accepted document gives the same rows as its raw objects", async () => {
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(
      document,
      fc.constantFrom("a.json", "my list.json", `${id}.json.gz`, "%.ndjson"),
      async (value, fileName) => {
        const bytes = Buffer.from(JSON.stringify(value, null, 1));
        const whole = await tablesOf(bytes, fileName).catch((error: { code?: string }) => {
          assert.is(error.code, "INVALID_RAW");
          return undefined;
        });
        if (whole === undefined) return;
        taken += 1;
        assert.equal(await importedRows(bytes, fileName), whole.map(rowsOf));
      },
    ),
    { numRuns: 300 },
  );
  assert.is(taken > 100, true, `${taken} were taken`);
});

const samples = path.join(__dirname, "../../../../shared/samples");
test("real responses give the same rows as their raw objects", async () => {
  if (!existsSync(samples)) return;
  const files = readdirSync(samples).filter((file) => file.endsWith(".json"));
  for (const file of files) await assertSame(readFileSync(path.join(samples, file)), file);
});

test.run();
