import { idFrom } from "./library";
import { entry, type Json, type Shape, sampleTrack, user } from "./sampleTracks";

/**
 * The irregular entries that real playlists hold, one maker each, so that the sample shows every kind of them.
 * All are as Spotify sends them; names and ids are invented.
 */

/** A file of the owner's own disk. */
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

/** A local file without a name anywhere, its duration an object as some were in 2023. */
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

/** An episode of a podcast in the shape of its own. */
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

/** An episode that Spotify squeezed into a track's shape. */
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

/** An entry whose item Spotify no longer gives out. */
export function unavailable(shape: Shape, addedAt: string): Json {
  return entry(null, shape, addedAt, { added_by: { ...user(""), uri: "spotify:user:" } });
}

/** An item without id and URI: nothing can be known of it. */
export function unreadable(shape: Shape, addedAt: string): Json {
  return entry({ name: "Lost in transit", type: "track", artists: "?" }, shape, addedAt);
}

/** A track that was taken down: a real id, nothing else. */
export function tombstone(shape: Shape, addedAt: string): Json {
  const track = sampleTrack(900, shape);
  const album = { ...(track.album as Json), name: "", release_date: "0000", release_date_precision: "year" };
  return entry({ ...track, album, duration_ms: 0, name: "" }, shape, addedAt);
}

/** A track that plays in the market under another id. */
export function relinked(shape: Shape, addedAt: string): Json {
  const id = idFrom("track 901 as it was added");
  const linkedFrom = { href: `https://api.spotify.com/v1/tracks/${id}`, id, type: "track", uri: `spotify:track:${id}` };
  return entry({ ...sampleTrack(901, shape), linked_from: linkedFrom }, shape, addedAt);
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
