/** The rows that irregular entries give, and the check that they give no others. */
import * as assert from "uvu/assert";
import type { TableName } from "../../transforms/schema";
import type { SerdeRow } from "../support/openCsvSerde";
import { allRows, runOne } from "./run";

type Rows = Partial<Record<TableName, SerdeRow[]>>;

export const itemOf = (
  position: number,
  key: string,
  type: string,
  isLocal = "false",
  added = "2021-03-04T05:06:07Z",
) => ["list", `${position}`, key, type, isLocal, added, "ann"];

/** The rows of the track that `track(id)` makes, with `cells` in place of some of the track's own. */
export function trackRows(id: string, cells: Record<number, string> = {}): Rows {
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
  return {
    tracks: [row.map((cell, index) => cells[index] ?? cell)],
    track_artists: [[id, "0", artistKey]],
    artists: [[artistKey, artistKey, `Artist ${artistKey}`, `spotify:artist:${artistKey}`]],
    albums: [[`a${id}`, `a${id}`, `Album ${id}`, "album", "1999-12-31", "day", "9", `https://i.scdn.co/${id}`]],
    album_artists: [[`a${id}`, "0", artistKey]],
  };
}

/** Transforms a page of these entries and holds every row but that of `playlists` to `expected`. */
export async function gives(entries: unknown[], expected: Rows): Promise<void> {
  const { playlists, ...rows } = allRows(await runOne({ items: entries }, "list.json"));
  assert.equal(
    playlists?.map((row) => row[8]),
    [`${entries.length}`],
  );
  assert.equal(rows, expected);
}
