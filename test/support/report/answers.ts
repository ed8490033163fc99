import type { ReportAnswers } from "../../../report/answers";
import { dayAfter } from "../../../report/days";
import { randomFrom } from "../random";

/** An id by number, as wide as Spotify's. */
export function idOf(playlist: number): string {
  return `p${String(playlist).padStart(21, "0")}`;
}

const tracks = 400;
/** All tracks' keys, as lines of the same length. */
const cycle = Array.from({ length: tracks }, (_, track) => `track ${idOf(track)}\n`).join("");

/** A list of consecutive tracks, the first again after the last. */
function listOf(first: number, entries: number): string {
  const width = cycle.length / tracks;
  const from = (first % tracks) * width;
  return cycle.repeat(Math.ceil(entries / tracks) + 1).slice(from, from + entries * width - 1);
}

interface Wanted {
  playlists: number;
  days: number;
  /** The first day. @default 2026-11-01 */
  from?: string;
  /** Days that are left out, counted from 0. */
  without?: readonly number[];
  /** @default a plain name */
  nameOf?: (playlist: number) => string | null;
}

/** Answers like those of a lake with that many playlists and days; the same ones each time. */
export function madeUpAnswers({ playlists, days, from = "2026-11-01", without = [], nameOf }: Wanted): ReportAnswers {
  const answers: ReportAnswers = {
    sizes: [],
    changes: [],
    years: [],
    shares: [],
    stays: [],
    kinds: [],
    lists: [],
    names: [],
  };
  const stored = Array.from({ length: days }, (_, day) => day).filter((day) => !without.includes(day));
  const dates = stored.map((day) => dayAfter(from, day));
  for (let playlist = 0; playlist < playlists; playlist += 1) {
    const random = randomFrom(playlist + 1);
    const below = (limit: number) => Math.floor(random() * limit);
    const playlistId = idOf(playlist);
    const name = nameOf === undefined ? `Playlist ${playlist}` : nameOf(playlist);
    let entries = 100;
    for (const [i, day] of dates.entries()) {
      const [came, went] = i === 0 ? [0, 0] : [below(5), below(4)];
      entries += came - went;
      const counts = { tracks: entries - 4, episodes: 1, unavailable: 2, unreadable: 1 };
      answers.sizes.push({ playlistId, playlist: name, day, entries, ...counts });
      answers.kinds.push({
        playlistId,
        day,
        entries,
        explicit: 10 + below(5),
        known: entries - 3,
        unknown: 0,
        unavailable: 2,
      });
      answers.lists.push({ playlistId, day, list: listOf(i, entries) });
      if (i > 0) answers.changes.push({ playlistId, day, came, went, moved: below(2) });
      for (let place = 1; place <= 5; place += 1) {
        const own = Math.max(1, 30 - place * 5 + below(4));
        answers.shares.push({ playlistId, artist: `Artist ${place}`, place, day, share: own / counts.tracks });
      }
    }
    for (let year = 1960; year <= 2026; year += 1) answers.years.push({ playlistId, year, entries: 1 + below(9) });
    answers.years.push({ playlistId, year: null, entries: 3 });
    const stay = { from: dates[0]!, to: dates.at(-1)!, days, isCurrent: true, addedOn: "2019-05-01" };
    for (let place = 0; place < 8; place += 1) {
      const what = { name: `Track ${place}`, maker: `Artist ${place}` };
      answers.stays.push({ playlistId, ...what, ...stay, stays: 120, longest: 90 });
    }
  }
  for (let track = 0; track < tracks; track += 1) {
    answers.names.push({
      type: "track",
      key: idOf(track),
      name: nameOf?.(track) ?? `Track ${track}`,
      artist: `Artist ${track % 40}`,
      album: `Album ${track % 90}`,
    });
  }
  return answers;
}
