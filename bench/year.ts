// The requests of a year to Spotify, S3 and Athena, and the cost of a month: counted over some days, then extrapolated.
import { costedStack, totalCost } from "../scripts/cost";
import { exampleStack } from "../scripts/exampleStack";
import { type CountedRun, countRun } from "./countedRun";
import { type BenchTable, printTable } from "./table";

const daysAYear = 365;
const samplePlaylists = 3;
const shownPlaylists = [1, 50, 1000];
const catchUpsADay = 17;
/** A week and a day: unchanged playlists are read again in full each week. */
const days = 8;

/** The daily count of one playlist, and of a day without playlists: a line through two runs. */
interface Line {
  aPlaylist: number;
  aDay: number;
}

/** @param figure per day; `few` is a run of one playlist, `many` of all samples */
function lineOf(few: number, many: number): Line {
  const aPlaylist = (many - few) / (samplePlaylists - 1);
  return { aPlaylist, aDay: few - aPlaylist };
}

/** The table of (e). */
export async function benchYear(): Promise<BenchTable> {
  const few = await countRun(1, days);
  const many = await countRun(samplePlaylists, days);
  // The size of one day's file, because Iceberg writes a file per day.
  const { compactBytes } = await countRun(samplePlaylists, 1);
  const { resources } = await exampleStack({ catalog: "declared" });
  const stack = costedStack(resources);
  const perDay = (figure: (run: CountedRun) => number) => lineOf(figure(few) / days, figure(many) / days);
  const year = ({ aPlaylist, aDay }: Line, playlists: number) => daysAYear * (aPlaylist * playlists + aDay);
  const row = (title: string, cellOf: (playlists: number) => string) => [title, ...shownPlaylists.map(cellOf)];
  const count = (figure: (run: CountedRun) => number) => (playlists: number) =>
    Math.round(year(perDay(figure), playlists)).toLocaleString("en");

  const entriesAPlaylist = many.days.entries / days / samplePlaylists;
  const puts = (run: CountedRun) => run.days.puts + days * catchUpsADay * run.catchUp.puts;
  const reads = (run: CountedRun) =>
    run.days.gets + run.days.lists + days * catchUpsADay * (run.catchUp.gets + run.catchUp.lists);
  const bytes = (total: number) => (total / days / samplePlaylists) * daysAYear;
  return {
    title: "A year by number of playlists",
    columns: ["figure", ...shownPlaylists.map((playlists) => playlists.toLocaleString("en"))],
    rows: [
      row(
        "requests to Spotify, all changing each day",
        count((run) => run.days.spotifyRequests),
      ),
      row("S3 PUT", count(puts)),
      row("S3 GET and LIST, by the functions", count(reads)),
      row(
        "files in the lake",
        count((run) => run.lakeFiles),
      ),
      row("raw", (playlists) => sizeText(bytes(many.rawBytes) * playlists)),
      row("Athena: a query over all days of all tables", (playlists) => sizeText(bytes(many.lakeBytes) * playlists)),
      row("Athena: over the compact copy, all columns", (playlists) =>
        sizeText(bytes(compactBytes * days) * playlists),
      ),
      row(
        "cost a month, by docs/cost.md",
        (playlists) => `$${totalCost(stack, { playlists, years: 1 }).list.toFixed(2)}`,
      ),
    ],
    notes: [
      `Counted in local runs of 1 and ${samplePlaylists} sample playlists (${entriesAPlaylist.toFixed(0)} entries on average) over ${days} days and ${catchUpsADay} catch-ups a day; a line through both, times ${daysAYear}.`,
      `A playlist and day: ${perDay(puts).aPlaylist.toFixed(1)} PUT, ${perDay(reads).aPlaylist.toFixed(1)} GET and LIST; a day without any: ${perDay(puts).aDay.toFixed(1)} and ${perDay(reads).aDay.toFixed(1)}.`,
      "Athena takes 10 MB at least for a query, and its own requests to S3 (one or more a file, a LIST for each day of a table) come on top: docs/scale.md.",
      "The compact copy as a Parquet file a day, as DuckDB writes it; a query reads only the columns that it names.",
    ],
  };
}

function sizeText(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

if (require.main === module) void benchYear().then(printTable);
