import { tmpdir } from "node:os";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type RawEvent, rawObjectsOf } from "../../../components/callbacks/rawEvents";
import { makeTableFiles } from "../../../components/callbacks/tableFiles";
import { makeTransformHandler } from "../../../components/callbacks/transformHandler";
import { tableNames } from "../../../transforms/schema";
import { makeTransform } from "../../../transforms/transform";
import { errorOf } from "../../support/components/testPrograms";

const test = suite("components/callbacks/callbacks");

const s3Event = (...keys: string[]): RawEvent => ({
  Records: keys.map((key) => ({ s3: { bucket: { name: "raw" }, object: { key } } })),
});

test("the objects of an event are read for each kind of sender", () => {
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
  metrics: object[];
  failing?: string;
  gone?: string;
  /** The lines of the last invocation. */
  attention?: readonly string[];
  /** Events in the failure queue, with their reasons. */
  kept?: [event: RawEvent, reason: string][];
}

function handlerOf(world: World, register?: (days: readonly string[]) => Promise<void>) {
  const handle = makeTransformHandler({
    transform: makeTransform(),
    read: async ({ bucket, key }) => (key === world.gone ? undefined : chunksOf(world.raw[`${bucket}/${key}`])),
    files: makeTableFiles({ folder: path.join(tmpdir(), "playlake-callbacks-test") }),
    write: async (key, csv) => {
      if (key === world.failing) throw new Error(`cannot write ${key}`);
      world.lake[key] = Buffer.from(csv as Uint8Array).toString();
    },
    register,
    keepRefused: async (event, reason) => {
      if (world.kept === undefined) throw new Error("the queue does not answer");
      world.kept.push([event, reason]);
    },
    log: (record) => world.log.push(record),
    emit: ({ NeedsAttention: _, ...values }, attention) => {
      world.metrics.push(values);
      world.attention = attention;
    },
  });
  const context = { getRemainingTimeInMillis: () => 300_000 };
  return (event: RawEvent) => handle(event, context);
}

async function* chunksOf(text: string | undefined): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text ?? "no such object");
}

const noItems = { track: 0, episode: 0, unavailable: 0, unreadable: 0 };
const noRows = Object.fromEntries(tableNames.map((table) => [table, table === "playlists" ? 1 : 0]));

