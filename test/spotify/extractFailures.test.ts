import * as assert from "uvu/assert";
import type { IncompleteDay } from "../../spotify/extract";
import { extractSuite, key, readShort, stateOf, today, token, user } from "../support/spotify/extractSuite";
import { extractor, idA, idB, idC, memoryTokens, playlistOf, rejection, requestsSince } from "../support/spotify/world";
import { inOrder, quota } from "../support/standin/misbehaviours";

const { test, context, misbehave } = extractSuite("spotify/extractFailures");

test("a failure ends the run after the rest is stored; the next run retries only that", async () => {
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
  assert.equal(requestsSince(context.world), [token, ...readShort(idA)]);
});

test("a store that fails for one playlist does not affect the others", async () => {
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

test("the quota stops the run, and runs before its end make no request", async () => {
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

test("a run out of time stops cleanly, and the next run continues", async () => {
  const { run } = extractor(context.world, { playlists: [idA, idB] });
  let calls = 0;
  const remainingMs = () => {
    calls += 1;
    return calls < 7 ? 900_000 : 5_000;
  };
  const error = (await rejection(run({ remainingMs }))) as unknown as IncompleteDay;
  assert.is(error.message, `not stored yet for 2026-11-22: ${idB} (the time of this invocation is used up)`);
  assert.equal(error.result.stored, [idA]);
  assert.equal((await run()).stored, [idB]);
});

test("an ended consent fails every playlist with one request", async () => {
  const tokens = memoryTokens({ refreshToken: "ended" });
  const { run } = extractor(context.world, { playlists: [idA, idB] }, tokens);
  const error = (await rejection(run())) as unknown as IncompleteDay;
  const reason = "consent ended, run npx playlake login (Spotify says invalid_grant)";
  assert.is(error.message, `not stored yet for 2026-11-22: ${idA}, ${idB} (${reason})`);
  assert.equal(
    error.failures.map(({ code }) => code),
    ["CONSENT_ENDED", "CONSENT_ENDED"],
  );
  assert.equal(requestsSince(context.world), [token]);
  assert.equal(tokens.token, { refreshToken: "ended" });
});

test("an accounts service that is down is asked only once per run", async () => {
  misbehave(({ path }) => (path === "/api/token" ? { status: 503 } : undefined));
  const { run } = extractor(context.world, { playlists: [idA, idB] });
  const error = (await rejection(run())) as unknown as IncompleteDay;
  const reason = "the access token: status 503, 5 times";
  assert.is(error.message, `not stored yet for 2026-11-22: ${idA}, ${idB} (${reason})`);
  assert.equal(requestsSince(context.world), Array(5).fill(token));
});

test("a login after the day was complete opens what was closed, once", async () => {
  misbehave(({ path }) => (path.includes(idB) ? { status: 404 } : undefined));
  const tokens = memoryTokens();
  const { run } = extractor(context.world, { playlists: [idA, idB, idC] }, tokens);
  assert.equal((await run()).stored, [idA]);
  assert.is((await run()).alreadyComplete, true);
  tokens.token = user;
  context.world.standIn.setMisbehave(undefined);
  const second = await run();
  assert.equal([second.stored, second.alreadyStored], [[idB], [idA]]);
  assert.equal(
    second.unavailable.map(({ playlistId }) => playlistId),
    [idC],
  );
  requestsSince(context.world);
  assert.is((await run()).alreadyComplete, true);
  assert.equal(requestsSince(context.world), []);
});

test("a stored playlist that is not found is asked for again after the others", async () => {
  context.library.playlists = [playlistOf(idA, 3), playlistOf(idB, 2)];
  const { run } = extractor(context.world, { playlists: [idA, idB, idC] });
  const notFound = (times: number) => {
    misbehave(inOrder(Array(times).fill({ status: 404 }), ({ path }) => path === `/v1/playlists/${idA}`));
    requestsSince(context.world);
  };
  assert.equal(
    (await run()).unavailable.map(({ playlistId }) => playlistId),
    [idC],
  );
  assert.equal(requestsSince(context.world), [token, ...[idA, idB, idC].flatMap(readShort)]);

  context.world.setNow("2026-11-23T06:00:00Z");
  notFound(1);
  const second = await run();
  assert.equal([second.stored, second.unavailable.length], [[idB, idA], 1]);
  assert.equal(requestsSince(context.world), [token, ...[idC, idA, idB, idA].flatMap(readShort)]);

  context.world.setNow("2026-11-24T06:00:00Z");
  notFound(2);
  const third = await run();
  assert.equal([third.stored, third.unavailable.map(({ playlistId }) => playlistId)], [[idB], [idC, idA]]);
});

test("from month 5 of a consent every run warns", async () => {
  context.world.setNow("2027-04-02T00:00:00Z");
  const { run } = extractor(context.world, { playlists: [idA] }, memoryTokens(user));
  const result = await run();
  assert.equal(result.warnings, ["Spotify's consent ends on 2027-05-01 (in 29 days): run npx playlake login."]);
  assert.is(result.consent?.daysLeft, 29);
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

test("missed days are reported once, by the next day's first run", async () => {
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
    `2026-11-23 was missed and cannot be recovered: ${idB}.`,
    `2026-11-24 was missed and cannot be recovered: ${idA}, ${idB}.`,
  ]);
  context.world.standIn.setMisbehave(undefined);
  assert.equal((await run()).missedDays, []);
  context.world.setNow("2026-11-26T06:00:00Z");
  assert.equal((await run()).missedDays, []);
});

test("a day without a scheduled run is missed only if a run left it incomplete", async () => {
  const mondays = (date: string) => new Date(date).getUTCDay() === 1;
  const { run } = extractor(context.world, { playlists: [idA], isRunDay: mondays });
  context.world.setNow("2026-11-23T06:00:00Z");
  await run();
  context.world.setNow("2026-11-30T06:00:00Z");
  assert.equal((await run()).missedDays, []);
  context.world.setNow("2026-12-09T06:00:00Z");
  misbehave(() => ({ status: 500 }));
  const missed = { snapshotDate: "2026-12-07", missing: [idA] };
  const byHand = (await rejection(run())) as unknown as IncompleteDay;
  assert.equal(byHand.result.missedDays, [missed]);
  context.world.standIn.setMisbehave(undefined);
  context.world.setNow("2026-12-14T06:00:00Z");
  assert.equal((await run()).missedDays, [{ snapshotDate: "2026-12-09", missing: [idA] }]);
});

test("a day whose runs were all killed is reported without what they stored", async () => {
  const { run, store } = extractor(context.world, { playlists: [idA, idB] });
  await run();
  context.world.setNow("2026-11-23T06:00:00Z");
  await run();
  store.objects.delete("state/days/2026-11-23.json");
  store.objects.delete(key("2026-11-23", idB));
  context.world.setNow("2026-11-24T06:00:00Z");
  const missedDays = [{ snapshotDate: "2026-11-23", missing: [idB] }];
  assert.equal((await run()).missedDays, missedDays);
  const told = context.world.log.filter((record) => (record as { event?: string }).event === "daysMissed");
  assert.equal(told, [{ event: "daysMissed", missedDays }]);
});

test.run();
