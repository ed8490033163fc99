import { suite } from "uvu";
import * as assert from "uvu/assert";
import { burst, inOrder, type Misbehave, quota } from "../../local/spotify/misbehaviour";
import { type IncompleteDay, makeExtractDay } from "../../spotify/extract";
import {
  changingLibrary,
  extractor,
  idA,
  idB,
  idC,
  type MemoryStore,
  memoryTokens,
  playlistOf,
  rawLines,
  rejection,
  requestsSince,
  startWorld,
  type World,
} from "./support";

const context = { world: undefined as unknown as World, library: changingLibrary([]) };
const test = suite("spotify/extract", context);
const user = { refreshToken: "planted-refresh-token", consentedAt: "2026-11-01T00:00:00.000Z" };

const token = "POST /api/token";
const opened = (id: string) => `GET /v1/playlists/${id}`;
const paged = (id: string) => `GET /v1/playlists/${id}/items`;
const readWhole = (id: string) => [opened(id), paged(id), opened(id)];
const key = (date: string, id: string) => `playlists/snapshot_date=${date}/${id}.jsonl.gz`;
const today = "2026-11-22";

async function setUp(standIn: Partial<Parameters<typeof startWorld>[0]>): Promise<void> {
  context.library = changingLibrary([playlistOf(idA, 3), playlistOf(idB, 2)]);
  context.world = await startWorld({ library: context.library, keepBodies: true, refreshTokens: [user], ...standIn });
}

async function again(standIn: Partial<Parameters<typeof startWorld>[0]>): Promise<void> {
  await context.world.close();
  await setUp(standIn);
}

function misbehave(misbehaviour: Misbehave): void {
  context.world.standIn.setMisbehave(misbehaviour);
}

/** What lies under `playlists/`: keys without their common beginning. */
function rawKeys(store: MemoryStore): string[] {
  return [...store.objects.keys()]
    .filter((one) => one.startsWith("playlists/"))
    .map((one) => one.slice(24))
    .sort();
}

function stateOf(store: MemoryStore, name: string): unknown {
  return JSON.parse(Buffer.from(store.objects.get(`state/${name}`)!).toString());
}

test.before.each(() => setUp({}));
test.after.each(() => context.world.close());

test("stores each playlist as one raw object, verbatim: opening, pages, closing", async () => {
  const odd = (body: string) =>
    body.replace(/,/g, ",\r\n  ").replace("{", '{ "unknown": [1e400, 12345678901234567890, 0.10],');
  await again({ decorate: odd });
  context.library.playlists = [playlistOf(idA, 120)];
  const { run, store } = extractor(context.world, { playlists: [`spotify:playlist:${idA}`] });
  await run();
  const { gunzipSync } = await import("node:zlib");
  const lines = gunzipSync(store.objects.get(key(today, idA))!)
    .toString()
    .split("\n");
  const sent = context.world.standIn.requests.filter(({ method }) => method === "GET");
  const origin = context.world.accountsUrl;
  const expected = sent.map(({ url, body }) => {
    return `{"url":"${origin}${url}","fetchedAt":"2026-11-22T06:00:00.000Z","body":${body.replace(/[\r\n]/g, " ")}}`;
  });
  assert.equal(lines, [...expected, ""]);
  assert.equal(
    sent.map(({ url }) => url.replace(/additional_types=track%2Cepisode&?/, "")),
    [
      `/v1/playlists/${idA}?`,
      `/v1/playlists/${idA}/items?limit=50&offset=0`,
      `/v1/playlists/${idA}/items?limit=50&offset=50`,
      `/v1/playlists/${idA}/items?limit=50&offset=100`,
      `/v1/playlists/${idA}?`,
    ],
  );
});

test("says what a day's run did, and remembers it", async () => {
  const { run, store } = extractor(context.world, {
    playlists: [idA, idC, idA, `https://open.spotify.com/playlist/${idB}`],
  });
  const cause = "It was deleted, or it is private: then its owner must consent (playlake login).";
  const unavailable = [{ playlistId: idC, status: 404, cause }];
  assert.equal(await run(), {
    snapshotDate: today,
    alreadyComplete: false,
    stored: [idA, idB],
    unchanged: [],
    inconsistent: [],
    alreadyStored: [],
    unavailable,
    missedDays: [],
    requests: 8,
    entries: 5,
    consent: undefined,
    warnings: [`playlist ${idC}: 404. ${cause}`],
  });
  assert.equal(rawKeys(store), [`2026-11-22/${idA}.jsonl.gz`, `2026-11-22/${idB}.jsonl.gz`]);
  assert.equal(stateOf(store, `days/${today}.json`), {
    snapshotDate: today,
    isComplete: true,
    wanted: [idA, idC, idB],
    stored: [idA, idB],
    unavailable,
    missing: [],
  });
  assert.equal(stateOf(store, `playlists/${idA}.json`), {
    snapshotId: playlistOf(idA, 3).snapshotId,
    key: key(today, idA),
    snapshotDate: today,
    entries: 3,
    market: null,
  });
});

