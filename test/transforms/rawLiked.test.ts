import { suite } from "uvu";
import * as assert from "uvu/assert";
import { title } from "../support/title";
import { column, line, refusal, rowsOf, runOne, track } from "../support/transforms/transformed";

const test = suite("transforms/rawLiked");

const [first, second, third] = ["06:00:01", "06:00:02", "06:00:03"].map((time) => `2026-11-22T${time}Z`);
const user = { type: "user", id: "ann", display_name: "Ann", images: [{ url: "https://face" }] };
const saved = (id: string, addedAt: string) => ({ added_at: addedAt, track: track(id) });
const liked = (offset: number, total: number, ...ids: string[]) => ({
  href: `https://api.spotify.com/v1/me/tracks?offset=${offset}`,
  items: ids.map((id) => saved(id, `2026-01-0${9 - Number(id.slice(1))}T00:00:00Z`)),
  offset,
  total,
});
const likedFile = (...pages: unknown[]) => [line(user, first), ...pages.map((body) => line(body, second))].join("");

test("liked songs are the playlist `liked` of the user", async () => {
  const pages = [liked(0, 3, "t0", "t1"), liked(2, 3, "t2")];
  const raw = likedFile(...pages) + line(pages[0], third);
  const tables = await runOne(raw, "liked.jsonl.gz", { isStored: true });
  assert.equal(column(tables, "playlist_items", "position"), ["0", "1", "2"]);
  assert.equal(column(tables, "playlist_items", "item_key"), ["t0", "t1", "t2"]);
  assert.equal(column(tables, "playlist_items", "added_by_id"), ["", "", ""]);
  assert.equal(rowsOf(tables, "playlists"), [
    ["liked", "Liked Songs", "", "ann", "Ann", "", "", "", "3", "", "", first, second, "true"],
  ]);
});

const likedCases: [what: string, pages: unknown[], entries: number, cell: string][] = [
  ["another total at the end", [liked(0, 2, "t1", "t2"), liked(0, 3, "t1", "t2")], 2, "false"],
  ["another song on top at the end", [liked(0, 2, "t1", "t2"), liked(0, 2, "t0", "t1")], 2, "false"],
  ["no closing page", [liked(0, 3, "t0", "t1"), liked(2, 3, "t2")], 3, ""],
  ["one page that holds all", [liked(0, 2, "t0", "t1")], 2, "true"],
  ["one page of several", [liked(0, 9, "t0", "t1")], 2, ""],
  ["no songs", [liked(0, 0), liked(0, 0)], 0, "true"],
];

for (const [what, pages, entries, cell] of likedCases) {
  test(`is_consistent is ${JSON.stringify(cell)} for liked songs with ${what}`, async () => {
    const tables = await runOne(likedFile(...pages), "liked.jsonl.gz");
    assert.is(tables.entries, entries);
    assert.equal(column(tables, "playlists", "is_consistent"), [cell]);
  });
}

test("the popularity of a liked song can differ on the closing page", async () => {
  const [opening, closing] = [5, 6].map((popularity) => ({
    ...liked(0, 1),
    items: [{ track: track("t0", { popularity }) }],
  }));
  const tables = await runOne(likedFile(opening, closing), "liked.jsonl.gz");
  assert.equal(column(tables, "playlists", "is_consistent"), ["true"]);
});

const refusedLiked: [file: string, message: string][] = [
  [likedFile(user), 'found an object of type "user" in line 2; expected a page of liked songs'],
  [likedFile(liked(0, 0), liked(0, 0), liked(0, 0)), "found more in line 4; expected nothing after the closing page"],
];

for (const [file, message] of refusedLiked) {
  test(title(`refuses: ${message}`), async () => {
    assert.equal(await refusal(file, "x"), { code: "INVALID_RAW", message: `x: ${message}` });
  });
}

test.run();
