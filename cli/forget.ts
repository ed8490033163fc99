import { forgetCrawled } from "../emulator/glue/crawlMemory";
import type { Place } from "../lake";
import { holdsCompactCopy } from "../lake/compactRows";
import { readOrigin } from "../lake/local/state";
import { configuredPlaylists } from "../lake/stack/config";
import { findHoldings, forgetPlaylist, type Holdings, isAnything, speaksOf } from "../operations/forget";
import { myPlaylistsWord, parsePlaylistId } from "../spotify/playlistId";
import { safeId } from "../transforms/keys";
import { type Command, type Terminal, text, wrongUse } from "./command";
import { count, sum } from "./describe";
import { type LocalState, withPlace } from "./openPlace";
import { createProgress, type Progress } from "./progress";
import { render } from "./table";

const help = `Usage: playlake forget PLAYLIST [--yes] [--state DIR | --stack NAME] [--config KEY=VALUE ...]

Removes all that is stored of a playlist (its id, URI or link): raw objects with all their versions, state, the files of
all tables and days, its rows in the compact copy (a local one: with --config compactSchedule=...), all results of
queries (each may hold its rows), and failed events of it. Shows first what that is, and asks. A raw object that holds
several playlists can't be told by its name; such days are named. Logs, which name the playlist, end by themselves. Take
the playlist out of the config first, and let no run be under way.

  --yes                does not ask
  --state DIR          works in this state folder (default: that of the last run)
  --config KEY=VALUE   a setting of the stack, as run takes it
  --stack NAME         works on the deployed stack NAME. Needs AWS credentials and Pulumi's CLI
  --quiet              prints problems only
  --json               prints the counts as JSON; needs --yes
`;

/** What there is, a row a kind: how many, how many bytes. */
function rowsOf(found: Holdings, waiting: number): [what: string, things: number, bytes: number][] {
  const bytesOf = (versions: Holdings["raw"]) => sum(versions, ({ bytes }) => bytes);
  return [
    ["raw objects, with all versions", found.raw.length, bytesOf(found.raw)],
    ["files of tables", found.lake.length, bytesOf(found.lake)],
    ...compactRow(found),
    ["state of the playlist", found.state.length, bytesOf(found.state)],
    ["states of days that name it", found.dayStates.length, 0],
    ["results of queries, all", found.results.length, bytesOf(found.results)],
    ["failed events", found.failures, 0],
    ["waiting events", waiting, 0],
  ];
}

function compactRow({ compactRows }: Holdings): [what: string, things: number, bytes: number][] {
  return compactRows === undefined ? [] : [["rows of the compact copy", compactRows, 0]];
}

async function show(rows: ReturnType<typeof rowsOf>, terminal: Terminal): Promise<void> {
  const columns = [
    { name: "to be removed", type: "VARCHAR" },
    { name: "number", type: "BIGINT" },
    { name: "bytes", type: "BIGINT" },
  ];
  terminal.out(await render({ columns, rows }, "table", terminal.columns));
}

/** @throws wrong use, where nobody can be asked; an error where the answer is another */
async function confirm(playlistId: string, place: Place, terminal: Terminal): Promise<void> {
  if (terminal.ask === undefined) throw wrongUse("forget: give --yes to remove it; there is no terminal to ask on");
  const answer = await terminal.ask(`Remove it from ${place.title} for good? Type the playlist's id: `);
  if (answer.trim() !== playlistId) throw new Error("not confirmed: nothing was removed");
}

/** A run that is asked for it stores it again. */
async function warnOfNext(
  playlistId: string,
  stack: string | undefined,
  local: LocalState | undefined,
  terminal: Terminal,
  progress: Progress,
): Promise<void> {
  if (stack === undefined) {
    const { source = "", playlists = [] } = (local && readOrigin(local.state.directory)) ?? {};
    // What a run reads of Spotify itself is remembered, and forgotten with the rest.
    if (source !== "spotify" && playlists.includes(playlistId)) {
      progress.warn(
        `the ${source === "sample" ? "samples hold" : `files in ${source} hold`} ${playlistId}: the next run stores it again`,
      );
    }
    return;
  }
  const wanted = await configuredPlaylists(stack, terminal);
  const where = `the config of stack ${stack}`;
  if (wanted === undefined)
    progress.warn(`${where} could not be read: take ${playlistId} out of it, else it comes again`);
  else if (wanted.some((one) => (parsePlaylistId(one) ?? one) === playlistId)) {
    progress.warn(`${where} still lists ${playlistId}: the next run stores it again`);
  } else if (wanted.includes(myPlaylistsWord)) {
    progress.warn(
      `${where} lists "${myPlaylistsWord}": a run stores ${playlistId} again while Spotify lists it for you`,
    );
  }
}

