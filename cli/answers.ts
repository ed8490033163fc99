import type { Answer, LakeSql } from "../lake";
import { askNamed, rowsOf } from "../lake/askNamed";
import { tableNames } from "../transforms/schema";
import { table } from "./history/print";
import { render } from "./table";

const rowsByTable = tableNames
  .map((table, i) => `select ${i} as n, '${table}' as "table", count(*) as "rows" from ${table}`)
  .join(" union all ");

const itemsByType = `select snapshot_date, count_if(item_type = 'track') as tracks, count_if(is_local) as of_them_local,
  count_if(item_type = 'episode') as episodes, count_if(item_type = 'unavailable') as unavailable,
  count_if(item_type = 'unreadable') as unreadable, count(*) as items
from playlist_items group by snapshot_date order by snapshot_date`;

/** The first rows of an answer, and how many more there are. */
async function excerpt(answer: Answer, names: readonly string[], most: number, columns: number | undefined) {
  const rows = rowsOf(answer);
  const shown = await table(rows.slice(0, most), names, { columns, hasColours: false });
  return `${shown}${rows.length > most ? `and ${rows.length - most} more\n` : ""}`;
}

/** What stands in place of changes. */
async function whyNothing(lake: LakeSql): Promise<string> {
  const [[days] = []] = (await lake.query("select count(distinct snapshot_day) as days from playlists")).rows;
  const few = ["nothing: no playlist is stored yet", "nothing yet: this is the first stored day"];
  return few[Number(days)] ?? "nothing";
}

const indentation = "  ";

/**
 * Queries a lake for the answers that a run shows.
 * @param columns the terminal's width; undefined for no limit
 * @returns text for a terminal
 */
export async function answersText(lake: LakeSql, columns: number | undefined): Promise<string> {
  const width = columns === undefined ? undefined : columns - indentation.length;
  const changes = await askNamed(lake, "came-and-went");
  const changeColumns = ["playlist", "change", "name", "first_artist_or_show", "item_type"];
  const artists = await askNamed(lake, "most-frequent-artists");
  const tables = await lake.query(`select "table", "rows" from (${rowsByTable}) as counted order by n`);
  const sections = [
    [
      "What came and went since the day before",
      changes.rows.length === 0 ? `${await whyNothing(lake)}\n` : await excerpt(changes, changeColumns, 12, width),
    ],
    ["Most frequent artists now", await excerpt(artists, ["artist", "entries", "tracks", "playlists"], 8, width)],
    ["Items by type", await render(await lake.query(itemsByType), "table", width)],
    ["Rows by table, all days", await render(tables, "table", width)],
  ] as const;
  return sections.map(([title, body]) => `${title}\n${body.replace(/^(?=.)/gm, indentation)}`).join("\n");
}
