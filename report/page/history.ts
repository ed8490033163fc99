import { compareLists } from "../../lake/lists";

/** The whole history as the page holds it. Lists name their items by index, days by ISO date. */
export interface PageData {
  readonly items: readonly Item[];
  readonly playlists: readonly PlaylistData[];
  /** The figures' tables as HTML, by number. */
  readonly tables: readonly string[];
}

/** A track or episode: name, first artist or show, album, and its id at Spotify if it has one. */
export type Item = readonly [name: string, artist: string, album: string, kind: ItemKind, spotifyId: string];
export type ItemKind = "track" | "episode" | "unavailable" | "unreadable";

export interface PlaylistData {
  readonly id: string;
  readonly name: string;
  /** The stored days, ascending, YYYY-MM-DD. */
  readonly days: readonly string[];
  /** The states of the list, ascending; the first one is the list of the first day. */
  readonly versions: readonly Version[];
}

/** What made a state of the list out of the one before. */
export interface Version {
  /** Index into `days` of the first day with this state. */
  readonly day: number;
  /** Positions in the state before, ascending. */
  readonly removed: readonly number[];
  /** Positions in this state, ascending, each followed by the item's index. */
  readonly inserted: readonly number[];
}

/** What turns one state of a list into the next: moved entries are removed and inserted. */
export function versionOf(day: number, before: readonly number[], after: readonly number[]): Version {
  const { origins, removed, moved } = compareLists(before, after);
  const isMoved = new Set(moved);
  return {
    day,
    removed: [...removed, ...moved.map((position) => origins[position] as number)].sort((a, b) => a - b),
    inserted: origins.flatMap((origin, position) =>
      origin !== -1 && !isMoved.has(position) ? [] : [position, after[position] as number],
    ),
  };
}

/** Applies a version to the state before it. */
export function apply(before: readonly number[], { removed, inserted }: Version): number[] {
  const gone = new Set(removed);
  const after = before.filter((_, position) => !gone.has(position));
  for (let i = 0; i < inserted.length; i += 2) after.splice(inserted[i]!, 0, inserted[i + 1]!);
  return after;
}

/** A time during which an item was in a list without a break. Days are indexes into the playlist's `days`. */
export interface Stay {
  readonly item: number;
  readonly from: number;
  to: number;
}

/** A playlist with its states at hand. */
export type PlaylistHistory = ReturnType<typeof openHistory>;

export function openHistory(data: PlaylistData) {
  const lists: number[][] = [];
  const byItem = new Map<number, Stay[]>();
  const stays: Stay[] = [];
  let list: number[] = [];
  for (const [i, version] of data.versions.entries()) {
    const before = new Set(list);
    list = apply(list, version);
    lists.push(list);
    const lastDay = (data.versions[i + 1]?.day ?? data.days.length) - 1;
    for (const item of new Set(list)) {
      const known = byItem.get(item) ?? [];
      const open = known.at(-1);
      if (open !== undefined && before.has(item)) open.to = lastDay;
      else {
        const stay = { item, from: version.day, to: lastDay };
        stays.push(stay);
        byItem.set(item, [...known, stay]);
      }
    }
  }
  const versionOn = (day: number) => data.versions.findLastIndex((version) => version.day <= day);
  return {
    ...data,
    /** All stays, by their first day. */
    stays: stays as readonly Stay[],
    /** The list as it stood on a stored day. */
    listOn: (day: number): readonly number[] => lists[versionOn(day)] ?? [],
    /** The stay of an item on a day; undefined if it was not in the list. */
    stayOn: (item: number, day: number) => byItem.get(item)?.find(({ from, to }) => from <= day && day <= to),
  };
}
