import { suite } from "uvu";
import * as assert from "uvu/assert";
import { isSpotifyOwned, parsePlaylistId } from "../../spotify/playlistId";
import { title } from "../support/title";

const test = suite("spotify/playlistId");
const id = "37i9dQZF1DXcBWIGoYBM5M";

const playlists = [
  id,
  `  ${id}\n`,
  `spotify:playlist:${id}`,
  `spotify:user:some.one:playlist:${id}`,
  `https://open.spotify.com/playlist/${id}`,
  `https://open.spotify.com/playlist/${id}/`,
  `http://open.spotify.com/playlist/${id}?si=0123456789abcdef`,
  `https://open.spotify.com/playlist/${id}#top`,
  `https://open.spotify.com/intl-de/playlist/${id}?si=1&pi=2`,
  `https://open.spotify.com/intl-pt-br/playlist/${id}`,
  `https://open.spotify.com/user/someone/playlist/${id}`,
  `https://open.spotify.com/embed/playlist/${id}`,
  `HTTPS://OPEN.SPOTIFY.COM/playlist/${id}`,
];

const others = [
  "",
  "me",
  id.slice(1),
  `${id}0`,
  `${id.slice(1)}-`,
  `spotify:album:${id}`,
  `spotify:playlist:${id}:x`,
  `https://open.spotify.com/album/${id}`,
  `https://open.spotify.com.example.org/playlist/${id}`,
  `https://example.org/?https://open.spotify.com/playlist/${id}`,
  `https://open.spotify.com/playlist/${id}0`,
  `https://open.spotify.com/playlist/${id}/tracks`,
];

for (const text of playlists) {
  test(title(`reads ${text}`), () => assert.is(parsePlaylistId(text), id));
}
for (const text of others) {
  test(title(`is not a playlist: ${JSON.stringify(text)}`), () => assert.is(parsePlaylistId(text), undefined));
}

test("knows Spotify's own lists by their id", () => {
  assert.is(isSpotifyOwned(id), true);
  assert.is(isSpotifyOwned("AAAAAAAAAAAAAAAAAAAAAA"), false);
});

test.run();
