import path from "node:path";
import { extractMetrics, metricDimension, metricNamespace, transformMetrics } from "../components/alarms/metrics";
import { openAthena } from "../emulator/athena";
import type { AlarmReport, MetricSummary } from "../emulator/cloudWatch";
import type { Pipeline } from "../lake/local/pipeline";
import type { Report } from "../lake/local/runReport";
import { chooseSource, playlistIds, type Source } from "../lake/local/source";
import { openState, readOrigin, rememberLast, type State, stateRoot } from "../lake/local/state";
import { completePlan, type DayReport, runToday, simulateDays } from "../operations/run";
import { type Answers, askAnswers, renderAnswers } from "./answers";
import {
  type Command,
  pipelineOptions,
  refuseWords,
  stackName,
  statePath,
  type Terminal,
  text,
  texts,
  wrongUse,
} from "./command";
import { readConfig } from "./config";
import { describe, describeProgram } from "./describe";
import { openPipeline } from "./openLocal";
import { createProgress, type Progress } from "./progress";
import { runStack } from "./runStack";

const help = `Usage: playlake run [--from PATH] [--playlist ID|URI|LINK ...] [OPTIONS]

Runs the Pulumi program on this machine, from the schedule to the SQL answers. Without anything else it reads sample
playlists: three simulated days the first time, a day more each time after.

  --from PATH          serves these Spotify responses (a file or folder) in the place of Spotify
  --playlist P ...     reads these playlists only. From Spotify itself, with SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET
                       set (an app of 2026 needs playlake login as well); with --from, from PATH
  --config KEY=VALUE   a setting of the stack, such as catalog=inferred; may be given several times
  --state DIR          keeps everything in DIR (default: .playlake/NAME, a NAME for each source)
  --stack NAME         runs the deployed stack NAME now, in the place of this machine: reads the playlists, waits for
                       the tables, crawls, and asks by Athena. Takes --quiet and --json alone
  --quiet              prints problems only
  --json               prints the result as JSON
`;

async function openStateOf(source: Source, folder: string): Promise<State> {
  const state = await openState(folder);
  const origin = readOrigin(folder);
  if (origin !== undefined && origin.source !== source.origin) {
    state.unlock();
    throw new Error(`${folder} holds the history of ${origin.source}; keep this one elsewhere with --state DIR`);
  }
  state.saveOrigin({ source: source.origin, playlists: playlistIds(source.playlists) });
  return state;
}

