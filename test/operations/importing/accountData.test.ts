import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readSource } from "../../../operations/importing/readSource";
import { episode, harbour, kettle, quoted, read, rows, tablesOf } from "../../support/operations/importExamples";
import { rowsOf } from "../../support/transforms/transformed";

const test = suite("operations/importing/accountData");

test("Spotify's account data: playlists by their names", async () => {
  const { form, tables } = await read("spotify-account-data/Playlist1.json");
  assert.is(form, "Spotify account data (playlists)");
  const [one, two] = tables;
  const id = "Rainy%20Mornings";
  assert.equal(rows(one!, "playlists", "playlist_items", "episodes"), {
    playlists: [[id, "Rainy Mornings", "For the first coffee", "", "", "", "", "2", "3", "", "", "", "", ""]],
    playlist_items: [
      [id, "0", harbour, "track", "false", "2026-01-05", ""],
      [id, "1", episode, "episode", "false", "2026-02-02", ""],
      [id, "2", kettle, "track", "true", "2026-02-01", ""],
    ],
    episodes: [[episode, episode, `spotify:episode:${episode}`, "Episode 1", "", "A Show", "", "", "", "", ""]],
  });
  assert.equal(
    rowsOf(one!, "tracks").map((row) => [row[3], row[4]]),
    [
      ["Harbour Lights", "local:album:The%20Made%20Ups:Low%20Tide"],
      ["Kettle", "local:album:Maren:Kitchen%20Tapes"],
    ],
  );
  assert.equal(rows(one!, "track_artists", "artists"), {
    track_artists: [
      [harbour, "0", "local:artist:The%20Made%20Ups"],
      [kettle, "0", "local:artist:Maren"],
    ],
    artists: [
      ["local:artist:The%20Made%20Ups", "", "The Made Ups", "local:artist:The%20Made%20Ups"],
      ["local:artist:Maren", "", "Maren", ""],
    ],
  });
  assert.equal([two!.playlistId, two!.entries], ["Empty%20for%20Now", 0]);
});

test("Spotify's account data: the library is the Liked Songs", async () => {
  const { form, tables } = await read("spotify-account-data/YourLibrary.json");
  assert.is(form, "Spotify account data (library)");
  assert.equal(rows(tables[0]!, "playlists", "playlist_items"), {
    playlists: [["liked", "Liked Songs", "", "", "", "", "", "", "2", "", "", "", "", ""]],
    playlist_items: [
      ["liked", "0", harbour, "track", "false", "", ""],
      ["liked", "1", quoted, "track", "false", "", ""],
    ],
  });
});

const list = (name: unknown, ...tracks: unknown[]) => ({ name, lastModifiedDate: "2026-01-01", items: tracks });
const song = { track: { trackName: "X", artistName: "Y", albumName: "Z", trackUri: `spotify:track:${harbour}` } };
const download = (...playlists: unknown[]) => Buffer.from(JSON.stringify({ playlists }));

test("a playlist whose name cannot be its id is imported under another", async () => {
  const [long, longer] = ["x".repeat(201), "x".repeat(202)];
  const names = ["Mix", "mix", "Mix", "Mix (2)", "", null, "liked", long, longer, "Fine"];

  const { tables } = await tablesOf(download(...names.map((name) => list(name, song))), "Playlist1.json");

  const ids = [
    ["Mix", "mix (2)", "Mix (3)", "Mix (2) (2)", "unnamed", "unnamed (2)", "liked (2)"],
    [`${"x".repeat(191)}-84a0678c`, `${"x".repeat(191)}-f762e174`, "Fine"],
  ].flat();
  assert.equal(
    tables.map(({ playlistId }) => decodeURIComponent(playlistId)),
    ids,
  );
  assert.equal(
    tables.map((one) => rowsOf(one, "playlists")[0]![1]),
    names.map((name) => name ?? ""),
  );
});

test("artists and albums get keys of their names, whatever these are", async () => {
  const named = (artistName: unknown, albumName: unknown) => ({ track: { ...song.track, artistName, albumName } });
  const keysOf = async (artistName: unknown, albumName: unknown) => {
    const { tables } = await tablesOf(download(list("Mix", named(artistName, albumName))), "Playlist1.json");
    return [rowsOf(tables[0]!, "artists").map(([key]) => key), rowsOf(tables[0]!, "albums").map(([key]) => key)];
  };
  assert.equal(await keysOf("", null), [[], []]);
  assert.equal(await keysOf(null, "Z"), [[], ["local:album::Z"]]);
  assert.equal(await keysOf("a\ud800", "Z"), [["local:artist:a%EF%BF%BD"], ["local:album:a%EF%BF%BD:Z"]]);
});

test("what is not a playlist among the playlists costs only itself", async () => {
  const bytes = download(null, list("Mix", song, null, {}), list("Gone"), { ...list("Null"), items: null });
  const { playlists, skipped } = await readSource(bytes, "Playlist1.json");
  assert.equal(
    playlists.map(({ playlistId, entries }) => [playlistId, entries]),
    [
      ["Mix", 3],
      ["Gone", 0],
    ],
  );
  assert.equal(skipped, ["null in place of a playlist at index 0", "a playlist without its items at index 3"]);
});

test.run();
