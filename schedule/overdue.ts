// After how many hours without a success something that a schedule brings is overdue.
import { isRunDay, runDaysOf } from "./runDays";
import { type CronExpression, parseScheduleExpression } from "./scheduleExpression";

/** A change of the clock, and what a run takes. */
const slackHours = 2;
/** CloudWatch's alarms look back no further. */
const maxLookBackHours = 7 * 24;
const dayMs = 24 * 60 * 60 * 1000;

/**
 * The longest time between two runs of a schedule, and two hours. Where an alarm can't look back that far, the day's
 * catch-ups, each of which succeeds too, may shorten it; undefined where even then the schedule leaves a week or more.
 *
 * @param catchUp on the days of `schedule`, after its run
 */
export function overdueHours(schedule: string, catchUp?: string): number | undefined {
  const sets = catchUp === undefined ? [[schedule]] : [[schedule], [schedule, catchUp]];
  const hours = sets.map((expressions) => Math.ceil(longestGapMinutes(schedule, expressions) / 60) + slackHours);
  return hours.find((one) => one <= maxLookBackHours);
}

/** The longest time between two fires of expressions that fire on the days of `schedule`. */
function longestGapMinutes(schedule: string, expressions: readonly string[]): number {
  const parsed = expressions.map(parseScheduleExpression);
  const rates = parsed.flatMap((one) => (one.kind === "rate" ? [one.periodMinutes] : []));
  if (rates.length > 0) return Math.min(...rates);
  const crons = parsed.filter((one): one is CronExpression => one.kind === "cron");
  const fires = crons.flatMap(({ hours, minutes }) =>
    hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute)),
  );
  const times = [...new Set(fires)].sort((a, b) => a - b);
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return Number.POSITIVE_INFINITY;
  const overnight = longestGapDays(schedule) * 24 * 60 - (last - first);
  return Math.max(overnight, ...times.slice(1).map((time, i) => time - (times[i] as number)));
}

/** The longest time between two of a schedule's days, over years enough for each length of February. */
function longestGapDays(schedule: string): number {
  const days = runDaysOf(schedule);
  if (days === undefined) return 1;
  const all = Array.from({ length: 8 * 366 }, (_, day) => day);
  const named = all.filter((day) =>
    isRunDay(days, new Date(Date.UTC(2024, 0, 1) + day * dayMs).toISOString().slice(0, 10)),
  );
  if (named.length < 2) return Number.POSITIVE_INFINITY;
  return Math.max(...named.slice(1).map((day, i) => day - (named[i] as number)));
}
