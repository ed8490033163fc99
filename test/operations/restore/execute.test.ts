import { suite } from "uvu";
import * as assert from "uvu/assert";
import { idFrom } from "../../../standin/library";
import {
  inPlace,
  into,
  listA,
  newList,
  requestsOf,
  song,
  songs,
  uri,
  withWorld,
  writing,
} from "../../support/operations/restoreJobs";
import { Killed, urisOf } from "../../support/operations/restoreWorld";
import { idA, rejection } from "../../support/spotify/world";
import type { Misbehaviour } from "../../support/standin/misbehaviours";
import { inOrder, quota } from "../../support/standin/misbehaviours";

const test = suite("operations/restore/execute");

test("a new list is private, is written 100 URIs a request, and is read back", () =>
  withWorld(async (world) => {
    const old = [...songs(230), song("song 3")];

    const { playlistId, target } = await world.restore(newList(old));

    assert.equal(requestsOf(world), { writes: ["POST playlists 201", ...Array(3).fill("POST items 201")], reads: 5 });
    const made = world.library.current(playlistId)!;
    assert.equal(
      urisOf(made),
      old.map((one) => one.uri),
    );
    assert.equal(target.losses, []);
    const fields = Object.fromEntries(made.fields.map(([name, json]) => [name, JSON.parse(json)]));
    assert.equal([fields.name, fields.public], [into.name, false]);
    assert.match(fields.description, /^As of 2026-11-01 \(restore [0-9a-f]{12}\)$/);
  }));

test("an app of the older generation writes to /tracks", () =>
  withWorld(
    async (world) => {
      await world.restore(newList(songs(120)));
      const { writes } = requestsOf(world);
      assert.equal(writes, ["POST playlists 201", "POST items 404", "POST tracks 201", "POST tracks 201"]);
    },
    { generation: "tracks" },
  ));

const lost: [what: string, Misbehaviour, writes: string[]][] = [
  ["a 502 after the entries were added", { status: 502, isApplied: true }, ["POST items 502"]],
  ["an answer that is cut off", { cut: "middle" }, ["POST items 201"]],
  ["a 502 before they were added", { status: 502 }, ["POST items 502", "POST items 201"]],
  ["a connection that ends before the answer", { cut: "before", isApplied: true }, ["POST items 201"]],
  ["a 429", { status: 429 }, ["POST items 429", "POST items 201"]],
  ["a 401", { status: 401 }, ["POST items 401", "POST items 201"]],
];

for (const [what, misbehaviour, writes] of lost) {
  test(`entries are added once: ${what}`, () =>
    withWorld(
      async (world) => {
        const job = inPlace(songs(3), []);
        writing("POST", misbehaviour)(world);
        await world.restore(job);
        assert.equal(
          urisOf(world.library.current(idA)),
          songs(3).map((one) => one.uri),
        );
        assert.equal(requestsOf(world).writes, writes);
      },
      {},
      [listA([])],
    ));
}

for (const [what, misbehaviour, creations] of [
  ["the answer is lost", { cut: "middle" }, 1],
  ["a 502 comes although it was made", { status: 502, isApplied: true }, 1],
  ["it was not made", { status: 503 }, 2],
] as const) {
  test(`the new playlist is made once: ${what}`, () =>
    withWorld(
      async (world) => {
        writing("POST", misbehaviour)(world);
        const { playlistId } = await world.restore(newList(songs(2)));
        const made = world.library.playlistsAt(new Date(world.effects.now() + 60_000));
        assert.equal(
          made.map(({ id }) => id),
          [playlistId],
        );
        const { writes } = requestsOf(world);
        assert.is(writes.filter((write) => write.startsWith("POST playlists")).length, creations);
      },
      { lateness: () => ({ contentsMs: 20_000, snapshotIdMs: 29_000 }) },
    ));
}

test("killed before the new playlist's id was stored, the next run finds it", () =>
  withWorld(async (world) => {
    const job = newList(songs(2));
    const error = await rejection(world.restore(job, { at: 2, isSent: true }));
    assert.ok(error instanceof Killed);
    assert.is(world.record?.playlistId, undefined);

    const { playlistId } = await world.restore(job);

    assert.equal(
      world.library.playlistsAt(new Date(world.effects.now())).map(({ id }) => id),
      [playlistId],
    );
    assert.equal(
      urisOf(world.library.current(playlistId)),
      songs(2).map((one) => one.uri),
    );
  }));

test("a new playlist that writes do not find yet is waited for", () =>
  withWorld(async (world) => {
    world.standIn.setMisbehave(inOrder([{ status: 404 }, { status: 404 }], ({ path }) => path.includes("/playlists/")));
    const { playlistId } = await world.restore(newList(songs(2)));
    assert.equal(urisOf(world.library.current(playlistId)).length, 2);
    assert.equal(requestsOf(world).writes, [
      ...["POST playlists 201", "POST items 404", "POST tracks 404", "POST items 201"],
    ]);
    assert.equal(world.sleeps, [8000]);
  }));