/** The queue of this machine, whose events are not S3's to keep: those of the playlist. */
function waitingEvents(local: LocalState | undefined, playlistId: string) {
  return local?.lambda.waiting().filter(({ payload }) => speaksOf(payload, playlistId)) ?? [];
}

/** `playlake forget`: all that is stored of one playlist, away. */
export const forget: Command = {
  summary: "remove all that is stored of a playlist",
  help,
  options: {
    yes: { type: "boolean" },
    state: { type: "string" },
    config: { type: "string", multiple: true },
    stack: { type: "string" },
    quiet: { type: "boolean" },
    json: { type: "boolean" },
  },
  async run(values, positionals, terminal) {
    const [given, ...more] = positionals;
    if (given === undefined || given.trim() === "") throw wrongUse("forget: name the playlist");
    if (more.length > 0) throw wrongUse(`forget: "${more[0]}" is not expected here; one playlist at a time`);
    if (values.json === true && values.yes !== true) throw wrongUse("forget: --json needs --yes");
    // A lake may hold playlists whose ids are file names.
    const playlistId = parsePlaylistId(given) ?? given;
    const stack = text(values, "stack");
    const isQuiet = values.quiet === true;
    const progress = createProgress(terminal, isQuiet);
    await withPlace({ command: "forget", values, progress }, terminal, async (place, local) => {
      refuseUnknownCopy(place, local);
      const found = await progress.step(
        "look",
        () => findHoldings(place, playlistId),
        ({ raw, lake }) => `${count(raw.length, "raw object")}, ${count(lake.length, "file")} of tables`,
      );
      const waiting = waitingEvents(local, playlistId);
      const rows = rowsOf(found, waiting.length);
      if (!isAnything(found) && waiting.length === 0) {
        if (values.json === true) terminal.out(`${JSON.stringify({ playlistId, removed: [] }, null, 2)}\n`);
        else if (!isQuiet) terminal.out(`Nothing is stored of ${playlistId}.\n`);
        return;
      }
      if (values.json !== true && !isQuiet) await show(rows, terminal);
      await warnOfNext(playlistId, stack, local, terminal, progress);
      for (const day of found.daysOfOtherRaw) {
        progress.warn(
          `${day}: its files come of a raw object of another name, which stays; see playlists/snapshot_date=${day}/`,
        );
      }
      if (values.yes !== true) await confirm(playlistId, place, terminal);
      for (const invocation of waiting) local?.lambda.cancel(invocation);
      await progress.step(
        "forget",
        (tell) => forgetPlaylist(place, playlistId, found, tell),
        () => "done",
      );
      if (local !== undefined) forgetHere(local, playlistId);
      warnOfCopy(place, local, progress);
      if (values.json === true) {
        const removed = rows.map(([what, things, bytes]) => ({ what, things, bytes }));
        terminal.out(`${JSON.stringify({ playlistId, removed }, null, 2)}\n`);
      } else if (!isQuiet) terminal.out(`Forgotten: ${playlistId}. ${aboutLogs(place, local)}\n`);
    });
  },
};

/** What this machine remembers beside: for the next run against Spotify, and of files that were crawled. */
function forgetHere({ state }: LocalState, playlistId: string): void {
  forgetCrawled(state.directory, (key) => key.endsWith(`/${safeId(playlistId)}.csv`));
  const origin = readOrigin(state.directory);
  if (origin === undefined) return;
  state.saveOrigin({ ...origin, playlists: origin.playlists.filter((one) => one !== playlistId) });
}

/**
 * A local copy is not known to the program that is run without its schedule, but lies there still.
 * @throws one line, where there is such a copy
 */
function refuseUnknownCopy({ compactRows }: Place, local: LocalState | undefined): void {
  if (local === undefined || compactRows !== undefined) return;
  const { directory } = local.state;
  if (!holdsCompactCopy(directory)) return;
  throw new Error(`${directory} holds a compact copy: give forget the --config compactSchedule=... that run was given`);
}

/** Here the copy is one file, written anew; Iceberg's keep rows that the table has no more. */
function warnOfCopy({ compactRows }: Place, local: LocalState | undefined, progress: Progress): void {
  if (compactRows === undefined || local !== undefined) return;
  progress.warn(
    "older files of the compact copy hold it until OPTIMIZE compact_items and, five days later, VACUUM: see docs/scale.md",
  );
}

function aboutLogs({ memoryFolder }: Place, local: LocalState | undefined): string {
  return local === undefined
    ? "The functions' logs name it until CloudWatch's retention ends."
    : `The functions' logs name it still, in ${memoryFolder}/logs.`;
}
