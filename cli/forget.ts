import type { Lake, Progress } from "../lake";
import { count, sum } from "../lake/lists";
import { findHoldings, forgetPlaylist, type Holdings, isAnything } from "../operations/forget";
import { myPlaylistsWord, parsePlaylistId, parseWanted } from "../spotify/playlistId";
import { likedId } from "../transforms/keys";
import { type Command, pipelineOptions, printResult, wrongUse } from "./command";
import { onePlaylist } from "./history/historyCommand";
import { withLake } from "./openLake";
import { playlistOf } from "./playlistReference";
import { answerOf, oneLine, render } from "./table";

/** One row per kind of data: its count and bytes. */
function rowsOf(found: Holdings): [what: string, things: number, bytes: number][] {
  const bytesOf = (versions: Holdings["raw"]) => sum(versions, ({ bytes }) => bytes);
  const { compactRows, restores } = found;
  return [
    ["raw objects, with all versions", found.raw.length, bytesOf(found.raw)],
    ["files of tables", found.lake.length, bytesOf(found.lake)],
    ...(compactRows === undefined ? [] : [["rows of the compact copy", compactRows, 0] as [string, number, number]]),
    ["state of the playlist", found.state.length, bytesOf(found.state)],
    ["states of days that name it", found.dayStates.length, 0],
    ["results of queries, all", found.results.length, bytesOf(found.results)],
    ["failed events", found.failures, 0],
    ["waiting events", found.waiting.length, 0],
    ...(restores.length === 0 ? [] : [["files of restores", restores.length, 0] as [string, number, number]]),
  ];
}

/**
 * The playlist with that id, of which the lake may hold no more than a raw object; else the one that the words name.
 * @returns with what is stored of it, and how it is called: by its id, and by its name if that is how it was found
 * @throws as `playlistOf`
 */
async function named(
  words: string,
  lake: Lake,
  say: (remark: string) => void,
): Promise<{ playlistId: string; called: string; found: Holdings }> {
  // A lake may hold playlists whose ids are file names.
  const playlistId = parsePlaylistId(words) ?? words;
  const found = await findHoldings(lake, playlistId);
  if (isAnything(found) || parsePlaylistId(words) !== undefined) return { playlistId, called: playlistId, found };
  const { id, name } = await playlistOf(lake, words, say);
  return { playlistId: id, called: `"${oneLine(name)}" (${id})`, found: await findHoldings(lake, id) };
}

/** Warns if the next run would store the playlist again. */
async function warnOfNext(playlistId: string, lake: Lake, progress: Progress): Promise<void> {
  const { where, playlists: named } = await lake.nextRun();
  const playlists = named?.flatMap((one) => parseWanted(one) ?? [one]);
  if (playlists === undefined) {
    progress.warn(`${where} could not be read: take ${playlistId} out of it, else it comes again`);
  } else if (playlists.includes(playlistId)) {
    progress.warn(`${playlistId} is still in ${where}: the next run stores it again`);
  } else if (playlists.includes(myPlaylistsWord) && playlistId !== likedId) {
    progress.warn(
      `${where} lists "${myPlaylistsWord}": a run stores ${playlistId} again while Spotify lists it for you`,
    );
  }
}

export const command: Command = {
  summary: "remove all that is stored of a playlist",
  usage: "playlake forget PLAYLIST [--yes] [OPTIONS]",
  about: `Removes all that is stored of a playlist (its id, its link or a part of its name): raw objects with all
their versions, state, the files of all tables and days, its rows in the compact copy (a local one: with --config
compactSchedule=...), all results of queries (each may hold its rows), failed events of it, and files of restores. Shows first
what that is, and asks. A raw object that holds several playlists is not known by its name; such days are listed. Logs, which
name the playlist, expire by themselves. Take the playlist out of the config first, and wait until no run is under way.`,
  options: {
    yes: "does not ask",
    ...pipelineOptions,
    json: "prints the counts as JSON; needs --yes",
  },
  examples: ["playlake forget 3cEYpjA9oz9GiPac4AsH4n", "playlake forget 3cEYpjA9oz9GiPac4AsH4n --stack prod --yes"],
  async run(call) {
    const { is, terminal, progress } = call;
    const words = onePlaylist(call);
    if (is.json && !is.yes) throw wrongUse("forget: --json needs --yes");
    await withLake(call, async (lake) => {
      const { playlistId, called, found } = await progress.step(
        "look",
        () => named(words, lake, (remark) => progress.note(remark)),
        ({ called, found: { raw, lake: files } }) =>
          `${called}: ${count(raw.length, "raw object")}, ${count(files.length, "file")} of tables`,
      );
      if (!isAnything(found)) {
        return printResult({ playlistId, removed: [] }, `Nothing is stored of ${playlistId}.\n`, call);
      }
      const rows = rowsOf(found);
      if (!is.json && !is.quiet) {
        const answer = answerOf(["to be removed", "number", "bytes"], rows);
        terminal.out(await render(answer, "table", terminal.columns));
      }
      await warnOfNext(playlistId, lake, progress);
      for (const day of found.daysOfOtherRaw) {
        progress.warn(
          `${day}: its files come from a raw object of another name, which stays; see playlists/snapshot_date=${day}/`,
        );
      }
      if (!is.yes) {
        if (terminal.ask === undefined)
          throw wrongUse("forget: give --yes to remove it; there is no terminal to ask on");
        const answer = await terminal.ask(`Remove ${called} from ${lake.title} for good? Type the playlist's id: `);
        if (answer.trim() !== playlistId) throw new Error("not confirmed: nothing was removed");
      }
      await progress.step(
        "forget",
        (tell) => forgetPlaylist(lake, playlistId, found, tell),
        () => "done",
      );
      const { remnant } = lake.compactRows() ?? {};
      if (remnant !== undefined) progress.warn(remnant);
      const removed = rows.map(([what, things, bytes]) => ({ what, things, bytes }));
      const done = `Forgotten: ${called}. The functions' logs name it ${lake.logsKeep}.\n`;
      printResult({ playlistId, removed }, done, call);
    });
  },
};
