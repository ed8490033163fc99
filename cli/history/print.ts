// The answers of the history's commands as text for reading.
import type { Row } from "../../lake/askNamed";
import { groupedBy } from "../../lake/lists";
import { answerOf, cut, measure, oneLine, render } from "../table";

/** Where a text is printed. */
export interface Paper {
  /** The terminal's width; undefined for no limit. */
  readonly columns: number | undefined;
  readonly hasColours: boolean;
}

/** What an entry is called, with its kind if it is not a track that can be played. */
export function entryName({ item_type, item_key, name, is_local }: Row): string {
  if (name === null && item_key === null) return `(${item_type})`;
  if (name === null) return `(unavailable) ${item_key}`;
  const isLocal = is_local === true || String(item_key).startsWith("spotify:local:");
  const kind = isLocal ? " (local file)" : item_type === "episode" ? " (episode)" : "";
  return `${name}${kind}`;
}

/** The day of a timestamp; empty for null. */
function dayOf(value: unknown): string {
  return value === null ? "" : String(value).slice(0, 10);
}

/** A printed column: the row's, or a heading with its cell of a row or the row's column. Numbers are right-aligned. */
type PrintedColumn = string | readonly [heading: string, cell: string | ((row: Row) => unknown)];

/** Rows as a table with other columns. */
export function table(all: readonly Row[], printed: readonly PrintedColumn[], paper: Paper): Promise<string> {
  const columns = printed.map((column) => (typeof column === "string" ? ([column, column] as const) : column));
  const rows = all.map((row) => columns.map(([, cell]) => (typeof cell === "string" ? row[cell] : cell(row))));
  return render(
    answerOf(
      columns.map(([heading]) => heading),
      rows,
    ),
    "table",
    paper.columns,
  );
}

const place: PrintedColumn = ["#", "place"];
const named: readonly PrintedColumn[] = [["name", entryName], "artists"];
const playlist: PrintedColumn = ["playlist", (row) => row.playlist ?? row.playlist_id];
const wide = 110;

/** Of the entries of a playlist. */
export function entryColumns({ columns = wide }: Paper): PrintedColumn[] {
  return [place, ...named, ...(columns >= wide ? ["album"] : []), ["added", ({ added_at }) => dayOf(added_at)]];
}

/** Of the playlists of a lake: with the last stored day of each, if some were not stored on the newest one. */
export function playlistColumns(rows: readonly Row[]): PrintedColumn[] {
  const days = rows.map(({ last_date }) => String(last_date)).sort();
  const until: PrintedColumn = ["until", ({ last_date }) => (last_date === days.at(-1) ? "now" : last_date)];
  return [
    playlist,
    "entries",
    ["last change", ({ last_change }) => last_change ?? "never"],
    ["since", "first_date"],
    ...(days[0] === days.at(-1) ? [] : [until]),
    ["id", "playlist_id"],
  ];
}

/** Of the stays of found songs. If a playlist is no longer stored, its last day is not "now". */
export const stayColumns: readonly PrintedColumn[] = [
  ...named,
  playlist,
  ["from", "from_date"],
  [
    "until",
    ({ is_current, to_date, newest_date }) =>
      is_current !== true ? to_date : to_date === newest_date ? "now" : `${to_date} (last stored)`,
  ],
];

/** Of entries that repeat others; `withPlaylist` for those of several playlists. */
export function duplicateColumns(withPlaylist: boolean): PrintedColumn[] {
  const repeats: PrintedColumn = ["repeats the", ({ reason }) => String(reason).replace("same ", "")];
  return [...(withPlaylist ? [playlist] : []), place, ...named, "album", repeats];
}

/** Each change as it is marked and counted. */
const kinds: Readonly<Record<string, readonly [sign: string, colour: number, counted: string]>> = {
  came: ["+", 32, "came"],
  went: ["-", 31, "went"],
  lost: ["x", 31, "became unavailable"],
  back: ["=", 32, "can be played again"],
  moved: ["~", 33, "moved"],
};

function painted(text: string, code: number, { hasColours }: Paper): string {
  return hasColours ? `\x1b[${code}m${text}\x1b[0m` : text;
}

function whereTo({ change, previous_place, place }: Row): string {
  if (change === "moved") return `moved from ${previous_place} to ${place}`;
  const words = change === "lost" || change === "back" ? `${kinds[change]?.[2]} ` : change === "went" ? "was " : "";
  const at = place ?? previous_place;
  return `${words}${at === null ? "" : `at ${at}`}`.trim();
}

/** What changed: a line for each, cut to the width before its place. */
export async function changeLines(rows: readonly Row[], paper: Paper): Promise<string> {
  const widthOf = await measure();
  const lines = rows.map((row) => {
    const [sign = "?", colour = 0] = kinds[String(row.change)] ?? [];
    const where = `, ${whereTo(row)}`;
    const isUnnamed = row.change === "lost" && row.item_key === null;
    const called = isUnnamed ? "(one of those that went)" : entryName(row);
    const name = oneLine(row.artists === null ? called : `${called} · ${row.artists}`);
    const most = (paper.columns ?? Number.POSITIVE_INFINITY) - "  + ".length - where.length;
    return painted(`  ${sign} ${cut(name, most, widthOf)}${where}`, colour, paper);
  });
  return lines.map((line) => `${line}\n`).join("");
}

/** `2 came, 1 went` */
export function changeCounts(rows: readonly Row[]): string {
  return Object.entries(kinds)
    .map(([change, [, , counted]]) => [rows.filter((row) => row.change === change).length, counted] as const)
    .filter(([number]) => number > 0)
    .map(([number, counted]) => `${number} ${counted}`)
    .join(", ");
}

/** The changes under the day on which they were seen. */
export async function dailyChanges(rows: readonly Row[], paper: Paper): Promise<string> {
  const days = groupedBy(rows, ({ snapshot_date }) => String(snapshot_date));
  const blocks = [...days].map(async ([day, own]) => {
    const before = String(own[0]?.previous_date);
    const isNextDay = Date.parse(day) - Date.parse(before) === 86_400_000;
    const gap = isNextDay ? "" : `, since the snapshot of ${before}`;
    return `${painted(day, 1, paper)}  ${changeCounts(own)}${gap}\n${await changeLines(own, paper)}`;
  });
  return (await Promise.all(blocks)).join("\n");
}
