import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Cloud, openCloud } from "../../emulator";
import { createClock } from "../../emulator/clock";
import type { LogLine } from "../../emulator/lambda";
import type { Registered } from "../../emulator/resources";
import { localDate } from "../../spotify/days";
import { stackOutputs } from "../outputs";
import type { Report } from "../runReport";
import type { ProgramResult } from "./program";
import { createLocalQueues } from "./queues";
import { createRecorder } from "./recorder";
import { type ProgramOptions, programFor } from "./sourceProgram";

/** The program run locally, from one source into one state folder. */
export type Pipeline = Awaited<ReturnType<typeof openPipeline>>;

export interface PipelineOptions extends ProgramOptions {
  stateDir: string;
  onLog?: (line: LogLine) => void;
  /** The program's result, if its run was started before. @default runs the program in this process */
  program?: Promise<ProgramResult>;
  /** Changes the program's registrations, for tests. @default unchanged */
  adjust?: (resources: Registered[]) => Registered[];
}

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Puts the user's refresh token where the extractor reads it. A rotated token must not be overwritten by the one it
 * replaced. So the given token's hash is kept, and only a token with another hash is put.
 */
function giveToken(cloud: Cloud, parameterArn: string, stateDir: string, refreshToken: string): void {
  const file = path.join(stateDir, "given-token.sha256");
  const hash = createHash("sha256").update(refreshToken).digest("hex");
  if (existsSync(file) && readFileSync(file, "utf8") === hash) return;
  cloud.ssm.put(parameterArn, JSON.stringify({ refreshToken }));
  writeFileSync(file, hash, { mode: 0o600 });
}

/** Runs the program for a source and starts the local AWS on what it registered. */
export async function openPipeline(options: PipelineOptions) {
  const { source, stateDir, adjust = (resources) => resources, onLog } = options;
  const clock = createClock();
  const program = await (options.program ?? programFor(options));
  const outputs = stackOutputs(program.outputs);
  const recorder = createRecorder(outputs);
  const spotify = await source.open(clock);
  let cloud: Cloud | undefined;
  const close = async () => {
    await cloud?.close();
    await spotify.close();
  };
  try {
    cloud = await openCloud({
      resources: adjust(program.resources),
      stateDir,
      clock,
      environment: spotify.environment,
      onInvoked: recorder.invoked,
      onCrawl: recorder.crawled,
      onQuery: recorder.queried,
      ...(onLog === undefined ? {} : { onLog }),
    });
    const { refreshToken } = source.credentials;
    if (refreshToken !== undefined) giveToken(cloud, outputs.tokenParameterArn, stateDir, refreshToken);
  } catch (error) {
    await close();
    throw error;
  }
  const { schedules } = outputs;
  const { scheduler, lambda, iam, settle } = cloud;
  /** The schedules that follow a day's run: the crawl, the compact copy, the digest. */
  const afterRun = [schedules.crawl, schedules.compact, outputs.digest?.scheduleName].filter(
    (name) => name !== undefined,
  );
  let deniedSeen = 0;

  /** What happened since the last report. */
  function report(): Report {
    // A retry is refused with the same message.
    for (const message of new Set(iam.denied.slice(deniedSeen).map((one) => one.message))) recorder.failed(message);
    deniedSeen = iam.denied.length;
    return recorder.take();
  }

  function noteFires(fires: readonly { schedule: string; error?: Error }[]): void {
    for (const { schedule, error } of fires) {
      if (error !== undefined) recorder.failed(`schedule ${schedule}: ${error.message}`);
    }
  }

  /** The instants of the next `count` daily runs after `day`; if undefined, from the source's first day on. */
  function runsAfter(day: string | undefined, count: number): Date[] {
    const last = day ?? localDate(Date.parse(`${source.firstDay}T12:00:00Z`) - dayMs, "UTC");
    const runs: Date[] = [];
    let lastDay = last;
    // One day earlier covers every time zone: the next day's first run comes after it.
    let from = new Date(Date.parse(`${last}T00:00:00Z`) - dayMs);
    while (runs.length < count) {
      const next = scheduler.nextFire(schedules.run, from);
      if (next === undefined) throw new Error(`schedule ${schedules.run} does not fire after ${lastDay}`);
      const nextDay = localDate(next.getTime(), schedules.timezone);
      if (nextDay > lastDay) {
        runs.push(next);
        lastDay = nextDay;
      }
      from = next;
    }
    return runs;
  }

  /** What the schedules start between a run and the next one. A weekly crawl runs on its own day. */
  function following(run: Date): { name: string; at: Date }[] {
    const [next] = runsAfter(localDate(run.getTime(), schedules.timezone), 1);
    return afterRun.flatMap((name) => {
      const at = scheduler.nextFire(name, new Date(run.getTime() - 1));
      return at !== undefined && next !== undefined && at < next ? { name, at } : [];
    });
  }

  return {
    program,
    outputs,
    cloud,
    runsAfter,
    report,
    close,
    /** Completes a killed run. */
    async resume() {
      await settle();
      return report();
    },
    /** Simulates a day: everything that the schedules start, from the run at `instant` to its crawl, compact copy and digest. */
    async simulate(instant: Date) {
      clock.set(instant);
      lambda.warm(outputs.transformFunction);
      const end = Math.max(instant.getTime(), ...following(instant).map(({ at }) => at.getTime()));
      noteFires(await scheduler.advance(new Date(instant.getTime() - 1), new Date(end)));
      clock.set(undefined);
      return report();
    },
    /** Completes a killed run, then starts the run, the crawl, the compact copy and the digest now, in real time. */
    async runNow() {
      await settle();
      lambda.warm(outputs.transformFunction);
      noteFires([await scheduler.fire(schedules.run)]);
      await settle();
      const [tomorrow] = runsAfter(localDate(clock.now().getTime(), schedules.timezone), 1);
      for (const { name } of tomorrow === undefined ? [] : following(tomorrow)) {
        noteFires([await scheduler.fire(name)]);
      }
      await settle();
      return report();
    },
    /** Crawls the lake; undefined if the catalog has no crawler. */
    async crawlNow() {
      if (schedules.crawl === undefined) return undefined;
      noteFires([await scheduler.fire(schedules.crawl)]);
      return report();
    },
    /** Calls made again are in the next report. */
    failureQueues: createLocalQueues({
      ...{ cloud, clock, outputs, resources: program.resources },
      isSimulated: source.firstDay !== undefined,
    }),
  };
}
