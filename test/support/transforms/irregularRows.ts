/** The expected rows of irregular entries, and the check that there are no others. */
import * as assert from "uvu/assert";
import type { TableName } from "../../../transforms/schema";
import type { SerdeRow } from "./openCsvSerde";
import { allRows, runOne } from "./transformed";

type Rows = Partial<Record<TableName, SerdeRow[]>>;

export const itemOf = (
  position: number,
  key: string,
  type: string,
  isLocal = "false",
  added = "2021-03-04T05:06:07Z",
) => ["list", `${position}`, key, type, isLocal, added, "ann"];

type Cells = Record<number, string>;

const withCells = (row: readonly string[], cells: Cells) => row.map((cell, index) => cells[index] ?? cell);

/** The rows of the track that `track(id)` makes, with some cells of the track and its album replaced. */
export function trackRows(id: string, cells: Cells = {}, albumCells: Cells = {}): Rows {
  const row = [
    id,
    id,
    `spotify:track:${id}`,
    `Track ${id}`,
    `a${id}`,
    "1",
    "2",
    "180000",
    "false",
    "false",
    "",
    `ISRC${id}`,
    "",
  ];
  const artistKey = `r${id}`;
  const album = [`a${id}`, `a${id}`, `Album ${id}`, "album", "1999-12-31", "day", "9", `https://i.scdn.co/${id}`];
  return {
    tracks: [withCells(row, cells)],
    track_artists: [[id, "0", artistKey]],
    artists: [[artistKey, artistKey, `Artist ${artistKey}`, `spotify:artist:${artistKey}`]],
    albums: [withCells(album, albumCells)],
    album_artists: [[`a${id}`, "0", artistKey]],
  };
}

/** The rows of several, table by table. */
export function together(...all: readonly Rows[]): Rows {
  const rows: Rows = {};
  for (const one of all) {
    for (const [table, more] of Object.entries(one) as [TableName, SerdeRow[]][]) {
      rows[table] = [...(rows[table] ?? []), ...more];
    }
  }
  return rows;
}

/** Transforms a page of these entries and compares every row, except that of `playlists`, with `expected`. */
export async function gives(entries: unknown[], expected: Rows): Promise<void> {
  const { playlists, ...rows } = allRows(await runOne({ items: entries }, "list.json"));
  assert.equal(
    playlists?.map((row) => row[8]),
    [`${entries.length}`],
  );
  assert.equal(rows, expected);
}
