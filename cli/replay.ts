import { count } from "../lake/lists";
import { describeTally, replayObjects, type Selection } from "../operations/replay";
import { parsePlaylistId } from "../spotify/playlistId";
import { type Call, type Command, pipelineOptions, printResult, refuseWords, stackOption, wrongUse } from "./command";
import { dayOption } from "./dates";
import { refuseWaitingRun, withLake } from "./openLake";

function selectionOf(call: Call): Selection {
  const [from, to] = [dayOption(call, "from"), dayOption(call, "to")];
  if (from !== undefined && to !== undefined && from > to) {
    throw wrongUse(`replay: --from ${from} is after --to ${to}`);
  }
  // A lake may hold playlists whose ids are file names.
  const playlists = (call.texts.playlist ?? []).map((playlist) => parsePlaylistId(playlist) ?? playlist);
  return { ...(from && { from }), ...(to && { to }), playlists: [...new Set(playlists)].sort() };
}

export const command: Command = {
  summary: "run stored raw objects through the transformer again",
  usage: "playlake replay [--from DAY] [--to DAY] [--playlist ID|URI|LINK ...] [OPTIONS]",
  about: `Runs raw objects through the transformer again, as is needed after a change of the tables. The same raw object gives
the same bytes. A replay that was stopped continues if the transformer is still the same.`,
  options: {
    "from DAY": "the first day (default: the first that is stored)",
    "to DAY": "the last day (default: the last that is stored)",
    "playlist P ...": "only these playlists",
    restart: "starts from the beginning, not where an earlier replay stopped",
    ...pipelineOptions,
    "stack NAME": stackOption(
      "works on the deployed stack NAME: each batch is a call of its transformer, which costs what Lambda, S3 and the crawler cost",
    ),
    json: "prints the counts as JSON",
  },
  examples: ["playlake replay", "playlake replay --from 2026-11-01 --to 2026-11-07"],
  async run(call) {
    refuseWords(call);
    const selection = selectionOf(call);
    const replayed = await withLake(call, (lake) => {
      refuseWaitingRun(lake);
      return replayObjects(lake, selection, call.is.restart === true, call.progress);
    });
    if (replayed === undefined) throw new Error("there is no raw object of these days and playlists");
    printResult(replayed, `${describeTally(replayed)}.\n`, call);
    const { failures, catalog } = replayed;
    if (failures.length > 0) throw new Error(`${count(failures.length, "object")} failed, all others are done`);
    if (catalog.crawl?.error !== undefined) throw new Error(`crawler ${catalog.crawl.crawler}: ${catalog.crawl.error}`);
  },
};
