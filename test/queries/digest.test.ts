import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type DigestRow, type DigestState, newsOf, sinceOf, stateAfter } from "../../queries/digest";

const test = suite("queries/digest");

const stateOf = (playlists: Record<string, string>): DigestState => ({ playlists });

/** A row of a playlist: what came on a day, or that nothing changed. */
function row(playlist_id: string, snapshot_date: string | null, last_date = snapshot_date ?? ""): DigestRow {
  const change = snapshot_date === null ? null : "came";
  const unknown = {
    item_type: null,
    first_artist_or_show: null,
    item_key: null,
    other_release: null,
    other_album: null,
  };
  return { playlist: "A list", change, snapshot_date, name: "A song", playlist_id, last_date, ...unknown };
}

test("the first digest looks back a week, later ones to the earliest covered day", () => {
  const cases: [DigestState, string][] = [
    [stateOf({}), "2026-10-26"],
    [stateOf({ a: "2026-10-30" }), "2026-10-30"],
    [stateOf({ a: "2026-10-30", b: "2026-10-29", c: "2026-11-01" }), "2026-10-29"],
  ];
  for (const [state, since] of cases) assert.is(sinceOf(state, "2026-11-02"), since);
});

test("only what is after a playlist's covered day is news", () => {
  const rows = [
    row("a", "2026-11-01"),
    row("a", "2026-11-02"),
    row("b", "2026-11-01"),
    row("quiet", null, "2026-11-02"),
    row("new", "2026-11-01"),
  ];

  const news = newsOf(rows, stateOf({ a: "2026-11-01", b: "2026-11-01", quiet: "2026-10-20" }));

  assert.equal(
    news.map(({ playlist_id, snapshot_date }) => `${playlist_id} ${snapshot_date}`),
    ["a 2026-11-02", "new 2026-11-01"],
  );
});

test("a playlist's last stored day is covered, and never goes back", () => {
  const rows = [row("b", null, "2026-11-02"), row("a", "2026-10-30", "2026-11-01"), row("c", null, "2026-10-28")];

  const after = stateAfter(rows, stateOf({ c: "2026-10-30", gone: "2026-10-03", longGone: "2026-10-01" }));

  assert.equal(after, stateOf({ a: "2026-11-01", b: "2026-11-02", c: "2026-10-30", gone: "2026-10-03" }));
  assert.is(
    JSON.stringify(after),
    JSON.stringify({ playlists: { a: "2026-11-01", b: "2026-11-02", c: "2026-10-30", gone: "2026-10-03" } }),
  );
});

test("a lake without a stored day changes nothing", () => {
  assert.equal(stateAfter([], stateOf({})), stateOf({}));
  assert.equal(stateAfter([], stateOf({ a: "2026-11-01" })), stateOf({ a: "2026-11-01" }));
});

test.run();