test("a second run of a complete day reads one state object and ends", async () => {
  const { run, store } = extractor(context.world, { playlists: [idA, idB] });
  await run();
  store.calls.length = 0;
  requestsSince(context.world);
  const result = await run();
  assert.equal(store.calls, [`get state/days/${today}.json`]);
  assert.equal(requestsSince(context.world), []);
  assert.equal([result.alreadyComplete, result.stored, result.alreadyStored], [true, [], [idA, idB]]);
});

test("a playlist that is asked for after the day was complete is still had", async () => {
  const first = extractor(context.world, { playlists: [idA] });
  await first.run();
  const { apiUrl, accountsUrl, effects } = context.world;
  const app = async () => ({ clientId: "playlake-stand-in", clientSecret: "stand-in-secret" });
  const more = makeExtractDay({ ...effects, ...first, app }, { apiUrl, accountsUrl, playlists: [idB, idA] });
  const result = await more();
  assert.equal([result.stored, result.alreadyStored], [[idB], [idA]]);
});

test("the day is the local one at the run's start", async () => {
  context.world.setNow("2026-11-22T23:30:00Z");
  const { run } = extractor(context.world, { playlists: [idA], timezone: "Europe/Berlin" });
  assert.is((await run()).snapshotDate, "2026-11-23");
});

test("what can be mended fails the run after all else is stored, and the next run does only that", async () => {
  misbehave(({ path }) => (path.includes(idA) ? { status: 502 } : undefined));
  const { run, store } = extractor(context.world, { playlists: [idA, idB] });
  const error = (await rejection(run())) as unknown as IncompleteDay;
  assert.is(error.message, `not stored yet for 2026-11-22: ${idA} (status 502, 5 times)`);
  assert.is(error.code, "INCOMPLETE");
  assert.equal(error.failures, [{ playlistId: idA, reason: "status 502, 5 times", code: "TRANSIENT" }]);
  assert.equal(error.result.stored, [idB]);
  assert.is((stateOf(store, `days/${today}.json`) as { isComplete: boolean }).isComplete, false);
  context.world.standIn.setMisbehave(undefined);
  requestsSince(context.world);
  const result = await run();
  assert.equal([result.stored, result.alreadyStored], [[idA], [idB]]);
  assert.equal(requestsSince(context.world), [token, ...readWhole(idA)]);
});

test("a store that fails for one playlist costs the others nothing", async () => {
  const { run, store } = extractor(context.world, { playlists: [idA, idB] });
  const put = store.put;
  store.put = async (at, ...rest) => {
    if (at === key(today, idA)) throw new Error("no space");
    return put(at, ...rest);
  };
  const error = (await rejection(run())) as unknown as IncompleteDay;
  assert.equal(error.failures, [{ playlistId: idA, reason: "no space", code: undefined }]);
  assert.equal(error.result.stored, [idB]);
});

test("the quota stops the run, is remembered, and runs before its end make no request but say so", async () => {
  misbehave(inOrder([quota(7200)], ({ path }) => path === `/v1/playlists/${idB}`));
  const { run, store } = extractor(context.world, { playlists: [idA, idB, idC] });
  const reason = "Spotify's quota is used up; no request before 2026-11-22T08:00:00.000Z";
  const first = (await rejection(run())) as unknown as IncompleteDay;
  assert.is(first.message, `not stored yet for 2026-11-22: ${idB}, ${idC} (${reason})`);
  assert.equal(first.result.stored, [idA]);
  assert.equal(stateOf(store, "limit.json"), { until: "2026-11-22T08:00:00.000Z", isQuota: true });
  requestsSince(context.world);
  context.world.setNow("2026-11-22T07:00:00Z");
  const second = (await rejection(run())) as unknown as IncompleteDay;
  assert.is(second.message, first.message);
  assert.equal(
    second.failures.map(({ code }) => code),
    ["LIMITED", "LIMITED"],
  );
  assert.equal([second.result.requests, second.result.alreadyStored], [0, [idA]]);
  assert.equal(requestsSince(context.world), []);
  context.world.setNow("2026-11-22T08:00:00Z");
  const last = await run();
  assert.equal([last.stored, last.alreadyStored, last.unavailable.length], [[idB], [idA], 1]);
});

