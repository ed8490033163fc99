const dayMs = 86_400_000;
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The start of a day, YYYY-MM-DD, in UTC: days are shown as stored, without a time zone. */
export function dayStart(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}

/** The day this many days later; earlier if negative. */
export function dayAfter(day: string, days: number): string {
  return new Date(dayStart(day).getTime() + days * dayMs).toISOString().slice(0, 10);
}

/** Calendar days from one day to another, both counted. */
export function daysFrom(from: string, to: string): number {
  return Math.round((dayStart(to).getTime() - dayStart(from).getTime()) / dayMs) + 1;
}

/** `2 Nov 2026`. */
export function dayText(day: string): string {
  const [year = "", month = "", date = ""] = day.split("-");
  return `${Number(date)} ${months[Number(month) - 1] ?? month} ${year}`;
}

/** `Nov 2026`; empty if the day is not known. */
export function monthText(day: string | null): string {
  return day === null ? "" : dayText(day).replace(/^\d+ /, "");
}

/** `2 Nov 2026`, `2 to 5 Nov 2026`, `30 Nov to 2 Dec 2026`, `30 Dec 2026 to 2 Jan 2027`. */
export function rangeText(from: string, to: string): string {
  if (from === to) return dayText(from);
  const [date = "", month = "", year = ""] = dayText(from).split(" ");
  const [, toMonth, toYear] = dayText(to).split(" ");
  const start = year !== toYear ? [date, month, year] : month !== toMonth ? [date, month] : [date];
  return `${start.join(" ")} to ${dayText(to)}`;
}

/** The first ranges, and how many more there are. */
export function rangesText(ranges: readonly { first: string; last: string }[], most: number): string {
  const shown = ranges.slice(0, most).map(({ first, last }) => rangeText(first, last));
  const more = ranges.length - shown.length;
  return `${shown.join(", ")}${more > 0 ? ` and ${more.toLocaleString("en-US")} more` : ""}`;
}

/** The length of a bucket of days. */
export type Unit = "day" | "week" | "month";

/** Days that are shown as one. */
export interface Bucket {
  /** The first and last calendar day. */
  readonly first: string;
  readonly last: string;
  /** Its label in a table by unit: the day, the week's first day or the month. */
  readonly label: string;
}

/** More buckets than this cannot be told apart in a figure, and make a table that nobody reads. */
const mostBuckets = 56;

/** The finest unit in which the whole period still fits. */
export function unitFor(from: string, to: string): Unit {
  const days = daysFrom(from, to);
  if (days <= mostBuckets) return "day";
  return days <= mostBuckets * 7 ? "week" : "month";
}

/** Each row of the answers asks for its bucket, and most have the same days. */
const knownBuckets = new Map<string, Bucket>();

/** The bucket that a day falls into. Weeks begin on Monday. */
export function bucketOf(day: string, unit: Unit): Bucket {
  const key = `${unit} ${day}`;
  const bucket = knownBuckets.get(key) ?? newBucket(day, unit);
  knownBuckets.set(key, bucket);
  return bucket;
}

function newBucket(day: string, unit: Unit): Bucket {
  if (unit === "day") return { first: day, last: day, label: dayText(day) };
  if (unit === "week") {
    const first = dayAfter(day, -((dayStart(day).getUTCDay() + 6) % 7));
    return { first, last: dayAfter(first, 6), label: dayText(first) };
  }
  const first = `${day.slice(0, 7)}-01`;
  const next = dayAfter(first, 31).slice(0, 7);
  return { first, last: dayAfter(`${next}-01`, -1), label: monthText(first) };
}
