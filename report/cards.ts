import { count } from "../lake/lists";
import { dayText, rangesText, rangeText, type Unit } from "./days";
import type { Figures } from "./figures";
import { explicitShare, type PlaylistHistory } from "./history";
import { foreign, html, type Markup, number, percent } from "./markup";
import { mostStays } from "./questions";
import { tables } from "./tables";

/** A figure with its words and its table. */
interface Card {
  title: string;
  /** What the figure shows, in a sentence or two. */
  says: Markup | string;
  /** What its colours and lines mean, if there are several. */
  legend?: Markup;
  /** What there is to show beside the words; a figure has its table. */
  shows: "nothing" | "table" | "figure";
}

const entriesOf = (n: number) => count(n, "entry", "entries");

function key(kind: "came" | "went", text: string, isDashed = false): Markup {
  return html`<li><i class="${kind}${isDashed ? " dashed" : ""}"></i>${text}</li>`;
}

function legend(...keys: Markup[]): Markup {
  return html`<ul class="legend">${keys}</ul>`;
}

const oneDay = "One day is stored so far; a line begins with the second.";

/** A card for each figure and its table, by their names. */
const makers: Readonly<Record<keyof Figures, (playlist: PlaylistHistory, unit: Unit) => Card>> = {
  size({ first, last, storedDays, sizes }) {
    const title = "Size";
    if (storedDays === 1) return { title, says: `${entriesOf(last.entries)}. ${oneDay}`, shows: "table" };
    const counts = sizes.map(({ row }) => row.entries);
    const [low, high] = [Math.min(...counts), Math.max(...counts)];
    const says =
      low === high
        ? `${entriesOf(last.entries)} all the time.`
        : `From ${number(first.entries)} to ${entriesOf(last.entries)}, never less than ${number(low)} nor more than ${number(high)}.`;
    return { title, says, shows: "figure" };
  },
  changes({ flows, came, went }, unit) {
    const title = `Added and removed by ${unit}`;
    if (flows.length === 0) return { title, says: "Changes show from the second stored day on.", shows: "nothing" };
    if (came + went === 0) return { title, says: "Nothing was added or removed.", shows: "table" };
    const says = `${entriesOf(came)} added, ${number(went)} removed.`;
    return { title, says, legend: legend(key("came", "added"), key("went", "removed")), shows: "figure" };
  },
  artists({ artists, artistBuckets, storedDays, sizes }) {
    const title = "Artists' share";
    const [first] = artists;
    if (first === undefined) {
      const hasTracks = sizes.some(({ row }) => row.tracks > 0);
      const says = hasTracks ? "The tracks' artists are not known." : "No tracks, so no artists.";
      return { title, says, shows: "nothing" };
    }
    const most = html`${foreign(first.name ?? "no name")} has the most tracks`;
    if (storedDays === 1 || artistBuckets.length === 1) {
      return { title, says: html`${most}: ${percent(first.shares[0] ?? 0)}. ${oneDay}`, shows: "table" };
    }
    const high = Math.max(...artists.flatMap(({ shares }) => shares));
    const says = html`${most}. Each band reaches from 0 to ${percent(high)} of the tracks; on the right, the last day's.`;
    return { title, says, shows: "figure" };
  },
  years({ years, entriesWithoutYear }) {
    const title = "Release years";
    const unknown = entriesWithoutYear > 0 ? ` The year of ${entriesOf(entriesWithoutYear)} is not known.` : "";
    const [oldest, newest] = [years[0], years.at(-1)];
    if (oldest === undefined || newest === undefined) {
      return { title, says: `No release year to show.${unknown}`, shows: "nothing" };
    }
    const most = years.reduce((top, one) => (one.entries > top.entries ? one : top));
    const span = oldest.year === newest.year ? `All from ${oldest.year}` : `From ${oldest.year} to ${newest.year}`;
    const says = `${span}, most from ${most.year} (${number(most.entries)}).${unknown}`;
    return { title, says, shows: "figure" };
  },
  kinds({ kinds, storedDays, last }) {
    const title = "Explicit and unavailable";
    const latest = kinds.at(-1)?.row;
    if (latest === undefined) return { title, says: "No entries on any stored day.", shows: "nothing" };
    const { entries, unknown, unavailable } = latest;
    const explicit = explicitShare(latest);
    const when = latest.day === last.day ? "Now" : `On ${dayText(latest.day)}, before it was empty,`;
    const shares = [
      ...(explicit === null ? [] : [`${percent(explicit)} explicit`]),
      `${percent(unavailable / entries)} unavailable`,
    ];
    const unknowns =
      explicit === null
        ? "How many are explicit is not known."
        : unknown > 0
          ? `For ${entriesOf(unknown)} it is not known whether they are explicit.`
          : "";
    const says = `${when} ${shares.join(", ")}. ${unknowns}`.trim();
    if (storedDays === 1 || kinds.length === 1) return { title, says: `${says} ${oneDay}`, shows: "table" };
    return { title, says, legend: legend(key("came", "explicit"), key("went", "unavailable", true)), shows: "figure" };
  },
  stays({ stays, storedDays }) {
    const title = "Longest stays";
    const [first] = stays;
    if (first === undefined) return { title, says: "No track or episode has been in it.", shows: "nothing" };
    if (storedDays === 1) {
      return { title, says: "One day is stored so far: all have been in it for a day.", shows: "table" };
    }
    const same = first.longest > 1 ? `${number(first.longest)} of ${number(first.stays)} stays` : "The longest stay";
    const rest = first.stays - stays.length;
    const chosen =
      first.longest > stays.length
        ? ` Shown: ${mostStays} of them, those that were added first, as Spotify dates them`
        : " Shown: the longest";
    const more = rest > 0 ? `${chosen}, and ${number(rest)} more.` : "";
    const says = `${same} lasted ${count(first.days, "day")}.${more}`;
    const hasEnded = stays.some(({ isCurrent }) => !isCurrent);
    const keys = hasEnded ? { legend: legend(key("came", "still there"), key("went", "gone")) } : {};
    return { title, says, ...keys, shows: "figure" };
  },
};

