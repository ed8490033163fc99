/** A moment as a wall clock shows it; `month` counts from 1. */
export interface LocalTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat("en-US", {
      timeZone,
      calendar: "iso8601",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  formats.set(timeZone, format);
  return format;
}

/** What a clock on the wall shows at an instant. */
export function localTimeAt(instant: Date, timeZone: string): LocalTime {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
  return { year, month, day, hour, minute, second };
}

/** The wall clock's time as if it were UTC's, in milliseconds since 1970: for arithmetic only. */
export function asUtcMs({ year, month, day, hour, minute, second }: LocalTime): number {
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/**
 * The first instant at which a wall clock shows `local`; undefined where it never does, since the clock was put forward
 * over it. Where the clock is put back it shows a time twice: the first one counts.
 */
export function instantOf(local: LocalTime, timeZone: string): Date | undefined {
  const wantedMs = asUtcMs(local);
  const offsets = [wantedMs - dayMs, wantedMs + dayMs].map((ms) => {
    const instant = new Date(ms);
    return asUtcMs(localTimeAt(instant, timeZone)) - ms;
  });
  const candidates = [...new Set(offsets)]
    .map((offsetMs) => new Date(wantedMs - offsetMs))
    .filter((instant) => asUtcMs(localTimeAt(instant, timeZone)) === wantedMs);
  return candidates.sort((a, b) => a.getTime() - b.getTime())[0];
}
