/** One playlist, in every form in which versions of the extractor have stored it, gives the same tables. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { likedSongs, pageResponses } from "../../bench/generate";
import type { ServedPlaylist } from "../../standin/library";
import { listedPlaylistBody, pageBody, playlistBody } from "../../standin/pages";
import { sampleLibrary } from "../../standin/sampleLibrary";
import { objectMembers } from "../../transforms/jsonText";
import { likedId } from "../../transforms/keys";
import { makeRawLine } from "../../transforms/rawLines";
import { tableNames } from "../../transforms/schema";
import { csvText, runOne } from "../support/transforms/transformed";

const test = suite("transforms/rawForms");
const api = "https://api.spotify.com/v1";
const rawLine = makeRawLine();
const fetchedAt = "2026-11-22T06:00:00Z";
const line = (path: string, body: string) => rawLine(`${api}/${path}`, fetchedAt, body);

/** The pages of 50 from an offset on. */
function pagesFrom({ id, entries }: ServedPlaylist, from: number, size = 50): string[] {
  const count = Math.max(from === 0 ? 1 : 0, Math.ceil((entries.length - from) / size));
  return Array.from({ length: count }, (_, page) => {
    const window = { offset: from + page * size, limit: size };
    const path = `playlists/${id}/items`;
    return line(`${path}?offset=${window.offset}`, pageBody(entries, `${api}/${path}`, window));
  });
}

/** The raw objects of a playlist, by the form in which they were stored. */
function formsOf(playlist: ServedPlaylist): Record<string, string> {
  const { id, snapshotId, entries } = playlist;
  const own = playlistBody(playlist, snapshotId, api, 50);
  const opening = line(`playlists/${id}`, own);
  const listed = line("me/playlists?offset=0&limit=50", listedPlaylistBody(playlist, snapshotId, api));
  const contents = objectMembers(own).find(({ name }) => name === playlist.contentsNames[0])!.text;
  const embedded = line(`playlists/${id}`, contents);
  const further = pagesFrom(playlist, 100);
  return {
    "pages from 0": [opening, ...pagesFrom(playlist, 0), opening].join(""),
    "pages from 0 beside metadata": [listed, ...pagesFrom(playlist, 0), listed].join(""),
    "pages of 100 from 0": [opening, ...pagesFrom(playlist, 0, 100), opening].join(""),
    "embedded entries": entries.length <= 100 ? opening : [opening, ...further, opening].join(""),
    "embedded entries as a page, by the user's list": [listed, embedded, ...further, listed].join(""),
    "embedded entries as a page": [opening, embedded, ...further, opening].join(""),
  };
}

/** All tables' texts. The list's element, unlike the playlist's response, does not state followers. */
async function tablesOf(raw: string, id: string): Promise<Record<string, string>> {
  const tables = await runOne(raw.replace(/"followers":\{[^}]*\},?/g, ""), `${id}.jsonl.gz`, { isStored: true });
  return Object.fromEntries(tableNames.map((table) => [table, csvText(tables, table)]));
}

const [sample] = sampleLibrary().playlistsAt(new Date("2026-11-22T06:00:00Z"));
const generated = [...pageResponses({ seed: 7, shape: "old", entries: 260, oddShare: 0.3 })].flatMap((page) =>
  (JSON.parse(page) as { items: unknown[] }).items.map((item) => JSON.stringify(item)),
);

for (const count of [0, 1, 50, 100, 101, 150, 260]) {
  test(`a playlist of ${count} entries, irregular ones among them`, async () => {
    const playlist: ServedPlaylist = { ...sample!, contentsNames: ["tracks"], entries: generated.slice(0, count) };
    const [[, first], ...others] = Object.entries(formsOf(playlist)) as [[string, string], ...[string, string][]];
    const expected = await tablesOf(first, playlist.id);
    assert.is(expected.playlist_items!.trimEnd().split("\n").length, 1 + count);
    for (const [form, raw] of others) assert.equal(await tablesOf(raw, playlist.id), expected, form);
  });
}

for (const playlist of sampleLibrary().playlistsAt(new Date("2026-11-22T06:00:00Z"))) {
  test(`the sample playlist ${playlist.id}`, async () => {
    const [first, ...others] = await Promise.all(
      Object.values(formsOf(playlist)).map((raw) => tablesOf(raw, playlist.id)),
    );
    for (const other of others) assert.equal(other, first);
  });
}

test("Liked Songs whose pages an earlier day read", async () => {
  const songs = likedSongs(120);
  const page = (offset: number, at = fetchedAt) => {
    const path = "me/tracks";
    return rawLine(`${api}/${path}?offset=${offset}`, at, pageBody(songs, `${api}/${path}`, { offset, limit: 50 }));
  };
  const user = line("me", '{"id":"maren","type":"user","display_name":"Maren"}');
  const read = await tablesOf([user, page(0), page(50), page(100), page(0)].join(""), likedId);
  const earlier = "2026-11-21T06:00:00Z";
  const reused = await tablesOf([user, page(0), page(50, earlier), page(100, earlier), page(0)].join(""), likedId);
  const { playlists: readRow, ...readTables } = read;
  const { playlists: reusedRow, ...reusedTables } = reused;
  assert.equal(reusedTables, readTables);
  assert.is(reusedRow, readRow!.replace(`"${fetchedAt}","true"`, `"${earlier}","true"`));
});

test.run();
