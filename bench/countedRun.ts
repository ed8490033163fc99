// The requests of a real local run to AWS and Spotify, counted at the check of each call against its role.
import type { LogLine } from "../emulator/lambda";
import { openPipeline, type Pipeline } from "../lake/local/pipeline";
import { chooseSource } from "../lake/local/source";
import type { Report } from "../lake/runReport";
import type { Work } from "../scripts/costBasis";
import { standInApp } from "../standin/tokens";
import { withFolder } from "./folder";

/** The counts of several days together. */
export interface Counts extends Work {
  spotifyRequests: number;
  entries: number;
}

/** A run of the sample playlists, day after day. */
export interface CountedRun {
  /** The days of the run itself. */
  days: Counts;
  /** One catch-up on a complete day. */
  catchUp: Counts;
  lakeFiles: number;
  /** The lake's files: of the seven tables that the compact copy reads, and of all nine. */
  lakeBytes: number;
  rawBytes: number;
  compactBytes: number;
  compactRows: number;
}

const actions: Readonly<Record<string, "puts" | "gets" | "lists" | "glueCalls">> = {
  "s3:PutObject": "puts",
  "s3:GetObject": "gets",
  "s3:ListBucket": "lists",
  "glue:BatchCreatePartition": "glueCalls",
};

const runs = new Map<string, Promise<CountedRun>>();

/** Runs this many days over the first sample playlists, once per process. @throws if a day failed */
export function countRun(playlists: number, days: number): Promise<CountedRun> {
  const key = `${playlists} ${days}`;
  const run = runs.get(key) ?? runAndCount(playlists, days);
  runs.set(key, run);
  return run;
}

function runAndCount(playlists: number, days: number): Promise<CountedRun> {
  return withFolder(async (stateDir) => {
    const sample = await chooseSource({ from: undefined, playlists: [], env: {}, remembered: undefined });
    const lines: LogLine[] = [];
    const pipeline = await openPipeline({
      onLog: (line) => lines.push(line),
      // Without the samples' user, whose list of playlists would save requests.
      source: { ...sample, playlists: sample.playlists.slice(0, playlists), credentials: standInApp },
      stateDir,
      // No crawl: the price of Glue includes the crawler's reads.
      config: { "playlake:crawlSchedule": "none", "playlake:compactSchedule": "cron(0 7 * * ? *)" },
    });
    try {
      return await countDays(pipeline, days, lines);
    } finally {
      await pipeline.close();
    }
  });
}

/** Simulates a pipeline's days, one after the other. @throws the first failure */
export async function simulateAll(pipeline: Pipeline, instants: readonly Date[]): Promise<Report[]> {
  const reports: Report[] = [];
  for (const instant of instants) {
    const report = await pipeline.simulate(instant);
    if (report.failures.length > 0) throw new Error(report.failures[0]);
    reports.push(report);
  }
  return reports;
}

async function countDays(pipeline: Pipeline, days: number, lines: readonly LogLine[]): Promise<CountedRun> {
  const { cloud, program } = pipeline;
  const counts = watch(pipeline);
  const instants = pipeline.runsAfter(undefined, days);
  for (const { requests, entries } of (await simulateAll(pipeline, instants)).flatMap(({ extracted }) => extracted)) {
    counts.spotifyRequests += requests;
    counts.entries += entries;
  }
  const logged = () => ({
    invocations: lines.filter(({ line }) => line.startsWith("START ")).length,
    logBytes: lines.reduce((sum, { line }) => sum + line.length + 1, 0),
  });
  const afterDays = { ...counts, ...logged() };
  const last = instants.at(-1)!;
  await cloud.scheduler.advance(last, new Date(last.getTime() + 3600_000));
  const { extracted } = pipeline.report();
  const end = logged();
  const catchUp = {
    glueCalls: counts.glueCalls - afterDays.glueCalls,
    invocations: end.invocations - afterDays.invocations,
    logBytes: end.logBytes - afterDays.logBytes,
    puts: counts.puts - afterDays.puts,
    gets: counts.gets - afterDays.gets,
    lists: counts.lists - afterDays.lists,
    spotifyRequests: extracted.reduce((sum, { requests }) => sum + requests, 0),
    entries: 0,
  };
  const sizes = async (bucket: unknown, prefix = "") => {
    const objects = cloud.objects.list(String(bucket), prefix);
    return { files: objects.length, bytes: objects.reduce((sum, { size }) => sum + size, 0) };
  };
  const lake = await sizes(program.outputs.lakeBucket);
  return {
    days: afterDays,
    catchUp,
    lakeFiles: lake.files,
    lakeBytes: lake.bytes,
    rawBytes: (await sizes(program.outputs.rawBucket, "playlists/")).bytes,
    compactBytes: (await sizes("playlake-compact")).bytes,
    compactRows: afterDays.entries,
  };
}

/** Counts the requests of the functions' roles from now on. The compact copy's checks are not requests. */
function watch({ cloud: { iam } }: Pipeline): Counts {
  const counts: Counts = {
    ...{ puts: 0, gets: 0, lists: 0, glueCalls: 0, invocations: 0, logBytes: 0 },
    ...{ spotifyRequests: 0, entries: 0 },
  };
  const { authorize } = iam;
  iam.authorize = (principal, action, resource, context) => {
    authorize(principal, action, resource, context);
    const kind = actions[action];
    const isFunction = principal.kind === "role" && /-(extract|transform)$/.test(principal.arn);
    // Glue asks once for the catalog, the database and the table: one call.
    const isAsked = kind !== "glueCalls" || resource.includes(":table/");
    if (kind !== undefined && isFunction && isAsked) counts[kind] += 1;
  };
  return counts;
}
