import { suite } from "uvu";
import * as assert from "uvu/assert";
import { episode, harbour, kettle, quoted, read, rows } from "../../support/operations/importExamples";
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
    rowsOf(one!, "tracks").map((row) => row[3]),
    ["Harbour Lights", "Kettle"],
  );
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

test.run();