test("out of time: stops in order, and the next run goes on", async () => {
  const { run } = extractor(context.world, { playlists: [idA, idB] });
  let calls = 0;
  const remainingMs = () => {
    calls += 1;
    return calls < 9 ? 900_000 : 5_000;
  };
  const error = (await rejection(run({ remainingMs }))) as unknown as IncompleteDay;
  assert.is(error.message, `not stored yet for 2026-11-22: ${idB} (the time of this invocation is used up)`);
  assert.equal(error.result.stored, [idA]);
  assert.equal((await run()).stored, [idB]);
});

test("an ended consent fails the run for every playlist with one request", async () => {
  const tokens = memoryTokens({ refreshToken: "ended" });
  const { run } = extractor(context.world, { playlists: [idA, idB] }, tokens);
  const error = (await rejection(run())) as unknown as IncompleteDay;
  const reason = "consent ended, run playlake login (Spotify says invalid_grant)";
  assert.is(error.message, `not stored yet for 2026-11-22: ${idA}, ${idB} (${reason})`);
  assert.equal(
    error.failures.map(({ code }) => code),
    ["CONSENT_ENDED", "CONSENT_ENDED"],
  );
  assert.equal(requestsSince(context.world), [token]);
  assert.equal(tokens.token, { refreshToken: "ended" });
});

test("from month 5 of a consent every run warns", async () => {
  context.world.setNow("2027-04-02T00:00:00Z");
  const { run } = extractor(context.world, { playlists: [idA] }, memoryTokens(user));
  const result = await run();
  assert.equal(result.warnings, ["Spotify's consent ends on 2027-05-01 (in 29 days): run playlake login."]);
  assert.is(result.consent?.daysLeft, 29);
});

test("an unchanged playlist costs one request and keeps its pages' own time", async () => {
  const { run, store } = extractor(context.world, { playlists: [idA, idB] });
  await run();
  requestsSince(context.world);
  context.world.setNow("2026-11-23T06:00:00Z");
  context.library.playlists = [playlistOf(idA, 3), playlistOf(idB, 4)];
  const result = await run();
  assert.equal([result.stored, result.unchanged, result.entries, result.requests], [[idA, idB], [idA], 7, 5]);
  assert.equal(requestsSince(context.world), [token, opened(idA), ...readWhole(idB)]);
  const before = rawLines(store.objects.get(key(today, idA)));
  const after = rawLines(store.objects.get(key("2026-11-23", idA)));
  const opening = { ...before[0], fetchedAt: "2026-11-23T06:00:00.000Z" };
  assert.equal(after, [opening, before[1], opening]);
});

test("contents are read afresh every seventh day", async () => {
  const { run } = extractor(context.world, { playlists: [idA] });
  const unchanged: boolean[] = [];
  for (let day = 1; day <= 16; day += 1) {
    context.world.setNow(`2026-11-${String(day).padStart(2, "0")}T06:00:00Z`);
    unchanged.push((await run()).unchanged.length === 1);
  }
  const week = [false, true, true, true, true, true, true];
  assert.equal(unchanged, [...week, ...week, false, true]);
});

const spoilers: [what: string, spoil: (store: MemoryStore) => void][] = [
  ["is gone", (store) => store.objects.delete(key(today, idA))],
  ["is damaged", (store) => store.objects.set(key(today, idA), store.objects.get(key(today, idA))!.subarray(0, 200))],
  ["is another's", (store) => store.objects.set(key(today, idA), store.objects.get(key(today, idB))!)],
  [
    "was read for another market",
    (store) => edit(store, `state/playlists/${idA}.json`, '"market":null', '"market":"DE"'),
  ],
  ["is not remembered", (store) => store.objects.set(`state/playlists/${idA}.json`, Buffer.from("{"))],
];
function edit(store: MemoryStore, at: string, from: string, to: string): void {
  store.objects.set(at, Buffer.from(Buffer.from(store.objects.get(at)!).toString().replace(from, to)));
}
for (const [what, spoil] of spoilers) {
  test(`contents are read afresh where the earlier object ${what}`, async () => {
    const { run, store } = extractor(context.world, { playlists: [idA, idB] });
    await run();
    spoil(store);
    context.world.setNow("2026-11-23T06:00:00Z");
    requestsSince(context.world);
    assert.equal((await run()).unchanged, [idB]);
    assert.equal(requestsSince(context.world), [token, ...readWhole(idA), opened(idB)]);
  });
}

