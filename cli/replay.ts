import type { Place } from "../lake";
import { planReplay, type Selection, type Tally } from "../operations/replay";
import { type CatalogMended, mendCatalog } from "../operations/replay/catalog";
import { daysOf } from "../operations/replay/selection";
import { parsePlaylistId } from "../spotify/playlistId";
import { type Command, type OptionValues, pipelineOptions, refuseWords, texts, wrongUse } from "./command";
import { describeCrawl } from "./crawlText";
import { dateOption } from "./dates";
import { count } from "./describe";
import { refuseWaitingRun, withPlace } from "./openPlace";
import { createProgress, type Progress } from "./progress";

const help = `Usage: playlake replay [--from DATE] [--to DATE] [--playlist ID|URI|LINK ...] [OPTIONS]

Runs raw objects through the transformer again: what to do after a change of the tables. The same raw object gives the
same bytes. One that was stopped goes on where it was, as long as the transformer is the same.

  --from DATE, --to DATE   days from and to, these included (default: all)
  --playlist P ...         these playlists only
  --restart                begins anew, however far an earlier try came
  --state DIR              works in this state folder (default: that of the last run)
  --config KEY=VALUE       a setting of the stack, as run takes it
  --stack NAME             works on the deployed stack NAME: each batch is a call of its transformer, which costs what
                           Lambda, S3 and the crawler cost. Needs AWS credentials and Pulumi's CLI
  --quiet                  prints problems only
  --json                   prints the counts as JSON
`;

function selectionOf(values: OptionValues): Selection {
  const [from, to] = [dateOption(values, "from"), dateOption(values, "to")];
  if (from !== undefined && to !== undefined && from > to) {
    throw wrongUse(`replay: --from ${from} is after --to ${to}`);
  }
  // A lake may hold playlists whose ids are file names.
  const playlists = texts(values, "playlist").map((playlist) => parsePlaylistId(playlist) ?? playlist);
  return { ...(from && { from }), ...(to && { to }), playlists: [...new Set(playlists)].sort() };
}

/** What a replay did. */
interface Replayed extends Tally {
  readonly catalog: CatalogMended;
}

async function replayIn(place: Place, values: OptionValues, progress: Progress): Promise<Replayed | undefined> {
  const selection = selectionOf(values);
  const planned = await progress.step(
    "raw objects",
    () => planReplay(place, selection, values.restart === true),
    ({ keys, left, after }) => {
      const found = `${count(keys.length, "object")} of ${count(daysOf(keys).size, "day")}`;
      return after === undefined ? found : `${found}; goes on after ${after}: ${left.length} left`;
    },
  );
  const { keys } = planned;
  if (keys.length === 0) return undefined;
  const tally = await progress.step(
    "transform",
    (tell) => planned.run((through) => tell(`${through} of ${keys.length}`)),
    describeTally,
  );
  for (const { key, reason } of tally.failures) progress.warn(`${key}: ${reason}`);
  const catalog = await progress.step("catalog", () => mendCatalog(place, daysOf(keys)), describeCatalog);
  for (const partition of catalog.other) {
    progress.warn(`partition ${partition} has other columns than its table; it was left as it is`);
  }
  return { ...tally, catalog };
}

function describeTally({ objects, files, rows, gone, failures }: Tally): string {
  const parts = [`${count(objects, "object")} again: ${count(files, "CSV file")}, ${count(rows, "row")}`];
  if (gone > 0) parts.push(`${gone} gone meanwhile`);
  if (failures.length > 0) parts.push(`${failures.length} failed`);
  return parts.join(", ");
}

/** What was done to the catalog, in a few words. */
export function describeCatalog({ refreshed, missing, crawl }: CatalogMended): string {
  const parts: string[] = [];
  if (refreshed > 0) parts.push(`${count(refreshed, "partition")} brought to the columns of the table`);
  if (crawl !== undefined) parts.push(`crawled for ${count(missing.length, "day")}: ${describeCrawl(crawl)}`);
  return parts.length === 0 ? "nothing to do" : parts.join(", ");
}

/** `playlake replay`: raw objects through the transformer again. */
export const replay: Command = {
  summary: "run stored raw objects through the transformer again",
  help,
  options: {
    from: { type: "string" },
    to: { type: "string" },
    playlist: { type: "string", multiple: true },
    restart: { type: "boolean" },
    ...pipelineOptions,
  },
  async run(values, positionals, terminal) {
    refuseWords("replay", positionals);
    selectionOf(values);
    const progress = createProgress(terminal, values.quiet === true);
    const replayed = await withPlace({ command: "replay", values, progress }, terminal, (place, local) => {
      refuseWaitingRun(place, local);
      return replayIn(place, values, progress);
    });
    if (replayed === undefined) throw new Error("there is no raw object of these days and playlists");
    if (values.json === true) terminal.out(`${JSON.stringify(replayed, null, 2)}\n`);
    else if (values.quiet !== true) terminal.out(`${describeTally(replayed)}.\n`);
    const { failures, catalog } = replayed;
    if (failures.length > 0) throw new Error(`${count(failures.length, "object")} failed, all others are done`);
    if (catalog.crawl?.error !== undefined) throw new Error(`crawler ${catalog.crawl.crawler}: ${catalog.crawl.error}`);
  },
};
