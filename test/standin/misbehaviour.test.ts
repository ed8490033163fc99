import { suite } from "uvu";
import * as assert from "uvu/assert";
import { randomFrom } from "../support/random";
import { changingLibrary, idA, idB, playlistOf, startWorld } from "../support/spotify/world";
import { misbehaveBySeed } from "../support/standin/misbehaviourBySeed";
import type { Misbehave, Misbehaviour } from "../support/standin/misbehaviours";
import { closedPlaylists, firstOf, inOrder, tokenMissing } from "../support/standin/misbehaviours";

const test = suite("standin/misbehaviour");

function ask(misbehave: Misbehave, path: string, number = 1): Misbehaviour | undefined {
  return misbehave({ number, method: "GET", path, query: new URLSearchParams(), headers: {} });
}

test("a closed playlist has no contents, a deleted one is 404", () => {
  const closed = closedPlaylists(
    new Map([
      [idA, 404],
      [idB, 403],
    ]),
  );
  const paths = [idA, `${idA}/items`, idB, `${idB}/items`, `${idB}/tracks`, "C".repeat(22)];
  assert.equal(
    paths.map((path) => ask(closed, `/v1/playlists/${path}`)?.status),
    [404, 404, undefined, 403, 403, undefined],
  );
  assert.is(ask(closed, "/v1/me/playlists"), undefined);
});

test("the first applicable misbehaviour decides", () => {
  const both = firstOf(inOrder([undefined, { status: 500 }]), inOrder([{ status: 502 }, { status: 503 }]));
  assert.equal(
    [1, 2, 3, 4].map((number) => ask(both, "/v1/x", number)?.status),
    [502, 500, 503, undefined],
  );
});

test("a slow answer is preceded by a 103 with its time", async () => {
  const { request } = await import("node:http");
  const world = await startWorld({ library: changingLibrary([playlistOf(idA, 1)]) });
  try {
    world.standIn.setMisbehave(inOrder([{ passMs: 31_000, ...tokenMissing() }]));
    const received: unknown[] = [];
    const status = await new Promise((resolve, reject) => {
      const asked = request(`${world.apiUrl}/playlists/${idA}`, (response) => {
        response.resume().on("end", () => resolve(response.statusCode));
      });
      asked.on("information", ({ statusCode, headers }) => received.push([statusCode, headers["playlake-passed-ms"]]));
      asked.on("error", reject).end();
    });
    assert.equal([received, status], [[[103, "31000"]], 401]);
  } finally {
    await world.close();
  }
});

/** What a seed does to a thousand requests, one per second. */
function thousand(seed: number, path: string) {
  let nowMs = Date.parse("2026-11-22T06:00:00Z");
  const acts: string[] = [];
  const seeded = misbehaveBySeed({
    random: randomFrom(seed),
    severity: () => 0.5,
    nowMs: () => nowMs,
    edit: () => acts.push("edit"),
    closePlaylist: (playlistId) => acts.push(`close ${playlistId}`),
    expireAccessTokens: () => acts.push("expire"),
  });
  const wrongs = Array.from({ length: 1000 }, (_, index) => {
    nowMs += 1000;
    const wrong = ask(seeded.misbehave, path, index);
    wrong?.act?.();
    return wrong;
  });
  return { wrongs, acts, seeded, at: () => nowMs };
}

test("the same seed gives the same schedule, another seed a different one", () => {
  const texts = [7, 7, 8].map((seed) => JSON.stringify(thousand(seed, `/v1/playlists/${idA}`)));
  assert.is(texts[0], texts[1]);
  assert.is.not(texts[0], texts[2]);
});

test("some seeds together produce every known misbehaviour", () => {
  const all = Array.from({ length: 20 }, (_, seed) => thousand(seed, `/v1/playlists/${idA}/items`));
  const wrongs = all.flatMap((one) => one.wrongs).filter((wrong) => wrong !== undefined);
  const statuses = new Set(wrongs.map(({ status }) => status));
  assert.equal(
    [...statuses].sort((a, b) => (a ?? 0) - (b ?? 0)),
    [200, 401, 408, 429, 500, 502, 503, 504, undefined],
  );
  const limits = wrongs.filter(({ status }) => status === 429);
  for (const isQuota of [true, false]) {
    const asked = limits.filter(({ body }) => (body?.includes("QUOTA_EXCEEDED") ?? false) === isQuota);
    const headers = asked.map(({ headers: of }) => of?.["retry-after"]);
    assert.ok(headers.includes(undefined), "no Retry-After");
    assert.ok(
      headers.some((header) => /^[a-z]/.test(header ?? "")),
      "a Retry-After that is not a number",
    );
    assert.ok(
      headers.some((header) => Number(header) > 0),
      "seconds",
    );
    if (!isQuota) assert.ok(headers.some((header) => header?.endsWith(" GMT")));
  }
  for (const cut of ["before", "middle"]) assert.ok(wrongs.some((wrong) => wrong.cut === cut));
  assert.ok(wrongs.some(({ badJson }) => badJson === true));
  for (const least of [1, 30_000]) assert.ok(wrongs.some(({ passMs = 0 }) => passMs > least));
  assert.equal([...new Set(all.flatMap(({ acts }) => acts))].sort(), [`close ${idA}`, "edit", "expire"]);
});

test("no answer with a token is lost and none refuses the app", () => {
  const wrongs = Array.from({ length: 20 }, (_, seed) => thousand(seed, "/api/token").wrongs).flat();
  assert.ok(wrongs.some((wrong) => wrong?.status === 500));
  for (const wrong of wrongs) {
    assert.not(wrong?.badJson === true || wrong?.cut === "middle" || wrong?.passMs !== undefined);
    assert.is.not(wrong?.status, 401);
  }
});

test.run();
