/** Reads the edit log back: what each playlist held on each stored day. Shares nothing with the views' SQL. */
import type { Availability, Item } from "./catalog";
import type { EditLog } from "./simulate";

/** An entry as it stood in a playlist on a day. */
export interface Entry {
  /** The same one as long as the entry stays in the list, wherever it stands. */
  id: number;
  item: Item;
  availability: Availability;
  addedAt: string | null;
}

/** A day on which a playlist was stored. */
export interface StoredDay {
  date: string;
  name: string;
  entries: Entry[];
}

interface List {
  name: string;
  canBeRead: boolean;
  entries: { id: number; item: Item; addedAt: string | null; isLost: boolean }[];
}

/** The stored days of each playlist, in order. */
export function replay(log: EditLog): StoredDay[][] {
  const lists: List[] = [];
  for (let playlist = 0; playlist < log.playlists; playlist += 1) {
    lists.push({ name: "", canBeRead: false, entries: [] });
  }
  const stored: StoredDay[][] = lists.map(() => []);
  const down = new Set<number>();
  let nextId = 0;
  for (const { date, edits } of log.days) {
    let isRun = true;
    for (const edit of edits) {
      if (edit.op === "noRun") {
        isRun = false;
        continue;
      }
      if ("track" in edit) {
        if (edit.op === "takeDown") down.add(edit.track);
        else down.delete(edit.track);
        continue;
      }
      const list = lists[edit.playlist]!;
      const { entries } = list;
      if (edit.op === "rename") list.name = edit.name;
      if (edit.op === "gone") list.canBeRead = false;
      if (edit.op === "back") list.canBeRead = true;
      if (edit.op === "lose") entries[edit.index]!.isLost = true;
      if (edit.op === "regain") entries[edit.index]!.isLost = false;
      if (edit.op === "remove") list.entries = entries.filter((_, i) => i < edit.index || i >= edit.index + edit.count);
      if (edit.op === "add") {
        const added = edit.items.map((item) => ({ id: nextId++, item, addedAt: edit.addedAt, isLost: false }));
        list.entries = [...entries.slice(0, edit.index), ...added, ...entries.slice(edit.index)];
      }
      if (edit.op === "move") {
        const moved = entries.slice(edit.index, edit.index + edit.count);
        const others = entries.filter((entry) => !moved.includes(entry));
        list.entries = [...others.slice(0, edit.to), ...moved, ...others.slice(edit.to)];
      }
    }
    if (!isRun) continue;
    for (const [playlist, { name, canBeRead, entries }] of lists.entries()) {
      if (!canBeRead) continue;
      const served = entries.map(({ id, item, addedAt, isLost }) => {
        const isDown = item.kind === "track" && down.has(item.number);
        const availability: Availability = isLost ? "noItem" : isDown ? "takenDown" : "there";
        return { id, item, addedAt, availability };
      });
      stored[playlist]!.push({ date, name, entries: served });
    }
  }
  return stored;
}
