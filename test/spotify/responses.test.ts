import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { contentsIdOf, embeddedPaging, isListPage, isPageOf, isPlaylist, isUser } from "../../spotify/responses";
import { makeForms } from "../../transforms/forms";

const test = suite("spotify/responses");
const idA = "AAAAAAAAAAAAAAAAAAAAAA";
const idB = "BBBBBBBBBBBBBBBBBBBBBB";
const page = { items: [{ added_at: null, item: null }], limit: 50, offset: 50, total: 51 };
const hrefOf = (path: string) => `https://api.spotify.com/v1/${path}?offset=50&limit=50`;

const playlists: [what: string, json: unknown, isGood: boolean][] = [
  ["a playlist", { id: idA, type: "playlist" }, true],
  ["one without a type", { id: idA, items: { total: 3 } }, true],
  ["another id", { id: idB, type: "playlist" }, false],
  ["another type", { id: idA, type: "album" }, false],
  ["no id", { type: "playlist" }, false],
  ["an empty object", {}, false],
  ["null", null, false],
  ["an array", [{ id: idA }], false],
];
for (const [what, json, isGood] of playlists) {
  test(`${isGood ? "takes" : "refuses"} as the playlist: ${what}`, () => assert.is(isPlaylist(json, idA), isGood));
}

const pages: [what: string, json: unknown, isGood: boolean][] = [
  ["a page", page, true],
  ["a page of this playlist", { ...page, href: hrefOf(`playlists/${idA}/items`) }, true],
  ["a page by its owner's address", { ...page, href: hrefOf(`users/x/playlists/${idA}/tracks`) }, true],
  ["null entries", { ...page, items: [null, null] }, true],
  ["entries that are items", { ...page, items: [{ type: "track" }, { type: "episode" }] }, true],
  ["another playlist's page", { ...page, href: hrefOf(`playlists/${idB}/items`) }, false],
  ["a page of Liked Songs", { ...page, href: hrefOf("me/tracks") }, false],
  ["another offset", { ...page, offset: 0 }, false],
  ["no offset", { items: page.items, total: 51 }, false],
  ["playlists", { ...page, items: [{ type: "playlist", id: idA }] }, false],
  ["listed playlists without a type", { ...page, items: [{ snapshot_id: "x" }] }, false],
  ["artists", { ...page, items: [{ type: "artist" }] }, false],
  ["a playlist", { ...page, id: idA }, false],
  ["items that are not a list", { ...page, items: {} }, false],
  ["an error", { error: { status: 502 } }, false],
];
for (const [what, json, isGood] of pages) {
  test(`${isGood ? "takes" : "refuses"} as the page at 50: ${what}`, () => {
    assert.is(isPageOf(`playlists/${idA}`, json, 50), isGood);
  });
}

test("a page at 0 can come without its offset", () => {
  assert.is(isPageOf(`playlists/${idA}`, { items: [] }, 0), true);
});

test("Liked Songs are not taken from a playlist's page", () => {
  assert.is(isPageOf("me/tracks", { ...page, href: hrefOf("me/tracks") }, 50), true);
  assert.is(isPageOf("me/tracks", { ...page, href: hrefOf(`playlists/${idA}/items`) }, 50), false);
});

const lists: [what: string, json: unknown, isGood: boolean][] = [
  ["playlists and null", { items: [null, { id: idA, type: "playlist" }], offset: 0 }, true],
  ["no offset", { items: [{ id: idA }] }, true],
  ["another offset", { items: [], offset: 50 }, false],
  ["albums", { items: [{ type: "album" }], offset: 0 }, false],
  ["entries of a text", { items: ["x"], offset: 0 }, false],
];
for (const [what, json, isGood] of lists) {
  test(`${isGood ? "takes" : "refuses"} as the user's list: ${what}`, () => assert.is(isListPage(json, 0), isGood));
}

test("the user is an object of that type with an id", () => {
  const jsons = [
    { type: "user", id: "maren" },
    { type: "user", id: "" },
    { type: "artist", id: "x" },
    { id: "x" },
    null,
  ];
  assert.equal(jsons.map(isUser), [true, false, false, false, false]);
});

test("the transformer accepts each stored page, and takes no page for a playlist", () => {
  const forms = makeForms();
  const members = fc.record(
    {
      id: fc.constantFrom(idA, "x"),
      type: fc.constantFrom("playlist", "track"),
      name: fc.string(),
      href: fc.webUrl(),
      offset: fc.constantFrom<unknown>(50, 0, null, "50"),
      total: fc.constantFrom<unknown>(51, -1, null),
      items: fc.oneof(fc.array(fc.anything({ withNullPrototype: false, maxDepth: 2 })), fc.constant({})),
      snapshot_id: fc.string(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(members, (json) => {
      if (isPageOf(`playlists/${idA}`, json, 50)) assert.ok(forms.page(json) !== undefined);
      if (isPlaylist(json, idA)) assert.ok(forms.isPlaylist(json));
    }),
  );
});

const embedded = (contents: object) => ({ id: idA, ...contents });
const entries = (count: number) => Array(count).fill(null);
const pagings: [what: string, playlist: object, nextOffset: number | undefined | null][] = [
  ["all of it", embedded({ items: { items: entries(3), limit: 100, offset: 0, total: 3 } }), undefined],
  ["none of none", embedded({ items: { items: [], limit: 100, offset: 0, total: 0 } }), undefined],
  ["the first 100", embedded({ tracks: { items: entries(100), limit: 100, offset: 0, total: 101 } }), 100],
  [
    "the older shape beside a count",
    embedded({ items: { total: 3 }, tracks: { items: entries(3), limit: 100, offset: 0, total: 3 } }),
    undefined,
  ],
  ["a first page of 50", embedded({ items: { items: entries(50), limit: 50, offset: 0, total: 120 } }), 50],
  ["a cut list", embedded({ items: { items: entries(99), limit: 100, offset: 0, total: 120 } }), null],
  ["more than the total", embedded({ items: { items: entries(3), limit: 100, offset: 0, total: 2 } }), null],
  ["no total", embedded({ items: { items: entries(3), limit: 100, offset: 0 } }), null],
  ["a plain list", embedded({ items: entries(3) }), null],
  ["nothing", embedded({}), null],
];
for (const [what, playlist, nextOffset] of pagings) {
  test(`embedded: ${what}`, () => {
    const paging = embeddedPaging(playlist);
    assert.equal(paging === undefined ? null : paging.nextOffset, nextOffset);
  });
}

test("Spotify's own playlists are compared by total and first page", () => {
  const own = "37i9dQZF1DXcBWIGoYBM5M";
  const served = (snapshot: string, ids: string[], total = ids.length) => {
    const items = ids.map((id) => ({ added_at: "2026", item: { id, popularity: snapshot.length } }));
    return contentsIdOf(own, { id: own, snapshot_id: snapshot, items: { items, limit: ids.length, offset: 0, total } });
  };
  assert.is(served("one", ["a", "b"]), served("other", ["a", "b"]));
  assert.is.not(served("one", ["a", "b"]), served("one", ["b", "a"]));
  assert.is.not(served("one", ["a", "b"]), served("one", ["a", "b"], 3));
});

test.run();
