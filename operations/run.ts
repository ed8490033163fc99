import type { Pipeline } from "../lake/local/pipeline";
import type { Report } from "../lake/local/runReport";
import type { State } from "../lake/local/state";
import { localDate } from "../spotify/days";

/** A day, and what was done for it. */
export interface DayReport extends Report {
  /** YYYY-MM-DD in the stack's time zone; `resumed` for what a run that was killed had begun. */
  readonly day: string;
}

/** Called around each day's work, to show it. */
export type Watch = (day: string, work: () => Promise<Report>) => Promise<Report>;

const simulatedDaysAtFirst = 3;

function dayOf(pipeline: Pipeline, instant: Date): string {
  return localDate(instant.getTime(), pipeline.timezone);
}

/**
 * The simulated runs that are due: those of a run that did not come to its end, else some at first and one more each
 * time. What such a run had done already is not done again; it is only looked at.
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

/** Runs the simulated days that are due, as far as the first that fails. */
export async function simulateDays(pipeline: Pipeline, state: State, watch: Watch): Promise<DayReport[]> {
  const reports: DayReport[] = [];
  if (state.plan()?.isComplete === false) {
    const report = await watch("resumed", () => pipeline.resume());
    reports.push({ day: "resumed", ...report });
    if (report.failures.length > 0) return reports;
  }
  for (const instant of planRuns(pipeline, state)) {
    const day = dayOf(pipeline, instant);
    const report = await watch(day, () => pipeline.simulate(instant));
    reports.push({ day, ...report });
    if (report.failures.length > 0) break;
  }
  return reports;
}

/** Notes that the days of the last plan are done and shown: the next run takes on new ones. */
export function completePlan(state: State): void {
  const plan = state.plan();
  if (plan !== undefined) state.savePlan({ ...plan, isComplete: true });
}

/** Runs today, by the machine's clock. */
export async function runToday(pipeline: Pipeline, watch: Watch): Promise<DayReport[]> {
  const day = dayOf(pipeline, new Date());
  return [{ day, ...(await watch(day, () => pipeline.runNow())) }];
}
