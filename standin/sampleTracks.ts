import { idFrom } from "./library";

/** Which of Spotify's two generations of responses an entry has. */
export type Shape = "item" | "track";

/** Part of a response, to be written as JSON. */
export type Json = Record<string, unknown>;

const artistNames = [
  "Marrow & Pine",
  'The "Late" Ferries',
  "Salt, Smoke, and Rain",
  "Odile Verhoeven",
  "نجوم الميناء",
  "Back\\Slash Choir",
  "🌊 Tidal Kids",
  "Zoë Ångström",
  "雨の図書館",
  "Copper Lanterns",
  "Ines del Valle Quartet",
  "Nine Empty Rooms",
  "שקט מוחלט",
  "Paper Harbour",
  "DJ O'Malley's Ghost",
  "Low Winter Sun Club",
];
const adjectives = ["Slow", "Glass", "Northern", "Paper", "Hollow", "Golden", "Last", "Second", "Electric", "Quiet"];
const nouns = ["Harbour", "Letters", "Weather", "Machine", "Garden", "Hour", "Signal", "Avenue", "Orchard", "Tide"];
const titleEndings = ["", " at Dawn", " (Live)", " II", " - Remastered 2019", " Revisited", ", Reprise"];
const oddTitles: { readonly [index: number]: string } = {
  3: 'She Said "Stay", Twice',
  7: "C:\\music\\demo",
  11: "Line one\nline two",
  13: "Fin 🎆 de año",
  17: "أغنية الفجر",
  19: "10,000 Miles, Give or Take",
  23: "It's 'Only' Rain",
};
const releases = [
  { release_date: "1962", release_date_precision: "year" },
  { release_date: "1987-02", release_date_precision: "month" },
  { release_date: "2019-09-27", release_date_precision: "day" },
  { release_date: "2026-03-13", release_date_precision: "day" },
] as const;

const markets = { available_markets: ["DE", "FR", "GB", "US"] };

/** The sample's track with that number, always the same. Any number from 0 up has a track. */
export function sampleTrack(index: number, shape: Shape): Json {
  // Low numbers are frequent: with an even spread, there would be no most frequent artist.
  const leading = Math.floor((((index * 7919) % 97) / 97) ** 2 * artistNames.length);
  const guest = (leading + 1 + (index % 5)) % artistNames.length;
  const artists = index % 6 === 0 ? [artist(leading), artist(guest)] : [artist(leading)];
  const track: Json = {
    album: album(leading, index % 4, shape),
    artists,
    disc_number: 1,
    duration_ms: 121_000 + ((index * 7331) % 240_000),
    explicit: index % 9 === 0,
    external_ids: { isrc: `XXPLK26${String(index % 100_000).padStart(5, "0")}` },
    ...named("track", idFrom(`track ${index}`), {
      is_local: false,
      name: oddTitles[index] ?? title(index),
      preview_url: null,
      track_number: 1 + (index % 12),
    }),
  };
  if (shape === "item") return track;
  return { ...track, ...markets, popularity: (index * 37) % 101, episode: false, track: true };
}

function artist(number: number): Json {
  return named("artist", idFrom(`artist ${number}`), { name: artistNames[number % artistNames.length] });
}

/** A reference to a user, as in `owner` and `added_by`. */
export function user(id: string): Json {
  return named("user", id);
}

/** The members that say what an object is, in Spotify's order: `fields` are those between id and type. */
export function named(type: string, id: string, fields: Json = {}): Json {
  return {
    external_urls: { spotify: `https://open.spotify.com/${type}/${id}` },
    href: `https://api.spotify.com/v1/${type}s/${id}`,
    id,
    ...fields,
    type,
    uri: `spotify:${type}:${id}`,
  };
}

/** One entry around an item. */
export function entry(item: unknown, shape: Shape, addedAt: string | null, fields: Json = {}): Json {
  const isLocal = (item as Json | null)?.is_local === true;
  const common = { added_at: addedAt, added_by: user("maren"), is_local: isLocal, primary_color: null, ...fields };
  return { ...common, [shape]: item, video_thumbnail: { url: null } };
}

function album(artistNumber: number, number: number, shape: Shape): Json {
  const id = idFrom(`album ${artistNumber} ${number}`);
  const images = [640, 300, 64].map((size) => ({
    height: size,
    url: `https://i.scdn.co/image/${id}${size}`,
    width: size,
  }));
  const name = title(artistNumber * 13 + number * 7 + 5);
  return {
    album_type: number === 3 ? "single" : "album",
    artists: [artist(artistNumber)],
    ...(shape === "track" ? markets : {}),
    ...named("album", id, { images, name, ...releases[number], total_tracks: number === 3 ? 1 : 12 }),
  };
}

function title(index: number): string {
  const words = `${adjectives[(index * 7) % 10]} ${nouns[(Math.floor(index / 10) + index * 3) % 10]}`;
  return `${words}${titleEndings[Math.floor(index / 100) % titleEndings.length]}`;
}
