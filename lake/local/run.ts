// A local run: simulated days for sources that have a first day, else today.
import { localDate } from "../../spotify/days";
import { readFailure, visitMessages } from "../failures";
import type { Progress } from "../index";
import { type DayReport, describeReport, type Report } from "../runReport";
import type { Pipeline } from "./pipeline";
import type { State } from "./state";

const simulatedDaysAtFirst = 3;

function dayOf(pipeline: Pipeline, instant: Date): string {
  return localDate(instant.getTime(), pipeline.outputs.schedules.timezone);
}

/**
 * The simulated runs that are due: those of an unfinished run, else three at first and one more each time. Work that an
 * unfinished run has completed is not repeated, only read.
 */
function planRuns(pipeline: Pipeline, state: State): Date[] {
  const before = state.plan();
  if (before?.isComplete === false) return before.runs.map((instant) => new Date(instant));
  const last = before?.runs.at(-1);
  const lastDay = last === undefined ? undefined : dayOf(pipeline, new Date(last));
  const runs = pipeline.runsAfter(lastDay, last === undefined ? simulatedDaysAtFirst : 1);
  state.savePlan({ runs: runs.map((instant) => instant.toISOString()), isComplete: false });
  return runs;
}

/** A day's name, and its work. */
type Day = readonly [day: string, work: () => Promise<Report>];

/** The report's day for transforms of earlier runs that are repeated. */
const redriven = "redriven";

/**
 * Repeats the transforms whose last retry failed, if there are any. Their raw objects are stored, so no later run writes them
 * again, and nothing else would start their transforms.
 */
async function redriveDay({ failureQueues, report }: Pipeline): Promise<Day[]> {
  const queue = failureQueues.find(({ name }) => name === "transform");
  let isEmpty = true;
  for await (const _ of queue?.messages() ?? []) {
    isEmpty = false;
    break;
  }
  if (queue === undefined || isEmpty) return [];
  const redrive = async () => {
    await visitMessages(queue, async (message) => {
      const call = readFailure(message);
      if ("problem" in call) return false;
      await queue.again(call.payload, message);
      return true;
    });
    return report();
  };
  return [[redriven, redrive]];
}

/**
 * Runs days one after the other, and shows each warning once. Stops at the first failure of a day. A transform that fails
 * again stops nothing: today's playlists could not be read later.
 */
async function runDays(days: readonly Day[], progress: Progress): Promise<DayReport[]> {
  const reports: DayReport[] = [];
  const told = new Set<string>();
  for (const [day, work] of days) {
    const report = await progress.step(day, work, describeReport);
    reports.push({ day, ...report });
    // Each day's crawl finds the same misplaced files again.
    for (const warning of report.crawls.flatMap(({ warnings }) => warnings)) {
      if (!told.has(warning)) progress.warn(warning);
      told.add(warning);
    }
    for (const { warnings } of report.extracted) for (const warning of warnings) progress.warn(warning);
    if (report.failures.length > 0 && day !== redriven) break;
  }
  return reports;
}

/** Runs the simulated days that are due, after the work that a killed run has left. */
export async function simulateDays(pipeline: Pipeline, state: State, progress: Progress): Promise<DayReport[]> {
  const left: Day[] = state.plan()?.isComplete === false ? [["resumed", () => pipeline.resume()]] : [];
  const due = planRuns(pipeline, state).map((run): Day => [dayOf(pipeline, run), () => pipeline.simulate(run)]);
  return runDays([...left, ...(await redriveDay(pipeline)), ...due], progress);
}

/** Runs today, by the machine's clock. */
export async function runToday(pipeline: Pipeline, progress: Progress): Promise<DayReport[]> {
  const today: Day = [dayOf(pipeline, new Date()), () => pipeline.runNow()];
  return runDays([...(await redriveDay(pipeline)), today], progress);
}

/** Records that the last plan's days are done and shown, so that the next run plans new ones. */
export function completePlan(state: State): void {
  const plan = state.plan();
  if (plan !== undefined) state.savePlan({ ...plan, isComplete: true });
}
