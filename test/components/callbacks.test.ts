import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type RawEvent, rawObjectsOf } from "../../components/callbacks/rawEvents";
import { makeTransformHandler } from "../../components/callbacks/transformHandler";
import { tableNames } from "../../transforms/schema";
import { makeTransform } from "../../transforms/transform";
import { errorOf } from "./support";

const test = suite("components/callbacks");

const s3Event = (...keys: string[]): RawEvent => ({
  Records: keys.map((key) => ({ s3: { bucket: { name: "raw" }, object: { key } } })),
});

test("an event's objects, by each of its senders", () => {
  const cases: [RawEvent, { bucket: string; key: string }[]][] = [
    [
      s3Event("playlists/snapshot_date%3D2026-11-22/a+b%2Bc.json", "playlists/x/"),
      [{ bucket: "raw", key: "playlists/snapshot_date=2026-11-22/a b+c.json" }],
    ],
    [
      { "detail-type": "Object Created", detail: { bucket: { name: "raw" }, object: { key: "playlists/a+b%20c" } } },
      [{ bucket: "raw", key: "playlists/a+b%20c" }],
    ],
    [{ Event: "s3:TestEvent" }, []],
  ];
  for (const [event, objects] of cases) assert.equal(rawObjectsOf(event), objects);
  const message = `got an event with a, b; expected S3's event or EventBridge's "Object Created"`;
  const other = { a: 1, b: 2 } as unknown as RawEvent;
  assert.throws(
    () => rawObjectsOf(other),
    (error: Error) => error.message === message,
  );
});

interface World {
  raw: Record<string, string>;
  lake: Record<string, string>;
  log: object[];
  failing?: string;
}

function handlerOf(world: World) {
  return makeTransformHandler({
    transform: makeTransform(),
    read: async ({ bucket, key }) => chunksOf(world.raw[`${bucket}/${key}`]),
    write: async (key, csv) => {
      if (key === world.failing) throw new Error(`can't write ${key}`);
      world.lake[key] = Buffer.from(csv).toString();
    },
    log: (record) => world.log.push(record),
  });
}

async function* chunksOf(text: string | undefined): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text ?? "no such object");
}

const noItems = { track: 0, episode: 0, unavailable: 0, unreadable: 0 };
const noRows = Object.fromEntries(tableNames.map((table) => [table, table === "playlists" ? 1 : 0]));

test("each playlist of each object becomes nine files, and a line of the log", async () => {
  const world: World = {
    raw: {
      "raw/playlists/snapshot_date=2026-11-22/mine.json": "[]",
      "raw/playlists/snapshot_date=2026-11-23/yours.json": '{"items":[null]}',
    },
    lake: {},
    log: [],
  };
  const done = await handlerOf(world)(
    s3Event("playlists/snapshot_date%3D2026-11-22/mine.json", "playlists/snapshot_date%3D2026-11-23/yours.json"),
  );
  const mine = {
    key: "playlists/snapshot_date=2026-11-22/mine.json",
    snapshotDate: "2026-11-22",
    playlistId: "mine",
    entries: 0,
    itemTypes: noItems,
    rows: noRows,
  };
  const yours = {
    key: "playlists/snapshot_date=2026-11-23/yours.json",
    snapshotDate: "2026-11-23",
    playlistId: "yours",
    entries: 1,
    itemTypes: { ...noItems, unavailable: 1 },
    rows: { ...noRows, playlist_items: 1 },
  };
  assert.equal(done, [mine, yours]);
  assert.equal(world.log, [
    { event: "transformed", ...mine },
    { event: "transformed", ...yours },
  ]);
  const expected = tableNames.flatMap((table) => [
    `${table}/snapshot_date=2026-11-22/mine.csv`,
    `${table}/snapshot_date=2026-11-23/yours.csv`,
  ]);
  assert.equal(Object.keys(world.lake).sort(), expected.sort());
  assert.is(
    world.lake["playlist_items/snapshot_date=2026-11-23/yours.csv"],
    '"playlist_id","position","item_key","item_type","is_local","added_at","added_by_id"\n"yours","0","","unavailable","false","",""\n',
  );
});

test("what can't be transformed or written ends the invocation, in one line", async () => {
  const key = "playlists/snapshot_date=2026-11-22/mine.json";
  const world: World = { raw: { [`raw/${key}`]: "[]" }, lake: {}, log: [] };
  assert.is(
    await errorOf(handlerOf(world)(s3Event("playlists/mine.json"))),
    'got the key "playlists/mine.json"; expected playlists/snapshot_date=YYYY-MM-DD/NAME',
  );
  const failing = "albums/snapshot_date=2026-11-22/mine.csv";
  assert.is(await errorOf(handlerOf({ ...world, failing })(s3Event(key))), `can't write ${failing}`);
  assert.is(Object.keys(world.lake).length, tableNames.length - 1);
  assert.equal(world.log, []);
});

test("an object that can't be read costs the event's others nothing, and is named", async () => {
  const world: World = { raw: { "raw/playlists/snapshot_date=2026-11-22/b.json": "[]" }, lake: {}, log: [] };
  const handler = handlerOf(world);
  const [bad, good] = ["playlists/snapshot_date=2026-11-22/a.json", "playlists/snapshot_date=2026-11-22/b.json"];

  const one = await errorOf(handler(s3Event(bad, good)));
  const two = await errorOf(handler(s3Event(bad, good, "elsewhere/c.json")));

  assert.equal(
    Object.keys(world.lake),
    tableNames.map((table) => `${table}/snapshot_date=2026-11-22/b.csv`),
  );
  const expected = "expected playlists/snapshot_date=YYYY-MM-DD/NAME";
  assert.is(two, `${one}; got the key "elsewhere/c.json"; ${expected}`);
});

test.run();