function facts({ first, last, storedDays, came, went, missing }: PlaylistHistory): Markup {
  const when =
    storedDays === 1 ? dayText(last.day) : `${rangeText(first.day, last.day)}, ${number(storedDays)} days stored`;
  const gaps = missing.length > 0 ? html`<li>not stored: ${rangesText(missing, 5)}</li>` : undefined;
  const flow = storedDays === 1 ? undefined : html`<li>${number(came)} added, ${number(went)} removed</li>`;
  return html`<ul class="facts"><li>${entriesOf(last.entries)}</li>${flow}<li>${when}</li>${gaps}</ul>`;
}

/**
 * A playlist's section of the page.
 * @param hold moves a table into the page's data, from which the script inserts it. Inline, tables were half of the page
 */
export function playlistPart(
  playlist: PlaylistHistory,
  anchor: string,
  unit: Unit,
  figures: Figures,
  hold: (table: Markup) => Markup,
): Markup {
  const isEmpty = playlist.sizes.every(({ row }) => row.entries === 0) && playlist.came + playlist.went === 0;
  const card = (name: keyof Figures) => {
    const { title, says, legend, shows } = makers[name](playlist, unit);
    const description = `${title} of ${playlist.name ?? playlist.id}; the values are in the table below`;
    const table = () => hold(tables[name](playlist, unit, title));
    return html`<figure>
<figcaption><h3>${title}</h3><p>${says}</p>${legend}</figcaption>
${shows === "figure" ? figures[name](playlist, description) : undefined}
${shows === "nothing" ? undefined : html`<details><summary>Table<span class="unseen">: ${title}</span></summary>${table()}</details>\n`}</figure>
`;
  };
  const cards = (Object.keys(makers) as (keyof Figures)[]).map(card);
  return html`<section id="${anchor}" aria-labelledby="${anchor}-name">
<h2 id="${anchor}-name" dir="auto">${playlist.name ?? playlist.id}</h2>
${facts(playlist)}
${isEmpty ? html`<p class="empty">It was empty on every stored day.</p>` : html`<div class="cards">\n${cards}</div>`}
</section>
`;
}