test("Spotify's own lists are read once a day, always afresh", async () => {
  const own = "37i9dQZF1DXcBWIGoYBM5M";
  context.library.playlists = [playlistOf(own, 1)];
  const { run } = extractor(context.world, { playlists: [own] });
  assert.equal((await run()).inconsistent, [own]);
  context.world.setNow("2026-11-23T06:00:00Z");
  assert.equal((await run()).unchanged, []);
  assert.equal(requestsSince(context.world), [token, ...readWhole(own), token, ...readWhole(own)]);
});

test("an edit while reading is noticed and the playlist is read again", async () => {
  const act = () => {
    context.library.playlists = [playlistOf(idA, 4)];
  };
  misbehave(inOrder([{ act }], ({ path }) => path.endsWith("/items")));
  const { run, store } = extractor(context.world, { playlists: [idA] });
  const result = await run();
  assert.equal([result.entries, result.inconsistent], [4, []]);
  const bodies = rawLines(store.objects.get(key(today, idA))).map(({ body }) => body as { snapshot_id?: string });
  const { snapshotId } = playlistOf(idA, 4);
  assert.equal(
    bodies.map((body) => body.snapshot_id),
    [snapshotId, undefined, snapshotId],
  );
  assert.equal(requestsSince(context.world), [token, ...readWhole(idA), paged(idA), opened(idA)]);
});

test("edits without end: the last of three reads is kept, said to be inconsistent, and never reused", async () => {
  let entries = 3;
  const act = () => {
    entries += 1;
    context.library.playlists = [playlistOf(idA, entries)];
  };
  misbehave(({ path }) => (path.endsWith("/items") ? { act } : undefined));
  const { run, store } = extractor(context.world, { playlists: [idA] });
  const result = await run();
  assert.equal([result.entries, result.inconsistent, result.requests], [6, [idA], 8]);
  const warning = `playlist ${idA} was edited each time it was read; its snapshot may mix two states.`;
  assert.equal(result.warnings, [warning]);
  assert.not.ok(store.objects.has(`state/playlists/${idA}.json`));
});

test("another run that stores first wins", async () => {
  const { run, store } = extractor(context.world, { playlists: [idA] });
  const put = store.put;
  store.put = async (at, body, options) => {
    if (at === key(today, idA)) store.objects.set(at, Buffer.from("first"));
    return put(at, body, options);
  };
  const result = await run();
  assert.equal([result.stored, result.alreadyStored, result.entries], [[], [idA], 0]);
  assert.is(Buffer.from(store.objects.get(key(today, idA))!).toString(), "first");
});

test("a run that dies between state and object leaves nothing wrong behind", async () => {
  const { run, store } = extractor(context.world, { playlists: [idA] });
  await run();
  const firstDay = new Map(store.objects);
  context.world.setNow("2026-11-23T06:00:00Z");
  context.library.playlists = [playlistOf(idA, 5)];
  await run();
  const undisturbed = store.objects.get(key("2026-11-23", idA));
  store.objects.delete(key("2026-11-23", idA));
  store.objects.delete("state/days/2026-11-23.json");
  assert.equal((await run()).unchanged, []);
  assert.equal(store.objects.get(key("2026-11-23", idA)), undisturbed);
  assert.equal(store.objects.get(key(today, idA)), firstDay.get(key(today, idA)));
});

test("days that were not had are reported once, by the next day's first run", async () => {
  const { run } = extractor(context.world, { playlists: [idA, idB] });
  assert.equal((await run()).missedDays, []);
  context.world.setNow("2026-11-23T06:00:00Z");
  misbehave(({ path }) => (path.includes(idB) ? { status: 500 } : undefined));
  await rejection(run());
  context.world.setNow("2026-11-25T06:00:00Z");
  const missedDays = [
    { snapshotDate: "2026-11-23", missing: [idB] },
    { snapshotDate: "2026-11-24", missing: [idA, idB] },
  ];
  const failed = (await rejection(run())) as unknown as IncompleteDay;
  assert.equal(failed.result.missedDays, missedDays);
  assert.equal(failed.result.warnings, [
    `2026-11-23 was missed and can't be had any more: ${idB}.`,
    `2026-11-24 was missed and can't be had any more: ${idA}, ${idB}.`,
  ]);
  context.world.standIn.setMisbehave(undefined);
  assert.equal((await run()).missedDays, []);
  context.world.setNow("2026-11-26T06:00:00Z");
  assert.equal((await run()).missedDays, []);
});

