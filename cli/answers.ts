import type { Answer, LakeSql } from "../lake";
import { tableNames } from "../transforms/schema";
import { render } from "./table";

/** The lake's answers that a run shows. */
interface Answers {
  cameAndWent: Answer;
  artists: Answer;
  tables: Answer;
  itemTypes: Answer;
}

const rowsByTable = tableNames
  .map((table, i) => `select ${i} as n, '${table}' as "table", count(*) as "rows" from ${table}`)
  .join(" union all ");

const itemsByType = `select snapshot_date, count_if(item_type = 'track') as tracks, count_if(is_local) as of_them_local,
  count_if(item_type = 'episode') as episodes, count_if(item_type = 'unavailable') as unavailable,
  count_if(item_type = 'unreadable') as unreadable, count(*) as items
from playlist_items group by snapshot_date order by snapshot_date`;

/** Queries a lake for the answers that a run shows. */
export async function askAnswers(lake: LakeSql): Promise<Answers> {
  return {
    cameAndWent: await askNamed(lake, "came-and-went"),
    artists: await askNamed(lake, "most-frequent-artists"),
    tables: await lake.query(`select "table", "rows" from (${rowsByTable}) as counted order by n`),
    itemTypes: await lake.query(itemsByType),
  };
}

async function askNamed(lake: LakeSql, name: string): Promise<Answer> {
  return lake.query(await lake.namedQuery(name));
}

/** The first rows of an answer, and how many more there are. */
async function excerpt(
  answer: Answer,
  columns: readonly string[],
  most: number,
  width: number | undefined,
): Promise<string> {
  const places = columns.map((name) => answer.columns.findIndex((column) => column.name === name));
  const shown: Answer = {
    columns: places.map((place) => answer.columns[place] ?? { name: "?", type: "VARCHAR" }),
    rows: answer.rows.slice(0, most).map((row) => places.map((place) => row[place])),
  };
  const more = answer.rows.length - shown.rows.length;
  return `${await render(shown, "table", width)}${more > 0 ? `and ${more} more\n` : ""}`;
}

const indentation = "  ";

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, indentation);
}

async function section(title: string, body: Promise<string>): Promise<string> {
  return `${title}\n${indent(await body)}`;
}

/**
 * The answers as text for a terminal.
 * @param columns the terminal's width; undefined for no limit
 */
export async function renderAnswers(
  { cameAndWent, artists, tables, itemTypes }: Answers,
  columns: number | undefined,
): Promise<string> {
  const width = columns === undefined ? undefined : columns - indentation.length;
  const changes =
    cameAndWent.rows.length > 0
      ? excerpt(cameAndWent, ["playlist", "change", "name", "first_artist_or_show", "item_type"], 12, width)
      : Promise.resolve("nothing, or there is only one day yet\n");
  const sections = [
    await section("What came and went since the day before", changes),
    await section(
      "Most frequent artists now",
      excerpt(artists, ["artist", "entries", "tracks", "playlists"], 8, width),
    ),
    await section("Items by type", render(itemTypes, "table", width)),
    await section("Rows by table, all days", render(tables, "table", width)),
  ];
  return sections.join("\n");
}
