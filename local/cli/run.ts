import path from "node:path";
import { completePlan, type DayReport, runToday, simulateDays } from "../days";
import { openPipeline, type Pipeline } from "../pipeline";
import type { Report } from "../report";
import { chooseSource, playlistIds, type Source } from "../source";
import { openState, readOrigin, rememberLast, type State, stateRoot } from "../state";
import { askAnswers, renderAnswers } from "./answers";
import { type Command, statePath, type Terminal, text, texts, wrongUse } from "./command";
import { createProgress, type Progress } from "./progress";

const help = `Usage: playlake run [--from PATH] [--playlist ID|URI|LINK ...] [OPTIONS]

Runs the Pulumi program on this machine, from the schedule to the SQL answers. Without anything else it reads sample
playlists: three simulated days the first time, a day more each time after.

  --from PATH          serves these Spotify responses (a file or folder) in the place of Spotify
  --playlist P ...     reads these playlists only. From Spotify itself, with SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET
                       set (and SPOTIFY_REFRESH_TOKEN, which an app of 2026 needs); with --from, from PATH
  --config KEY=VALUE   a setting of the stack, such as catalog=projected; may be given several times
  --state DIR          keeps everything in DIR (default: .playlake/NAME, a NAME for each source)
  --quiet              prints problems only
  --json               prints the result as JSON
`;

/** `catalog=projected` as Pulumi's config has it: a key belongs to the project unless it names another. */
function readConfig(settings: readonly string[]): Record<string, string> {
  const config: Record<string, string> = {};
  for (const setting of settings) {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
    if (key === undefined || value === undefined) {
      throw wrongUse(`--config: got "${setting}", expected KEY=VALUE such as catalog=projected`);
    }
    config[key.includes(":") ? key : `playlake:${key}`] = value;
  }
  return config;
}

/** `3 playlists`, `1 playlist`. */
function count(n: number, one: string): string {
  return `${n.toLocaleString("en-US")} ${n === 1 ? one : `${one}s`}`;
}

function sum<T>(list: readonly T[], of: (item: T) => number): number {
  return list.reduce((total, item) => total + of(item), 0);
}

/** A day's report in a line. */
function describe({ extracted, transformed, crawls, failures }: Report): string {
  const parts: string[] = [];
  const stored = sum(extracted, (result) => result.stored.length);
  if (stored > 0) {
    const entries = count(
      sum(extracted, (result) => result.entries),
      "item",
    );
    const requests = count(
      sum(extracted, (result) => result.requests),
      "request",
    );
    parts.push(`${count(stored, "playlist")} stored: ${entries}, ${requests}`);
  }
  const files = sum(transformed, ({ rows }) => Object.keys(rows).length);
  if (files > 0) parts.push(`${count(files, "CSV file")} written`);
  const partitions = sum(crawls, (crawl) => crawl.partitionsAdded.length);
  if (partitions > 0) parts.push(`${count(partitions, "partition")} added`);
  const unavailable = sum(extracted, (result) => result.unavailable.length);
  if (unavailable > 0) parts.push(`${count(unavailable, "playlist")} unavailable`);
  if (failures.length > 0) parts.push(count(failures.length, "failure"));
  const isThere = stored === 0 && extracted.some((result) => result.alreadyStored.length > 0);
  if (isThere) parts.unshift("is there already");
  return parts.length > 0 ? parts.join(", ") : "nothing to do";
}

function describeProgram({ program: { resources } }: Pipeline): string {
  const functions = resources.filter(({ type }) => type === "aws:lambda/function:Function");
  return `${count(resources.length, "resource")}, ${count(functions.length, "function")} as child processes`;
}

function openStateOf(source: Source, folder: string): State {
  const state = openState(folder);
  const origin = readOrigin(folder);
  if (origin !== undefined && origin.source !== source.origin) {
    state.unlock();
    throw new Error(`${folder} holds the history of ${origin.source}; keep this one elsewhere with --state DIR`);
  }
  state.saveOrigin({ source: source.origin, playlists: playlistIds(source.playlists) });
  return state;
}

