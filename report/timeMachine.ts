// What the page's time machine holds: every state of every list, as differences, with the names of all items.
import { groupedBy } from "../lake/lists";
import type { ReportAnswers } from "./answers";
import { type Item, type ItemKind, type PageData, type PlaylistData, type Version, versionOf } from "./page/history";

const spotifyId = /^[0-9A-Za-z]{22}$/;

/** Makes the page's data from the lake's answers. The same answers give the same data. */
export function pageData({ sizes, lists, names }: ReportAnswers): Omit<PageData, "tables"> {
  const nameOf = new Map(names.map((row) => [`${row.type} ${row.key}`, row]));
  const items: Item[] = [];
  const indexes = new Map<string, number>();
  const indexOf = (line: string): number => {
    const known = indexes.get(line);
    if (known !== undefined) return known;
    const { name, artist, album } = nameOf.get(line) ?? {};
    const kind = line.slice(0, line.indexOf(" ")) as ItemKind;
    const key = line.slice(kind.length + 1);
    indexes.set(line, items.length);
    return items.push([name ?? "", artist ?? "", album ?? "", kind, spotifyId.test(key) ? key : ""]) - 1;
  };

  const listsOf = groupedBy(lists, ({ playlistId }) => playlistId);
  const playlists = [...groupedBy(sizes, ({ playlistId }) => playlistId)].map(([id, stored]): PlaylistData => {
    const ordered = [...stored].sort((a, b) => (a.day < b.day ? -1 : 1));
    const dayNames = ordered.map(({ day }) => day);
    return {
      id,
      name: ordered.findLast(({ playlist }) => playlist !== null && playlist !== "")?.playlist ?? id,
      days: dayNames,
      versions: versionsOf(listsOf.get(id) ?? [], dayNames, indexOf),
    };
  });
  return { items, playlists: playlists.sort((a, b) => a.name.localeCompare(b.name, "en") || (a.id < b.id ? -1 : 1)) };
}

function versionsOf(
  rows: ReportAnswers["lists"],
  days: readonly string[],
  indexOf: (line: string) => number,
): Version[] {
  let before: number[] = [];
  return rows.map(({ day, list }) => {
    const after = list === "" ? [] : list.split("\n").map(indexOf);
    const version = versionOf(days.indexOf(day), before, after);
    before = after;
    return version;
  });
}
