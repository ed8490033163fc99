import * as assert from "uvu/assert";
import type { IncompleteDay } from "../../spotify/extract";
import { extractSuite, readShort, stateOf, token, user } from "../support/spotify/extractSuite";
import { extractor, idA, idB, memoryTokens, rejection, requestsSince } from "../support/spotify/world";
import { inOrder } from "../support/standin/misbehaviours";

const { test, context, again, misbehave } = extractSuite("spotify/consentEnded");

const reason = "consent ended, run npx playlake login (Spotify says invalid_grant)";
const failed = `not stored yet for 2026-11-22: ${idA} (${reason})`;
const invalidGrant = { status: 400, body: '{"error":"invalid_grant","error_description":"Refresh token revoked"}' };

/** Runs a day that must fail because consent ended; returns its requests. */
async function failingRun(run: () => Promise<unknown>): Promise<string[]> {
  const error = (await rejection(run())) as unknown as IncompleteDay;
  assert.is(error.message, failed);
  assert.equal(
    error.failures.map(({ code }) => code),
    ["CONSENT_ENDED"],
  );
  return requestsSince(context.world);
}

test("an ended consent is asked about once in 50 minutes, and the token stays", async () => {
  const ended = { refreshToken: "planted-ended-token", consentedAt: "2026-11-01T00:00:00.000Z" };
  const tokens = memoryTokens(ended);
  const { run, store } = extractor(context.world, { playlists: [idA] }, tokens);

  assert.equal(await failingRun(run), [token]);
  assert.equal(stateOf(store, "ended-consent.json"), {
    versionId: "version-1",
    refusedAt: "2026-11-22T06:00:00.000Z",
  });
  const others: [instant: string, requests: string[]][] = [
    ["2026-11-22T06:01:00Z", []],
    ["2026-11-22T06:03:00Z", []],
    ["2026-11-22T06:49:59Z", []],
    ["2026-11-22T06:50:00Z", [token]],
    ["2026-11-22T07:00:00Z", []],
    ["2026-11-22T07:40:00Z", [token]],
    // A clock that is behind, and one that was far ahead.
    ["2026-11-22T07:39:00Z", []],
    ["2026-11-22T05:00:00Z", [token]],
  ];
  for (const [instant, requests] of others) {
    context.world.setNow(instant);
    assert.equal(await failingRun(run), requests, instant);
  }
  assert.equal(tokens.token, ended);
  for (const [key, object] of store.objects) {
    assert.is(Buffer.from(object).toString().includes(ended.refreshToken), false, key);
  }
});

test("a new login is used at once", async () => {
  const tokens = memoryTokens({ refreshToken: "ended" });
  const { run } = extractor(context.world, { playlists: [idA] }, tokens);
  assert.equal(await failingRun(run), [token]);

  await tokens.write(user);

  assert.equal((await run()).stored, [idA]);
  assert.equal(requestsSince(context.world), [token, ...readShort(idA)]);
});

test("a mistaken refusal ends with the next request", async () => {
  misbehave(inOrder([invalidGrant], ({ path }) => path === "/api/token"));
  const { run } = extractor(context.world, { playlists: [idA] }, memoryTokens(user));
  assert.equal(await failingRun(run), [token]);
  assert.equal(await failingRun(run), []);
  context.world.setNow("2026-11-22T07:00:00Z");
  assert.equal((await run()).stored, [idA]);
});

test("if a rotated token was not stored, the recorded end is the stored one's", async () => {
  await again({ rotateRefreshTokens: true });
  const tokens = memoryTokens(user);
  const write = tokens.write;
  tokens.write = async () => {
    throw new Error("store closed");
  };
  const { run } = extractor(context.world, { playlists: [idA] }, tokens);
  await run();
  context.world.setNow("2026-11-23T06:00:00Z");
  requestsSince(context.world);
  const next = (await rejection(run())) as unknown as IncompleteDay;
  assert.is(next.message, `not stored yet for 2026-11-23: ${idA} (${reason})`);
  await rejection(run());
  assert.equal(requestsSince(context.world), [token]);
  tokens.write = write;
});

