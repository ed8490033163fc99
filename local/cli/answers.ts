import { tableNames } from "../../transforms/schema";
import { openAthena } from "../athena";
import { type Answer, render } from "./table";

/** What a run shows of the lake. */
export interface Answers {
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

/** Asks the lake of a state folder what a run shows. */
export async function askAnswers(stateDir: string): Promise<Answers> {
  const athena = await openAthena({ stateDir });
  try {
    return {
      cameAndWent: await athena.query(athena.namedQuery("came-and-went")),
      artists: await athena.query(athena.namedQuery("most-frequent-artists")),
      tables: await athena.query(`select "table", "rows" from (${rowsByTable}) as counted order by n`),
      itemTypes: await athena.query(itemsByType),
    };
  } finally {
    athena.close();
  }
}

/** The first rows of an answer, and how many more there are. */
async function excerpt(answer: Answer, columns: readonly string[], most: number): Promise<string> {
  const places = columns.map((name) => answer.columns.findIndex((column) => column.name === name));
  const shown: Answer = {
    columns: places.map((place) => answer.columns[place] ?? { name: "?", type: "VARCHAR" }),
    rows: answer.rows.slice(0, most).map((row) => places.map((place) => row[place])),
  };
  const more = answer.rows.length - shown.rows.length;
  return `${await render(shown, "table")}${more > 0 ? `and ${more} more\n` : ""}`;
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}

async function section(title: string, body: Promise<string>): Promise<string> {
  return `${title}\n${indent(await body)}`;
}

/** The answers as a person reads them. */
export async function renderAnswers({ cameAndWent, artists, tables, itemTypes }: Answers): Promise<string> {
  const changes =
    cameAndWent.rows.length > 0
      ? excerpt(cameAndWent, ["playlist", "change", "name", "first_artist_or_show", "item_type"], 12)
      : Promise.resolve("nothing, or there is only one day yet\n");
  const sections = [
    await section("What came and went since the day before", changes),
    await section("Most frequent artists now", excerpt(artists, ["artist", "entries", "tracks", "playlists"], 8)),
    await section("Items by type", render(itemTypes, "table")),
    await section("Rows by table, all days", render(tables, "table")),
  ];
  return sections.join("\n");
}
