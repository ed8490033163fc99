import type { KindRow } from "./answers";
import { dayText, type Unit } from "./days";
import { explicitShare, type History, type PlaylistHistory } from "./history";
import { foreign, html, type Markup, number, percent } from "./markup";

/** A column of a table: its head, and whether it holds numbers. */
interface Heading {
  readonly head: Markup | string;
  readonly isNumber?: boolean;
}

type Cell = Markup | string;

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

const counted = (head: string): Heading => ({ head, isNumber: true });

function timeColumn(unit: Unit): Heading {
  return { head: { day: "Day", week: "Week of", month: "Month" }[unit] };
}

/** The order of tables over time. */
export function newestFirst<T>(list: readonly T[]): T[] {
  return [...list].reverse();
}

function explicitCells(row: KindRow): string[] {
  const share = explicitShare(row);
  return share === null ? ["not known", "not known"] : [number(row.explicit), percent(share)];
}

/** The tables of a playlist's figures, newest first if they are in time order. */
export const tables = {
  size: ({ sizes }: PlaylistHistory, unit: Unit, title: string) =>
    table(
      title,
      [timeColumn(unit), ...["Entries", "Tracks", "Episodes", "Unavailable", "Unreadable"].map(counted)],
      newestFirst(sizes).map(({ label, row }) => {
        const { entries, tracks, episodes, unavailable, unreadable } = row;
        return [label, ...[entries, tracks, episodes, unavailable, unreadable].map(number)];
      }),
    ),
  changes: ({ flows }: PlaylistHistory, unit: Unit, title: string) =>
    table(
      title,
      [timeColumn(unit), ...["Added", "Removed", "Moved"].map(counted)],
      newestFirst(flows).map(({ label, came, went, moved }) => [label, ...[came, went, moved].map(number)]),
    ),
  stays: ({ stays }: PlaylistHistory, _unit: Unit, title: string) =>
    table(
      title,
      [
        ...[{ head: "Track or episode" }, { head: "Artist or show" }, counted("Days"), { head: "From" }],
        ...[{ head: "To" }, { head: "Added (Spotify)" }],
      ],
      stays.map(({ name, maker, days, from, to, isCurrent, addedOn }) => [
        ...[name === null ? "no name" : foreign(name), maker === null ? "" : foreign(maker), number(days)],
        ...[dayText(from), isCurrent ? "still there" : dayText(to), addedOn === null ? "not known" : dayText(addedOn)],
      ]),
    ),
  artists: ({ artists, artistBuckets }: PlaylistHistory, unit: Unit, title: string) =>
    table(
      title,
      [timeColumn(unit), ...artists.map(({ name }) => ({ head: foreign(name ?? "no name"), isNumber: true }))],
      newestFirst(
        artistBuckets.map(({ label }, i) => [label, ...artists.map(({ shares }) => percent(shares[i] ?? 0))]),
      ),
    ),
  years: ({ years, entriesWithoutYear }: PlaylistHistory, _unit: Unit, title: string) =>
    table(
      title,
      [{ head: "Year" }, counted("Entries")],
      [
        ...newestFirst(years).map(({ year, entries }) => [String(year), number(entries)]),
        ...(entriesWithoutYear > 0 ? [["not known", number(entriesWithoutYear)]] : []),
      ],
    ),
  kinds: ({ kinds }: PlaylistHistory, unit: Unit, title: string) =>
    table(
      title,
      [timeColumn(unit), ...["Explicit", "of all", "Unavailable", "of all"].map(counted)],
      newestFirst(kinds).map(({ label, row }) => [
        ...[label, ...explicitCells(row), number(row.unavailable), percent(row.unavailable / row.entries)],
      ]),
    ),
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
      ...[number(last.entries), number(came), number(went)],
      ...(areUpToDate ? [] : [dayText(last.day)]),
    ]),
  );
}
