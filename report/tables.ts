import { type Bucket, dayText, type Unit } from "./days";
import { explicitShare, type History, type PlaylistHistory } from "./history";
import { foreign, html, type Markup, percent } from "./markup";

/** A column of a table: its head, and whether it holds numbers. */
interface Heading {
  readonly head: Markup | string;
  readonly isNumber?: boolean;
}

type Cell = Markup | string | number;

/** Further rows are counted, not shown. */
const mostRows = 80;

/**
 * A table with its caption, in a box that scrolls if the table is wider than the page. The first cell is the row's
 * header.
 */
function table(title: string, columns: readonly Heading[], rows: readonly (readonly Cell[])[]): Markup {
  // Most cells are numbers: only the others are marked.
  const kind = (i: number) => (columns[i]?.isNumber === true ? undefined : html` class="t"`);
  const heads = columns.map(({ head }, i) => html`<th scope="col"${kind(i)}>${head}</th>`);
  const body = rows.slice(0, mostRows).map(([name = "", ...cells]) => {
    const values = cells.map((cell, i) => html`<td${kind(i + 1)}>${cell}</td>`);
    return html`<tr><th scope="row">${name}</th>${values}</tr>\n`;
  });
  const more = rows.length - mostRows;
  return html`<div class="scroll" role="group" aria-label="${title}" tabindex="0"><table><caption>${title}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>
${body}</tbody></table></div>${more > 0 ? html`<p class="more">and ${more} more</p>` : undefined}`;
}

const counted = (head: Markup | string): Heading => ({ head, isNumber: true });

/** The order of tables over time. */
export function newestFirst<T>(list: readonly T[]): T[] {
  return [...list].reverse();
}

/** A table with a row for each bucket of days, and columns of numbers. */
function overTime<T extends Bucket>(
  title: string,
  unit: Unit,
  heads: readonly (Markup | string)[],
  buckets: readonly T[],
  cellsOf: (bucket: T, place: number) => readonly Cell[],
): Markup {
  const time = { head: { day: "Day", week: "Week of", month: "Month" }[unit] };
  const rows = buckets.map((bucket, place) => [bucket.label, ...cellsOf(bucket, place)]);
  return table(title, [time, ...heads.map(counted)], newestFirst(rows));
}

/** The tables of a playlist's figures, newest first if they are in time order. */
export const tables = {
  size: ({ sizes }: PlaylistHistory, unit: Unit, title: string) => {
    const heads = ["Entries", "Tracks", "Episodes", "Unavailable", "Unreadable"];
    return overTime(title, unit, heads, sizes, ({ row: { entries, tracks, episodes, unavailable, unreadable } }) => {
      return [entries, tracks, episodes, unavailable, unreadable];
    });
  },
  changes: ({ flows }: PlaylistHistory, unit: Unit, title: string) =>
    overTime(title, unit, ["Added", "Removed", "Moved"], flows, ({ came, went, moved }) => [came, went, moved]),
  stays: ({ stays }: PlaylistHistory, _unit: Unit, title: string) =>
    table(
      title,
      [
        ...[{ head: "Track or episode" }, { head: "Artist or show" }, counted("Days"), { head: "From" }],
        ...[{ head: "To" }, { head: "Added (Spotify)" }],
      ],
      stays.map(({ name, maker, days, from, to, isCurrent, addedOn }) => [
        ...[name === null ? "no name" : foreign(name), maker === null ? "" : foreign(maker), days, dayText(from)],
        ...[isCurrent ? "still there" : dayText(to), addedOn === null ? "not known" : dayText(addedOn)],
      ]),
    ),
  artists: ({ artists, artistBuckets }: PlaylistHistory, unit: Unit, title: string) => {
    const heads = artists.map(({ name }) => foreign(name ?? "no name"));
    return overTime(title, unit, heads, artistBuckets, (_, i) => artists.map(({ shares }) => percent(shares[i] ?? 0)));
  },
  years: ({ years, entriesWithoutYear }: PlaylistHistory, _unit: Unit, title: string) => {
    const rows: Cell[][] = newestFirst(years).map(({ year, entries }) => [String(year), entries]);
    if (entriesWithoutYear > 0) rows.push(["not known", entriesWithoutYear]);
    return table(title, [{ head: "Year" }, counted("Entries")], rows);
  },
  kinds: ({ kinds }: PlaylistHistory, unit: Unit, title: string) =>
    overTime(title, unit, ["Explicit", "of all", "Unavailable", "of all"], kinds, ({ row }) => {
      const share = explicitShare(row);
      const explicit = share === null ? ["not known", "not known"] : [row.explicit, percent(share)];
      return [...explicit, row.unavailable, percent(row.unavailable / row.entries)];
    }),
};

/** All playlists, each with a link to its section. */
export function overview({ playlists, to }: History, anchorOf: (place: number) => string): Markup {
  const areUpToDate = playlists.every(({ last }) => last.day === to);
  return table(
    "Playlists, by name",
    [
      { head: "Playlist" },
      ...["Entries", "Added", "Removed"].map(counted),
      ...(areUpToDate ? [] : [{ head: "Last stored" }]),
    ],
    playlists.map(({ name, id, last, came, went }, place) => [
      html`<a href="#${anchorOf(place)}">${foreign(name ?? id)}</a>`,
      ...[last.entries, came, went],
      ...(areUpToDate ? [] : [dayText(last.day)]),
    ]),
  );
}