test("each playlist of each object becomes nine files and one log line", async () => {
  const world: World = {
    raw: {
      "raw/playlists/snapshot_date=2026-11-22/mine.json": "[]",
      "raw/playlists/snapshot_date=2026-11-23/yours.json": '{"items":[null]}',
    },
    lake: {},
    log: [],
    metrics: [],
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
  assert.equal(world.metrics, [
    { ObjectsTransformed: 2, ObjectsGone: 0, ObjectsRefused: 0, RowsRead: 1, RowsWritten: 3, RowsRejected: 0 },
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

test("an object that cannot be transformed or written fails in one line", async () => {
  const key = "playlists/snapshot_date=2026-11-22/mine.json";
  const world: World = { raw: { [`raw/${key}`]: "[]" }, lake: {}, log: [], metrics: [] };
  assert.is(
    await errorOf(handlerOf(world)(s3Event("playlists/mine.json"))),
    'got the key "playlists/mine.json"; expected playlists/snapshot_date=YYYY-MM-DD/NAME',
  );
  const failing = "albums/snapshot_date=2026-11-22/mine.csv";
  assert.is(await errorOf(handlerOf({ ...world, failing })(s3Event(key))), `cannot write ${failing}`);
  assert.is(Object.keys(world.lake).length, tableNames.length - 1);
  assert.equal(world.log, [
    {
      ...{ event: "notTransformed", key: "playlists/mine.json", code: "INVALID_RAW" },
      reason: 'got the key "playlists/mine.json"; expected playlists/snapshot_date=YYYY-MM-DD/NAME',
    },
    { event: "notTransformed", key, code: undefined, reason: `cannot write ${failing}` },
  ]);
  const none = {
    ObjectsTransformed: undefined,
    ObjectsGone: 0,
    ObjectsRefused: 0,
    RowsRead: 0,
    RowsWritten: 0,
    RowsRejected: 0,
  };
  assert.equal(world.metrics, [{ ...none, ObjectsRefused: 1 }, none]);
  assert.equal(world.attention, ["objectsRefused"]);
});

test("an unreadable object is named, and the event's other objects are processed", async () => {
  const world: World = {
    raw: { "raw/playlists/snapshot_date=2026-11-22/b.json": "[]" },
    lake: {},
    log: [],
    metrics: [],
  };
  const handler = handlerOf(world);
  const [bad, good] = ["playlists/snapshot_date=2026-11-22/a.json", "playlists/snapshot_date=2026-11-22/b.json"];

  const one = await errorOf(handler(s3Event(bad, good)));
  const two = await errorOf(handler(s3Event(bad, good, "elsewhere/c.json")));

  assert.equal(
    Object.keys(world.lake),
    tableNames.map((table) => `${table}/snapshot_date=2026-11-22/b.csv`),
  );
  const counts = world.metrics.at(-1) as Record<string, number>;
  assert.equal([counts.ObjectsTransformed, counts.ObjectsRefused, counts.RowsWritten], [1, 2, 1]);
  const expected = "expected playlists/snapshot_date=YYYY-MM-DD/NAME";
  assert.is(two, `${one}; got the key "elsewhere/c.json"; ${expected}`);
});

const dayOf = (name: string) => `playlists/snapshot_date=2026-11-22/${name}.json`;
const delivered: readonly [sender: string, event: (key: string) => RawEvent][] = [
  ["S3", (key) => ({ Records: [{ eventSource: "aws:s3", s3: { bucket: { name: "raw" }, object: { key } } }] })],
  [
    "EventBridge",
    (key) => ({
      ...{ source: "aws.s3", "detail-type": "Object Created" },
      detail: { bucket: { name: "raw" }, object: { key } },
    }),
  ],
];
for (const [sender, eventOf] of delivered) {
  test(`a refused object of an event from ${sender} is kept once, without an error`, async () => {
    const [bad, good] = [dayOf("bad"), dayOf("good")];
    const world: World = { raw: { [`raw/${good}`]: "[]" }, lake: {}, log: [], metrics: [], kept: [] };
    const handler = handlerOf(world);

    const answers = [await handler(eventOf(good)), await handler(eventOf(bad))];

    const forms =
      "a playlist with its items, a page or an array of entries, a map of playlist id to playlist, a list of playlists";
    const reason = `bad.json: found text that is not JSON: "no such object"; expected ${forms}, or raw lines {"url", "fetchedAt", "body"}`;
    assert.equal(
      answers.map((results) => results.map((result) => ("refused" in result ? result : result.key))),
      [[good], [{ key: bad, refused: reason }]],
    );
    assert.equal(world.kept, [[eventOf(bad), reason]]);
    assert.equal((world.metrics[1] as { ObjectsRefused: number }).ObjectsRefused, 1);
    assert.equal(world.attention, ["objectsRefused"]);
    assert.equal(world.log.at(-1), { event: "notTransformed", key: bad, code: "INVALID_RAW", reason });
  });
}

test("a refused object is tried again with its event if something else failed", async () => {
  const [bad, good] = [dayOf("bad"), dayOf("good")];
  const record = (key: string) => ({ eventSource: "aws:s3", s3: { bucket: { name: "raw" }, object: { key } } });
  const event: RawEvent = { Records: [record(bad), record(good)] };
  const failing = "albums/snapshot_date=2026-11-22/good.csv";
  const world: World = { raw: { [`raw/${good}`]: "[]" }, lake: {}, log: [], metrics: [], kept: [], failing };

  const error = await errorOf(handlerOf(world)(event));

  assert.match(error, `; cannot write ${failing}`);
  assert.equal(world.kept, []);
  const { failing: _, kept: __, ...queueless } = world;
  assert.is(await errorOf(handlerOf(queueless)(event)), "the queue does not answer");
});

test("days are registered after their files, and a failure fails the invocation", async () => {
  const keys = ["a", "b"].map((name) => `playlists/snapshot_date=2026-11-22/${name}.json`);
  const raw = Object.fromEntries(keys.map((key) => [`raw/${key}`, "[]"]));
  const world: World = { raw, lake: {}, log: [], metrics: [] };
  const registered: unknown[] = [];
  const register = async (days: readonly string[]) => {
    registered.push([days, Object.keys(world.lake).length]);
    if (registered.length === 2) throw new Error("csv_tracks in d: throttled");
  };
  const handler = handlerOf(world, register);

  await handler(s3Event(...keys));

  assert.equal(registered, [[["2026-11-22"], 2 * tableNames.length]]);
  assert.is(await errorOf(handler(s3Event(...keys))), "csv_tracks in d: throttled");
  assert.equal(world.log.at(-1), { event: "notVisible", keys, reason: "csv_tracks in d: throttled" });
  assert.equal(
    world.metrics.map((one) => (one as { ObjectsTransformed: number }).ObjectsTransformed),
    [2, undefined],
  );
});

test("a deleted object is reported and counted, and does not fail the invocation", async () => {
  const [gone, there] = ["playlists/snapshot_date=2026-11-22/a.json", "playlists/snapshot_date=2026-11-22/b.json"];
  const world: World = { raw: { [`raw/${there}`]: "[]" }, lake: {}, log: [], metrics: [], gone };

  const done = await handlerOf(world)(s3Event(gone, there));

  assert.equal(
    done.map(({ key }) => key),
    [there],
  );
  assert.equal(
    Object.keys(world.lake),
    tableNames.map((table) => `${table}/snapshot_date=2026-11-22/b.csv`),
  );
  assert.equal(world.log[0], { event: "gone", key: gone });
  assert.equal(world.metrics, [
    { ObjectsTransformed: 1, ObjectsGone: 1, ObjectsRefused: 0, RowsRead: 0, RowsWritten: 1, RowsRejected: 0 },
  ]);
});

test.run();