async function runDays(pipeline: Pipeline, source: Source, state: State, progress: Progress): Promise<DayReport[]> {
  const watch = async (day: string, work: () => Promise<Report>) => {
    const report = await progress.step(day, work, describe);
    for (const { warnings } of report.extracted) for (const warning of warnings) progress.warn(warning);
    for (const failure of report.failures) progress.warn(failure);
    return report;
  };
  return source.firstDay === undefined ? runToday(pipeline, watch) : simulateDays(pipeline, state, watch);
}

function nextSteps(shown: string, source: Source): string {
  const isSample = source.origin === "sample";
  return `Files: ${shown}/buckets (raw responses, CSV tables), ${shown}/logs
Next:  npx playlake sql "SELECT name, total_items FROM playlists ORDER BY snapshot_date"
       npx playlake sql --named longest-unheard-additions
       npx playlake sql --named in-each-list-now
${isSample ? "       npm start                  adds a day\n" : ""}       npm start -- --from PATH   reads Spotify responses of your own
`;
}

const notModelled =
  "Not modelled here: Lambda's CPU share, S3's versions and lifecycle, encryption, Athena's results bucket and cost, alarms.";

interface Request {
  /** Locked by this process. */
  state: State;
  source: Source;
  config: Record<string, string>;
  isJson: boolean;
  isQuiet: boolean;
}

async function runIn({ state, source, config, isJson, isQuiet }: Request, terminal: Terminal): Promise<void> {
  const progress = createProgress(terminal, isQuiet);
  const stateDir = state.directory;
  for (const note of source.notes) progress.warn(note);
  const pipeline = await progress.step("program", () => openPipeline({ source, stateDir, config }), describeProgram);
  let days: DayReport[];
  try {
    days = await runDays(pipeline, source, state, progress);
  } finally {
    await pipeline.close();
  }
  const answers = await progress.step(
    "answers",
    () => askAnswers(stateDir),
    () => "SQL by DuckDB through the catalog",
  );
  if (isJson) terminal.out(`${JSON.stringify({ state: stateDir, days }, null, 2)}\n`);
  else if (!isQuiet) {
    const next = nextSteps(path.relative(terminal.home, stateDir), source);
    terminal.out(`\n${await renderAnswers(answers)}\n${next}\n${notModelled}\n`);
  }
  rememberLast(stateRoot(terminal.home), stateDir);
  const failures = days.flatMap((day) => day.failures);
  if (failures.length > 0) {
    throw new Error(
      `not complete, run again to go on: ${failures[0]}${failures.length > 1 ? " (and more, above)" : ""}`,
    );
  }
  completePlan(state);
}

/** `playlake run`: the whole pipeline, here. */
export const run: Command = {
  summary: "run the pipeline on this machine, from the schedule to SQL answers",
  help,
  options: {
    from: { type: "string" },
    playlist: { type: "string", multiple: true },
    config: { type: "string", multiple: true },
    state: { type: "string" },
    quiet: { type: "boolean" },
    json: { type: "boolean" },
  },
  async run(values, positionals, terminal) {
    const config = readConfig(texts(values, "config"));
    const named = texts(values, "playlist");
    if (positionals.length > 0 && named.length === 0) throw wrongUse(`run: "${positionals[0]}" is not expected here`);
    const from = text(values, "from");
    if (from === "" || text(values, "state") === "")
      throw wrongUse(`run: ${from === "" ? "--from" : "--state"} is empty`);
    const root = stateRoot(terminal.home);
    const given = statePath(values, terminal);
    const source = await chooseSource({
      from: from === undefined ? undefined : path.resolve(terminal.directory, from),
      playlists: [...named, ...positionals],
      env: terminal.env,
      remembered: readOrigin(given ?? path.join(root, "spotify")),
    });
    const folder = given ?? path.join(root, source.stateName);
    const state = openStateOf(source, folder);
    try {
      if (values.quiet !== true) terminal.err(`Playlake on this machine, reading ${source.description}.\n`);
      await runIn({ state, source, config, isJson: values.json === true, isQuiet: values.quiet === true }, terminal);
    } finally {
      state.unlock();
    }
  },
};
