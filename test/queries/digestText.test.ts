import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Change } from "../../queries/digest";
import { digestText } from "../../queries/digestText";

const test = suite("queries/digestText");

/** A change of the list "Morning". */
function changed(change: Change["change"], name: string | null, more: Partial<Change> = {}): Change {
  return {
    ...{ playlist: "Morning", playlist_id: "a", change, snapshot_date: "2026-11-18", last_date: "2026-11-20" },
    ...{ item_type: "track", name, first_artist_or_show: "Ana", item_key: name === null ? null : `key of ${name}` },
    ...{ other_release: null, other_album: null },
    ...more,
  };
}

test("a digest names what vanished first, then what came and went in each list", () => {
  const other = { other_release: "3cEYpjA9oz9GiPac4AsH4n", other_album: "Best of" };
  const evening = { playlist: null, playlist_id: "b" };

  const { subject, body } = digestText([
    changed("lost", "One", other),
    changed("lost", null),
    changed("came", "Two", { snapshot_date: "2026-11-19" }),
    changed("went", null),
    changed("back", "Three", { first_artist_or_show: null }),
    changed("came", "Four", evening),
    changed("came", "Four", evening),
    changed("lost", "Five", { ...evening, other_release: "spotify:track:x" }),
  ]);

  assert.is(subject, "Playlake: 3 songs vanished, 3 came, 1 went, 1 can be played again");
  assert.is(
    body,
    `What changed in 2 playlists, as stored from 2026-11-18 to 2026-11-19.

3 songs vanished: they are still in their lists, but Spotify no longer plays them.

Morning
  x One by Ana (2026-11-18)
    another release: https://open.spotify.com/track/3cEYpjA9oz9GiPac4AsH4n (Best of)
  x a song whose name is not known: one of those that went that day (2026-11-18)

b
  x Five by Ana (2026-11-18)
    another release: spotify:track:x

Morning: 1 came, 1 went, 1 can be played again
  + Two by Ana (2026-11-19)
  - an entry that is unavailable (2026-11-18)
  = Three (2026-11-18)

b: 2 came
  + Four by Ana (2026-11-18, 2 copies)
`,
  );
});

test("days are left out of the lines if all changes have the same", () => {
  const { subject, body } = digestText([changed("lost", "One"), changed("went", null, { item_key: "k" })]);

  assert.is(subject, "Playlake: 1 song vanished, 1 went");
  assert.is(
    body,
    `What changed in 1 playlist, as stored on 2026-11-18.

1 song vanished: it is still in its list, but Spotify no longer plays it.

Morning
  x One by Ana

Morning: 1 went
  - a song that Spotify no longer names: k
`,
  );
});

test("a list of names ends after a hundred, and a name is short and on one line", () => {
  const names = ["🎵".repeat(300), "🎵".repeat(200), "a\u0000\u2028b\u202e\uffff"];
  const many = Array.from({ length: 112 }, (_, i) => changed("came", names[i] ?? `Song ${i}`));

  const lines = digestText(many).body.split("\n");

  assert.equal(lines.slice(3, 6), [
    `  + ${"🎵".repeat(200)}... by Ana`,
    `  + ${"🎵".repeat(200)} by Ana`,
    "  + a b  by Ana",
  ]);
  assert.equal(lines.slice(101), ["  + Song 98 by Ana", "  + Song 99 by Ana", "  and 12 more", ""]);
});

test("any digest is within SNS's limits", () => {
  const name = fc.option(fc.string({ unit: "binary", maxLength: 400 }), { nil: null });
  const change = fc.record({
    change: fc.constantFrom("lost", "back", "came", "went"),
    name,
    first_artist_or_show: name,
    playlist: name,
    playlist_id: fc.nat({ max: 50 }).map(String),
    other_release: name,
    other_album: name,
  });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 100 }), fc.integer({ min: 1, max: 60 }), (some, times) => {
      const changes = Array.from({ length: times }, (_, i) =>
        some.map((one) =>
          changed(one.change, one.name, { ...one, playlist_id: `${one.playlist_id} ${i}` } as Partial<Change>),
        ),
      ).flat();
      const { subject, body } = digestText(changes);
      assert.match(subject, /^[!-~][ -~]{0,98}$/);
      assert.ok(Buffer.byteLength(body) <= 262_144 && body.length > 0);
      assert.not.match(body, /[^\P{Cc}\n]|[\u2028\u2029\ufffe\uffff]/u);
    }),
    { numRuns: 20 },
  );
});

test("a digest that is too long says so", () => {
  const changes = Array.from({ length: 3000 }, (_, i) =>
    changed("came", `${i} ${"x".repeat(150)}`, { playlist_id: String(Math.floor(i / 10)) }),
  );
  const { body } = digestText(changes);
  assert.ok(body.endsWith("\n\nThis is not all: a mail holds no more. npx playlake digest shows the rest.\n"));
  assert.ok(Buffer.byteLength(body) > 240_000);
});

test.run();
