import { idFrom } from "./library";
import { entry, type Json, type Shape, sampleTrack, user } from "./sampleTracks";

/**
 * The irregular entries of real playlists, one function for each, so that the sample has every kind. All have the form
 * that Spotify sends; names and ids are invented.
 */

/** A file on the owner's disk. */
export function localFile(shape: Shape, addedAt: string): Json {
  return entry(
    localTrack({
      album: { ...emptyAlbum, name: "Demos, 1998" },
      artists: [localArtist("Garage Band, The Other One, Someone Else")],
      duration_ms: 213_000,
      name: 'Kitchen "take 2"',
      uri: "spotify:local:Garage+Band:Demos%2C+1998:Kitchen+%22take+2%22:213",
    }),
    shape,
    addedAt,
  );
}

/** A local file without any name. Its duration is an object, as some were in 2023. */
export function namelessLocalFile(shape: Shape, addedAt: string): Json {
  return entry(
    localTrack({
      album: emptyAlbum,
      artists: [localArtist("")],
      duration_ms: { totalMilliseconds: 187_000 },
      name: "voice memo",
      uri: "spotify:local:::voice+memo:187",
    }),
    shape,
    addedAt,
  );
}

/** A podcast episode in its own shape. */
export function episode(shape: Shape, addedAt: string): Json {
  const id = idFrom("episode 1");
  const showId = idFrom("show 1");
  const item: Json = {
    description: "Maps, tides, and a <b>very</b> old pier.",
    duration_ms: 2_745_000,
    explicit: false,
    external_urls: { spotify: `https://open.spotify.com/episode/${id}` },
    href: `https://api.spotify.com/v1/episodes/${id}`,
    id,
    images: [],
    is_playable: true,
    languages: ["en"],
    name: "Episode 12: The Pier",
    release_date: "2026-05-04",
    release_date_precision: "day",
    show: {
      id: showId,
      name: "Harbour Talk",
      publisher: "Tideline Audio",
      uri: `spotify:show:${showId}`,
      type: "show",
    },
    type: "episode",
    uri: `spotify:episode:${id}`,
  };
  return entry(item, shape, addedAt);
}

/** An episode in the shape of a track. */
export function episodeAsTrack(shape: Shape, addedAt: string): Json {
  const id = idFrom("episode 2");
  const showId = idFrom("show 2");
  const album = { album_type: "compilation", artists: [], id: showId, images: [], name: "Night Desk", type: "show" };
  const item = {
    ...sampleTrack(500, shape),
    album: { ...album, uri: `spotify:show:${showId}` },
    artists: [{ id: null, name: null, type: "artist", uri: null }],
    episode: true,
    external_ids: {},
    id,
    name: "Caller on line 4",
    track: false,
    type: "episode",
    uri: `spotify:episode:${id}`,
  };
  return entry(item, shape, addedAt);
}

/** An entry whose item Spotify no longer serves. */
export function unavailable(shape: Shape, addedAt: string): Json {
  return entry(null, shape, addedAt, { added_by: { ...user(""), uri: "spotify:user:" } });
}

/** An item without id and URI, which cannot be identified. */
export function unreadable(shape: Shape, addedAt: string): Json {
  return entry({ name: "Lost in transit", type: "track", artists: "?" }, shape, addedAt);
}

/** The number of the track that was taken down. */
export const takenDownTrack = 900;

/** A track that was taken down: only its ids are left. */
export function tombstone(shape: Shape, addedAt: string): Json {
  const track = sampleTrack(takenDownTrack, shape);
  const album = { ...(track.album as Json), name: "", release_date: "0000", release_date_precision: "year" };
  return entry({ ...track, album, duration_ms: 0, name: "" }, shape, addedAt);
}

/** A track that has another id in the market. */
export function relinked(shape: Shape, addedAt: string): Json {
  const id = idFrom("track 901 as it was added");
  const linkedFrom = { href: `https://api.spotify.com/v1/tracks/${id}`, id, type: "track", uri: `spotify:track:${id}` };
  return entry({ ...sampleTrack(901, shape), linked_from: linkedFrom }, shape, addedAt);
}

/** A song of the samples under another id and on another album: the same recording, with the same ISRC. */
export function otherRelease(index: number, shape: Shape): Json {
  const { name, artists, duration_ms, external_ids } = sampleTrack(index, shape);
  return { ...sampleTrack(2_000 + index, shape), name, artists, duration_ms, external_ids };
}

const emptyAlbum: Json = {
  album_type: null,
  artists: [],
  external_urls: {},
  href: null,
  id: null,
  images: [],
  name: "",
  release_date: null,
  release_date_precision: null,
  type: "album",
  uri: null,
};

function localArtist(name: string): Json {
  return { external_urls: {}, href: null, id: null, name, type: "artist", uri: null };
}

function localTrack(fields: Json): Json {
  return {
    available_markets: [],
    disc_number: 0,
    explicit: false,
    external_ids: {},
    external_urls: {},
    href: null,
    id: null,
    is_local: true,
    popularity: 0,
    preview_url: null,
    track_number: 0,
    type: "track",
    ...fields,
  };
}
