/** Episodes, numbers 10 and 11 of the irregular entries that Spotify is known to serve. */
import { suite } from "uvu";
import { gives, itemOf } from "../support/transforms/irregularRows";
import { entry, track } from "../support/transforms/transformed";

const test = suite("transforms/irregularEpisodes");

test("10: an episode goes to episodes alone", async () => {
  const episode = {
    type: "episode",
    id: "e",
    uri: "spotify:episode:e",
    name: "Talk",
    release_date: "2022-05-18",
    release_date_precision: "day",
    duration_ms: 2249560,
    explicit: true,
    track: false,
    episode: true,
    show: { id: "s", name: "Show", publisher: "Pub" },
  };
  await gives([entry(episode), { ...entry(undefined), track: episode }], {
    playlist_items: [itemOf(0, "e", "episode"), itemOf(1, "e", "episode")],
    episodes: [["e", "e", "spotify:episode:e", "Talk", "s", "Show", "Pub", "2022-05-18", "day", "2249560", "true"]],
  });
});

test("11: an episode in the shape of a track has its show in the album", async () => {
  const dates = { release_date: "2022-05", release_date_precision: "month" };
  const shaped = (id: string, more: object, artistName: string | null = "Pub") => ({
    ...track(id, more),
    album: { type: "show", id: "s", name: "Show", artists: [{ id: null, name: null }], ...dates },
    artists: [{ type: "artist", id: null, name: artistName }],
  });
  await gives([entry(shaped("e", { type: "episode" })), entry(shaped("f", { type: "track", episode: true }, null))], {
    playlist_items: [itemOf(0, "e", "episode"), itemOf(1, "f", "episode")],
    episodes: [
      ["e", "e", "spotify:track:e", "Track e", "s", "Show", "Pub", "2022-05", "month", "180000", "false"],
      ["f", "f", "spotify:track:f", "Track f", "s", "Show", "", "2022-05", "month", "180000", "false"],
    ],
  });
});

test.run();