test("a store without versions, or one that fails, costs a request a run", async () => {
  const { run, store } = extractor(context.world, { playlists: [idA] }, memoryTokens({ refreshToken: "ended" }));
  const put = store.put;
  store.put = async (key, ...rest) => {
    if (key === "state/ended-consent.json") throw new Error("no space");
    return put(key, ...rest);
  };
  assert.equal([await failingRun(run), await failingRun(run)], [[token], [token]]);
  const notRemembered = { event: "endedConsentNotRemembered", reason: "no space" };
  const events = context.world.log.filter((record) => (record as { event?: string }).event === notRemembered.event);
  assert.equal(events, [notRemembered, notRemembered]);

  const unversioned = { read: async () => ({ refreshToken: "ended" }), write: async () => undefined };
  const other = extractor(context.world, { playlists: [idA] }, { ...unversioned, token: undefined });
  assert.equal([await failingRun(other.run), await failingRun(other.run)], [[token], [token]]);
  assert.is(other.store.objects.has("state/ended-consent.json"), false);
});

test("from month 5 on every run warns, whether it makes requests or not", async () => {
  const { run } = extractor(context.world, { playlists: [idA, idB] }, memoryTokens(user));
  const cases: [instant: string, daysLeft: number, warnings: string[]][] = [
    ["2027-03-31T23:59:59Z", 30, []],
    ["2027-04-01T00:00:00Z", 30, ["Spotify's consent ends on 2027-05-01 (in 30 days): run npx playlake login."]],
    ["2027-04-29T06:00:00Z", 1, ["Spotify's consent ends on 2027-05-01 (in 1 day): run npx playlake login."]],
    ["2027-04-30T06:00:00Z", 0, ["Spotify's consent ends on 2027-05-01 (in 0 days): run npx playlake login."]],
  ];
  for (const [instant, daysLeft, expected] of cases) {
    context.world.setNow(instant);
    const { consent, warnings } = await run();
    const consentWarnings = warnings.filter((warning) => warning.includes("consent"));
    assert.equal([consent?.daysLeft, consentWarnings], [daysLeft, expected], instant);
    const complete = await run();
    assert.equal([complete.alreadyComplete, complete.consent, complete.warnings], [true, consent, expected]);
  }

  const limited = extractor(context.world, { playlists: [idA] }, memoryTokens(user));
  const limit = { until: "2027-05-02T00:00:00.000Z", isQuota: true };
  limited.store.objects.set("state/limit.json", Buffer.from(JSON.stringify(limit)));
  requestsSince(context.world);
  const { result } = (await rejection(limited.run())) as unknown as IncompleteDay;
  assert.equal(result.warnings, cases.at(-1)![2]);
  assert.equal(requestsSince(context.world), []);
});

test("there is no warning if the time of consent is not known", async () => {
  context.world.setNow("2027-04-29T06:00:00Z");
  const { run } = extractor(context.world, { playlists: [idA] }, memoryTokens({ refreshToken: user.refreshToken }));
  const first = await run();
  const complete = await run();
  assert.equal([first.consent, first.warnings], [undefined, []]);
  assert.equal([complete.consent, complete.warnings], [undefined, []]);
});

test("a token that cannot be read fails what needs it, and nothing else", async () => {
  const tokens = memoryTokens(user);
  const { run, store } = extractor(context.world, { playlists: [idA] }, tokens);
  await run();
  tokens.read = async () => {
    throw new Error("secret closed");
  };
  assert.is((await run()).alreadyComplete, true);
  context.world.setNow("2026-11-23T06:00:00Z");
  const error = (await rejection(run())) as unknown as IncompleteDay;
  assert.is(error.message, `not stored yet for 2026-11-23: ${idA} (secret closed)`);
  assert.is((stateOf(store, "days/2026-11-23.json") as { isComplete: boolean }).isComplete, false);
});

test.run();
