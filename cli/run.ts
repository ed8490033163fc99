import { extractMetrics, metricDimension, metricNamespace, transformMetrics } from "../components/alarms/metrics";
import type { AlarmReport, MetricSummary } from "../emulator/cloudWatch";
import type { Lake, Progress } from "../lake";
import { groupedBy } from "../lake/lists";
import { answersText } from "./answers";
import { type Command, pipelineOptions, printResult, refuseWords, stackOption } from "./command";
import { withLakeToRun } from "./openLake";
import { messageText, pageWidth, wrapped } from "./progress";

/** One line per function with its metrics: sums, or the minimum if they cannot be added. */
function showMetrics(metrics: readonly MetricSummary[], progress: Progress): void {
  const units: Readonly<Record<string, string>> = { ...extractMetrics, ...transformMetrics };
  const shown = metrics.flatMap(({ namespace, metricName, dimensions, sum, minimum }) => {
    const value = units[metricName] === "Count" ? sum : minimum;
    const name = dimensions[metricDimension];
    if (namespace !== metricNamespace || name === undefined || value === 0) return [];
    return [{ name, text: `${metricName} ${value.toLocaleString("en-US")}` }];
  });
  const lines = [...groupedBy(shown, ({ name }) => name)].map(
    ([name, own]) => `${name}: ${own.map(({ text }) => text).join(", ")}`,
  );
  progress.note(lines[0] ?? "none", "metrics");
  for (const line of lines.slice(1)) progress.note(line);
}

/** A line with the count, and one for each alarm that would have notified. */
function showAlarms(alarms: readonly AlarmReport[], progress: Progress): void {
  const fired = alarms.filter(({ firedAt }) => firedAt.length > 0);
  progress.note(`${fired.length === 0 ? "none" : fired.length} of ${alarms.length} would fire`, "alarms");
  for (const { name, description } of fired) progress.note(`${name}: ${description.split(/(?<=\.)\s/)[0]}`);
}

function nextSteps({ about, option }: Lake, columns: number | undefined): string {
  const { files, next, notModelled } = about;
  const query = "SELECT name, total_items FROM playlists";
  const lines = [`npx playlake sql${option} "${query}"`, ...next];
  return [
    ...(files === undefined ? [] : [`${messageText(`Files: ${files}`, columns)}\n`]),
    ...lines.map((line, i) => `${i === 0 ? "Next:  " : "       "}${line}\n`),
    ...(notModelled === undefined ? [] : [`\n${wrapped(notModelled, pageWidth).join("\n")}\n`]),
  ].join("");
}

export const command: Command = {
  summary: "run the pipeline on this machine, from the schedule to SQL answers",
  usage: "playlake run [--sample | --from PATH] [--playlist ID|URI|LINK ...] [OPTIONS]",
  about: `Runs the Pulumi program on this machine, from the schedule to the SQL answers. After playlake login, and with
SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET set, it reads your own playlists. With neither, it reads sample playlists: three
simulated days the first time, and one more day each time after that.`,
  options: {
    sample: "reads the sample playlists, into a separate lake",
    "from PATH": "reads these Spotify responses (a file or folder) instead of Spotify",
    "playlist P ...":
      "reads these playlists only, this time and from then on; me: all your playlists, liked: your Liked Songs. With --from, from PATH",
    ...pipelineOptions,
    "config KEY=VALUE ...": "a setting of the stack, such as catalog=inferred; can be given several times",
    "state DIR": "keeps everything in DIR (default: .playlake/NAME, one NAME per source)",
    "stack NAME": stackOption(
      "runs the deployed stack NAME now: reads the playlists, waits for the tables, crawls, and queries Athena. Goes only with --quiet and --json",
    ),
  },
  examples: [
    "npm start                         sample playlists, or your own after a login",
    "playlake run --playlist me        all of your playlists",
    "playlake run --from responses/    files that you have",
    "playlake run --stack dev          the deployed stack, now",
  ],
  async run(call) {
    const { is, text, texts, positionals, terminal, progress } = call;
    const { playlist: named = [] } = texts;
    if (named.length === 0 || text.stack !== undefined) refuseWords(call);
    await withLakeToRun({ ...call, playlists: [...named, ...positionals] }, async (lake) => {
      const { days, failure, complete } = await lake.run(progress);
      const observed = lake.observed?.();
      if (observed !== undefined) {
        showMetrics(observed.metrics, progress);
        showAlarms(observed.alarms, progress);
      }
      printResult({ ...lake.identity, days, ...observed }, "", call);
      // Tables of a lake with a missing day would hide the cause.
      if (failure !== undefined) throw new Error(failure);
      // An extractor alone has nothing to query.
      if (!("workgroup" in lake.outputs)) return complete();
      const answers = await progress.step(
        "answers",
        () => answersText(lake, terminal.columns),
        () => `SQL by ${lake.engine}`,
      );
      if (!is.json && !is.quiet) {
        terminal.out(`\n${answers}\n${nextSteps(lake, terminal.columns)}`);
      }
      complete();
    });
  },
};