test("me is all that the user has, beside what is named", async () => {
  context.library.playlists = [playlistOf(idA, 3), playlistOf(idB, 2), playlistOf(idC, 1)];
  const { run } = extractor(context.world, { playlists: ["me", idC] }, memoryTokens(user));
  assert.equal((await run()).stored, [idC, idA, idB]);
});

test("me without consent fails, and the named ones are stored", async () => {
  const { run } = extractor(context.world, { playlists: ["me", idA] });
  const error = (await rejection(run())) as unknown as IncompleteDay;
  assert.is(error.message, "not stored yet for 2026-11-22: me (no user has consented yet, run playlake login)");
  assert.equal(error.result.stored, [idA]);
});

test("when the quota ends, what the user's list shows as unchanged is stored without a request", async () => {
  context.library.playlists = [playlistOf(idA, 3), playlistOf(idB, 2), playlistOf(idC, 1)];
  const { run, store } = extractor(context.world, { playlists: ["me"] }, memoryTokens(user));
  await run();
  context.world.setNow("2026-11-23T06:00:00Z");
  context.library.playlists = [playlistOf(idA, 3), playlistOf(idB, 9), playlistOf(idC, 1)];
  misbehave(({ path }) => (path.startsWith("/v1/playlists/") ? quota(3600) : undefined));
  requestsSince(context.world);
  const error = (await rejection(run())) as unknown as IncompleteDay;
  assert.equal(
    error.failures.map(({ playlistId }) => playlistId),
    [idB],
  );
  assert.equal(error.result.unchanged, [idA, idC]);
  assert.equal(requestsSince(context.world), [token, "GET /v1/me/playlists", opened(idB)]);
  const [opening, page, closing] = rawLines(store.objects.get(key("2026-11-23", idA)));
  assert.is((opening?.body as { snapshot_id?: string } | undefined)?.snapshot_id, playlistOf(idA, 3).snapshotId);
  assert.equal(opening, closing);
  assert.is(page?.fetchedAt, "2026-11-22T06:00:00.000Z");
});

test("50 playlists, 45 of them unchanged: 61 requests, 151 without the rule", async () => {
  const ids = Array.from({ length: 50 }, (_, index) => `${"L".repeat(20)}${String(index).padStart(2, "0")}`);
  const ofDay = (changed: string) => ids.map((id, index) => playlistOf(id, 1, index < 5 ? changed : ""));
  context.library.playlists = ofDay("first");
  const { run } = extractor(context.world, { playlists: ids });
  assert.is((await run()).requests, 151);
  context.world.setNow("2026-11-23T06:00:00Z");
  context.library.playlists = ofDay("second");
  assert.is((await run()).requests, 61);
});

test("no token, secret or code is in a raw object, a state, a log or an error", async () => {
  await again({ rotateRefreshTokens: true });
  const tokens = memoryTokens(user);
  const { run, store } = extractor(context.world, { playlists: [idA, idB] }, tokens);
  misbehave(({ path }) => (path.includes(idB) ? { status: 401 } : undefined));
  const error = await rejection(run());
  misbehave(inOrder([{ status: 500 }, burst(1), { cut: "before" }]));
  await run();
  const bytes = [...store.objects.values()].map((object) => {
    return object[0] === 0x1f ? JSON.stringify(rawLines(object)) : Buffer.from(object).toString();
  });
  const left = [...bytes, JSON.stringify(context.world.log), error.stack, JSON.stringify(error)].join("\n");
  const basic = Buffer.from("playlake-stand-in:stand-in-secret").toString("base64");
  for (const secret of [
    "planted-refresh-token",
    tokens.token!.refreshToken,
    "stand-in-secret",
    basic,
    "refresh-",
    "access-",
  ]) {
    assert.not.ok(left.includes(secret), secret);
  }
});

test("a list with something that is no playlist is refused at once", () => {
  const { world } = context;
  const make = () => extractor(world, { playlists: [idA, "spotify:album:x"] });
  const example = "https://open.spotify.com/playlist/37i9dQZF1DXcBWIGoYBM5M";
  const expected = `playlists: got "spotify:album:x", expected an id, URI or link, e.g. "${example}", or "me"`;
  assert.throws(make, (error: Error) => error.message === expected);
});

test.run();