async function runDays(pipeline: Pipeline, source: Source, state: State, progress: Progress): Promise<DayReport[]> {
  const told = new Set<string>();
  const watch = async (day: string, work: () => Promise<Report>) => {
    const report = await progress.step(day, work, describe);
    // What is in the lake that does not belong there is so at each day's crawl.
    for (const warning of report.crawls.flatMap(({ warnings }) => warnings)) {
      if (!told.has(warning)) progress.warn(warning);
      told.add(warning);
    }
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
       npx playlake sql --named longest-stays
       npx playlake report        a page to look at
${isSample ? "       npm start                  adds a day\n" : ""}       npm start -- --from PATH   reads Spotify responses of your own
`;
}

function notModelled({ program: { resources } }: Pipeline): string {
  const trail = resources.some(({ type }) => type === "awsx:cloudtrail:Trail") ? ", the audit trail" : "";
  const isCopied = resources.some(({ inputs }) => inputs.openTableFormatInput !== undefined);
  const iceberg = isCopied ? ", Iceberg (the compact copy is one Parquet file here)" : "";
  return `Not modelled here: Lambda's CPU share, S3's versions and lifecycle, encryption, Athena's results bucket and cost${trail}${iceberg}.`;
}

interface Request {
  /** Locked by this process. */
  state: State;
  source: Source;
  config: Record<string, string>;
  isJson: boolean;
  isQuiet: boolean;
}

async function askLocally(stateDir: string): Promise<Answers> {
  const athena = await openAthena({ stateDir });
  try {
    return await askAnswers(athena);
  } finally {
    athena.close();
  }
}

/** A line for each function: what it told of itself, added up; of what can't be added, the least. */
async function showMetrics(metrics: readonly MetricSummary[], progress: Progress): Promise<void> {
  const units: Readonly<Record<string, string>> = { ...extractMetrics, ...transformMetrics };
  const byFunction = new Map<string, string[]>();
  for (const { namespace, metricName, dimensions, sum, minimum } of metrics) {
    const value = units[metricName] === "Count" ? sum : minimum;
    const name = dimensions[metricDimension];
    if (namespace !== metricNamespace || name === undefined || value === 0) continue;
    byFunction.set(name, [...(byFunction.get(name) ?? []), `${metricName} ${value.toLocaleString("en-US")}`]);
  }
  const lines = [...byFunction].map(([name, values]) => `${name}: ${values.join(", ")}`);
  await progress.step(
    "metrics",
    async () => lines,
    () => lines[0] ?? "none",
  );
  for (const line of lines.slice(1)) progress.note(line);
}

/** A line that counts, and one for each alarm that would have told somebody. */
async function showAlarms(alarms: readonly AlarmReport[], progress: Progress): Promise<void> {
  const fired = alarms.filter(({ firedAt }) => firedAt.length > 0);
  const counted = `${fired.length === 0 ? "none" : fired.length} of ${alarms.length} would fire`;
  await progress.step(
    "alarms",
    async () => fired,
    () => counted,
  );
  for (const { name, description } of fired) progress.note(`${name}: ${description.split(/(?<=\.)\s/)[0]}`);
}

async function runIn({ state, source, config, isJson, isQuiet }: Request, terminal: Terminal): Promise<void> {
  const progress = createProgress(terminal, isQuiet);
  const stateDir = state.directory;
  for (const note of source.notes) progress.warn(note);
  const pipeline = await progress.step("program", () => openPipeline({ source, stateDir, config }), describeProgram);
  const keep = terminal.onStop(() => pipeline.close());
  let days: DayReport[];
  try {
    days = await runDays(pipeline, source, state, progress);
  } finally {
    keep();
    await pipeline.close();
  }
  const { cloudWatch } = pipeline.cloud;
  const [metrics, alarms] = [cloudWatch.metrics(), cloudWatch.alarms()];
  await showMetrics(metrics, progress);
  await showAlarms(alarms, progress);
  const answers = await progress.step(
    "answers",
    () => askLocally(stateDir),
    () => "SQL by DuckDB through the catalog",
  );
  if (isJson) terminal.out(`${JSON.stringify({ state: stateDir, days, metrics, alarms }, null, 2)}\n`);
  else if (!isQuiet) {
    const next = nextSteps(path.relative(terminal.home, stateDir), source);
    terminal.out(`\n${await renderAnswers(answers, terminal.columns)}\n${next}\n${notModelled(pipeline)}\n`);
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
    ...pipelineOptions,
  },
  async run(values, positionals, terminal) {
    const stack = stackName("run", values, ["from", "playlist", "config", "state"]);
    if (stack !== undefined) {
      refuseWords("run", positionals);
      return runStack(stack, { isJson: values.json === true, isQuiet: values.quiet === true }, terminal);
    }
    const config = readConfig(texts(values, "config"));
    const named = texts(values, "playlist");
    if (named.length === 0) refuseWords("run", positionals);
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
    const state = await openStateOf(source, folder);
    const keep = terminal.onStop(() => state.unlock());
    try {
      if (values.quiet !== true) terminal.err(`Playlake on this machine, reading ${source.description}.\n`);
      await runIn({ state, source, config, isJson: values.json === true, isQuiet: values.quiet === true }, terminal);
    } finally {
      keep();
      state.unlock();
    }
  },
};
