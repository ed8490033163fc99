import * as assert from "uvu/assert";
import { clientSuite } from "../support/spotify/clientSuite";
import { idA, idC, rejection } from "../support/spotify/world";
import type { Misbehaviour } from "../support/standin/misbehaviours";
import { burst, quota } from "../support/standin/misbehaviours";

const { test, context, client, wrongAnswers } = clientSuite("spotify/clientFailures");

test("a gone playlist is named with its status and likely cause", async () => {
  const error = await rejection(client().open(idC));
  const cause = "It was deleted, or it is private: then its owner must consent (run npx playlake login).";
  assert.is(error.message, `playlist ${idC}: 404. ${cause}`);
  assert.equal({ ...error }, { code: "UNAVAILABLE", reason: `404. ${cause}`, playlistId: idC, status: 404, cause });
});

test("a lapsed Premium counts as a refusal of the app", async () => {
  const message = "Active premium subscription required for the owner of the app.";
  wrongAnswers({ status: 403, body: JSON.stringify({ error: { status: 403, message } }) });
  const error = await rejection(client().open(idA));
  assert.equal({ ...error }, { code: "APP_REFUSED", reason: `Spotify refuses the app: ${message}`, status: 403 });
});

test("a market that Spotify refuses counts as a refusal of the app", async () => {
  wrongAnswers({ status: 400, body: '{"error":{"status":400,"message":"Invalid market code"}}' });
  const error = await rejection(client({ market: "ZZ" }).open(idA));
  const reason = "Spotify refuses the market ZZ: Invalid market code";
  assert.equal({ ...error }, { code: "APP_REFUSED", reason, status: 400 });
});

test("a 404 on a later page is a failed try, not a missing playlist", async () => {
  wrongAnswers(undefined, { status: 404 }, { status: 404 });
  const spotify = client();
  await spotify.page(idA, 0);
  const reason = "404 for its entries from 50: deleted or closed while it was read, or not served in full";
  assert.equal({ ...(await rejection(spotify.page(idA, 50))) }, { code: "UNEXPECTED", reason, status: 404 });
});

const repeated: [what: string, wrong: Misbehaviour[], sleeps: number[]][] = [
  ["a 500", [{ status: 500 }], [250]],
  [
    "four failures of all kinds",
    [{ status: 502 }, { cut: "before" }, { cut: "middle" }, { badJson: true }],
    [250, 500, 1000, 2000],
  ],
  ["a 503 that says how long", [{ status: 503, headers: { "retry-after": "7" } }], [7000]],
  ["a body that is not a playlist", [{ status: 200, body: "[]" }], [250]],
  ["a status that is neither 200 nor a refusal", [{ status: 204 }, { status: 300 }, { status: 201 }], [250, 500, 1000]],
  ["bursts", [burst(3), burst("soon"), burst(undefined), burst(30)], [3000, 2000, 2000, 30_000]],
];
for (const [what, wrong, sleeps] of repeated) {
  test(`repeats after ${what}`, async () => {
    wrongAnswers(...wrong);
    assert.is((await client().open(idA)).playlistId, idA);
    assert.equal(context.world.sleeps, sleeps);
  });
}

const refusals: [what: string, wrong: Misbehaviour[], expected: object][] = [
  ["5xx to the end", Array(5).fill({ status: 503 }), { code: "TRANSIENT", reason: "status 503, 5 times" }],
  [
    "bad JSON to the end",
    Array(5).fill({ badJson: true }),
    { code: "TRANSIENT", reason: "200 with a body that is not JSON, 5 times" },
  ],
  [
    "the quota, at once",
    [quota(48_925)],
    {
      code: "LIMITED",
      reason: "Spotify's quota is used up; no request before 2026-11-22T19:35:25.000Z",
      until: "2026-11-22T19:35:25.000Z",
      isQuota: true,
    },
  ],
  [
    "a long wait, at once",
    [burst(31)],
    {
      code: "LIMITED",
      reason: "Spotify limits the rate of requests; no request before 2026-11-22T06:00:31.000Z",
      until: "2026-11-22T06:00:31.000Z",
      isQuota: false,
    },
  ],
  [
    "bursts without end",
    Array(6).fill(burst(1)),
    {
      code: "LIMITED",
      reason: "Spotify limits the rate of requests; no request before 2026-11-22T06:00:06.000Z",
      until: "2026-11-22T06:00:06.000Z",
      isQuota: false,
    },
  ],
];
for (const [what, wrong, expected] of refusals) {
  test(`gives up on ${what}`, async () => {
    wrongAnswers(...wrong);
    const error = await rejection(client().open(idA));
    assert.equal({ ...error }, expected);
    assert.is(error.message, `playlist ${idA}: ${(expected as { reason: string }).reason}`);
    assert.is(context.world.standIn.requests.length, wrong.length + 1);
  });
}

test("reports a network error after five tries", async () => {
  wrongAnswers(...Array(5).fill({ cut: "before" }));
  const error = await rejection(client().open(idA));
  assert.is(error.code, "TRANSIENT");
  assert.match(error.message, /^playlist A{22}: network error \(.*socket hang up.*\), 5 times$/);
});

test("an answer that takes too long counts as a failure", async () => {
  wrongAnswers({ delayMs: 300 });
  await client({ timeoutMs: 60 }).open(idA);
  assert.equal(context.world.log, [
    { event: "retry", purpose: `playlist ${idA}`, failure: "no answer within 0.06 s", waitMs: 250 },
  ]);
});

test("stops cleanly when the invocation's time is used up", async () => {
  let remainingMs = 20_000;
  const spotify = client({ remainingMs: () => remainingMs });
  await spotify.open(idA);
  wrongAnswers(burst(11));
  const late = await rejection(spotify.open(idA));
  const reason = "the time of this invocation is used up";
  assert.is(late.message, `playlist ${idA}: ${reason}`);
  assert.equal({ ...late }, { code: "OUT_OF_TIME", reason });
  assert.equal(context.world.sleeps, []);
  remainingMs = 10_000;
  assert.is((await rejection(spotify.open(idA))).code, "OUT_OF_TIME");
  assert.is(spotify.requests(), 3);
});

test.run();