test("a playlist that Spotify lists without its description is found by its name", () =>
  withWorld(async (world) => {
    const job = newList(songs(2));
    await rejection(world.restore(job, { at: 2, isSent: true }));
    const alter = (right: string) => right.replace(/"description":"[^"]*"/, '"description":null');
    world.standIn.setMisbehave(({ path }) => (path === "/v1/me/playlists" ? { alter } : undefined));

    const { playlistId } = await world.restore(job);

    assert.equal(
      world.library.playlistsAt(new Date(world.effects.now())).map(({ id }) => id),
      [playlistId],
    );
  }));

test("reads that are late are waited for, with one request each time", () =>
  withWorld(
    async (world) => {
      const names = songs(230).map(({ name }) => name);
      await world.restore(inPlace(songs(230), names.slice(1)));
      assert.equal(world.sleeps, [500, 1000, 2000, 4000, 8000, 8000]);
      // A whole read takes three pages between two openings.
      assert.is(requestsOf(world).reads, 5 + 6 + 5);
    },
    { lateness: () => ({ contentsMs: 20_000, snapshotIdMs: 60_000 }) },
    [listA(songs(229).map((_, number) => `song ${number + 1}`))],
  ));

test("what Spotify refuses is found by halves, and replaced if wanted", () =>
  withWorld(async (world) => {
    const old = [...songs(60), song("dead"), ...songs(20)];
    const other = { ...song("again"), album: "Best Of", lastDay: "2026-11-20" };
    const others = new Map([[uri("dead"), other]]);

    const plain = await world.restore({ ...newList(old), others });
    const substituted = await world.restore({ ...newList(old), others, substitutes: true });

    const without = old.filter((one) => one.name !== "dead").map((one) => one.uri);
    assert.equal(urisOf(world.library.current(plain.playlistId)), without);
    assert.equal(plain.target.losses, [{ entry: song("dead"), reason: "refused", other }]);
    const replaced = old.map((one) => (one.name === "dead" ? other.uri : one.uri));
    assert.equal(urisOf(world.library.current(substituted.playlistId)), replaced);
    assert.equal(substituted.target.losses, []);
  }));

test("a list that was changed since it was shown is not written", () =>
  withWorld(
    async (world) => {
      const error = await rejection(world.restore(inPlace(songs(3), ["song 0", "song 1"])));
      const said = `playlist ${idA}: it was changed since the difference was shown; nothing was written`;
      assert.is(error.message, said);
      assert.equal(requestsOf(world).writes, []);
    },
    {},
    [listA(["song 0", "other"])],
  ));

test("someone else's edit is noticed by the snapshot id, and the list is exact", () =>
  withWorld(
    async (world) => {
      const now = ["song 2", "song 1", "song 0", "gone"];
      const edit = () => world.library.edit(idA, { kind: "add", uris: [uri("meanwhile")], position: 0 });
      writing("DELETE", { act: edit })(world);
      await world.restore(inPlace(songs(3), now));
      assert.equal(
        urisOf(world.library.current(idA)),
        songs(3).map((one) => one.uri),
      );
      assert.is(requestsOf(world).writes[0], "DELETE items 400");
    },
    {},
    [listA(["song 2", "song 1", "song 0", "gone"])],
  ));

test("someone else's playlist is refused after a few requests", () =>
  withWorld(
    async (world) => {
      const error = await rejection(world.restore(inPlace(songs(150), [])));
      assert.is(
        error.message,
        `add in playlist ${idA}: Spotify refuses it (403 You cannot change a playlist you don't own.)`,
      );
      const { writes } = requestsOf(world);
      assert.ok(writes.length < 60, `${writes.length} requests`);
    },
    {},
    [listA([], "someone else")],
  ));

test("a used up quota ends the run, and the next one goes on", () =>
  withWorld(async (world) => {
    const job = newList(songs(150));
    world.standIn.setMisbehave(inOrder([undefined, undefined, quota(3600)], ({ method }) => method === "POST"));
    const error = await rejection(world.restore(job));
    assert.is(error.code, "LIMITED");

    world.setNow("2026-11-22T08:00:00Z");
    const { playlistId } = await world.restore(job);

    assert.equal(
      urisOf(world.library.current(playlistId)),
      songs(150).map((one) => one.uri),
    );
    assert.is(world.record, undefined);
  }));

test("an unfinished restore whose playlist is gone does not bind the next one", () =>
  withWorld(async (world) => {
    world.record = {
      marker: "m",
      startedAt: "2026-11-01T00:00:00Z",
      playlistId: idFrom("gone"),
      madeMs: 1,
      refused: [],
    };
    const job = newList(songs(1));
    assert.is((await rejection(world.restore(job))).code, "UNAVAILABLE");
    const { playlistId } = await world.restore(job);
    assert.equal(
      urisOf(world.library.current(playlistId)),
      songs(1).map((one) => one.uri),
    );
  }));

test.run();
