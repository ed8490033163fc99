import { idFrom } from "./library";
import { entry, type Json, named, type Shape, sampleTrack, user } from "./sampleTracks";

/**
 * The irregular items and entries of real playlists, so that the sample has every kind. All have the form that Spotify sends;
 * names and ids are invented.
 */

/** A file on the owner's disk. */
export const localFile = localTrack("Garage Band, The Other One, Someone Else", "Demos, 1998", {
  duration_ms: 213_000,
  name: 'Kitchen "take 2"',
  uri: "spotify:local:Garage+Band:Demos%2C+1998:Kitchen+%22take+2%22:213",
});

/** A local file without any name. Its duration is an object, as some were in 2023. */
export const namelessLocalFile = localTrack("", "", {
  duration_ms: { totalMilliseconds: 187_000 },
  name: "voice memo",
  uri: "spotify:local:::voice+memo:187",
});

/** A podcast episode in its own shape. */
export function episode(): Json {
  const id = idFrom("show 1");
  return {
    description: "Maps, tides, and a <b>very</b> old pier.",
    duration_ms: 2_745_000,
    explicit: false,
    ...named("episode", idFrom("episode 1"), {
      images: [],
      is_playable: true,
      languages: ["en"],
      name: "Episode 12: The Pier",
      release_date: "2026-05-04",
      release_date_precision: "day",
      show: { id, name: "Harbour Talk", publisher: "Tideline Audio", uri: `spotify:show:${id}`, type: "show" },
    }),
  };
}

/** An episode in the shape of a track. */
export function episodeAsTrack(): Json {
  const id = idFrom("episode 2");
  const show = { album_type: "compilation", artists: [], id: idFrom("show 2"), images: [], name: "Night Desk" };
  return {
    ...sampleTrack(500, "track"),
    album: { ...show, type: "show", uri: `spotify:show:${show.id}` },
    artists: [{ id: null, name: null, type: "artist", uri: null }],
    episode: true,
    external_ids: {},
    id,
    name: "Caller on line 4",
    track: false,
    type: "episode",
    uri: `spotify:episode:${id}`,
  };
}

/** An entry whose item Spotify no longer serves. */
export function unavailable(shape: Shape, addedAt: string): Json {
  return entry(null, shape, addedAt, { added_by: { ...user(""), uri: "spotify:user:" } });
}

/** An item without id and URI, which cannot be identified. */
export const unreadable = { name: "Lost in transit", type: "track", artists: "?" };

/** The number of the track that was taken down. */
export const takenDownTrack = 900;

/** A track that was taken down: only its ids are left. */
export function tombstone(shape: Shape): Json {
  const track = sampleTrack(takenDownTrack, shape);
  const album = { ...(track.album as Json), name: "", release_date: "0000", release_date_precision: "year" };
  return { ...track, album, duration_ms: 0, name: "" };
}

/** A track that has another id in the market. */
export function relinked(shape: Shape): Json {
  const { external_urls, ...linkedFrom } = named("track", idFrom("track 901 as it was added"));
  return { ...sampleTrack(901, shape), linked_from: linkedFrom };
}

/** A song of the samples under another id and on another album: the same recording, with the same ISRC. */
export function otherRelease(index: number, shape: Shape): Json {
  const { name, artists, duration_ms, external_ids } = sampleTrack(index, shape);
  return { ...sampleTrack(2_000 + index, shape), name, artists, duration_ms, external_ids };
}

/** What Spotify serves of a local file: the members that it does not know are null or empty. */
function localTrack(artist: string, album: string, fields: Json): Json {
  const nothing = { external_urls: {}, href: null, id: null };
  const noDate = { release_date: null, release_date_precision: null };
  return {
    available_markets: [],
    disc_number: 0,
    explicit: false,
    external_ids: {},
    ...nothing,
    is_local: true,
    popularity: 0,
    preview_url: null,
    track_number: 0,
    type: "track",
    album: { album_type: null, artists: [], ...nothing, images: [], name: album, ...noDate, type: "album", uri: null },
    artists: [{ ...nothing, name: artist, type: "artist", uri: null }],
    ...fields,
  };
}
