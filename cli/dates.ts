import path from "node:path";
import { daysBefore } from "../queries/digest";
import { parseRawKey, rawPrefix } from "../transforms/keys";
import { type Call, wrongUse } from "./command";

/** An option's day; undefined if the option is not given. @throws as `dayInWords` */
export function dayOption({ text }: Call, name: string): string | undefined {
  const given = text[name];
  return given === undefined ? undefined : dayInWords(`--${name}`, given);
}

const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const daysAWord: Readonly<Record<string, number>> = { today: 0, yesterday: 1 };

/**
 * A day in words: `2026-11-01`, `today`, `yesterday`, `3 months ago`, `a week ago`, `last month`, `last monday`. A month ends
 * early if it has no such day: a month before March 31 is February 28.
 * @param what names the day in the error: `--on`
 * @param today YYYY-MM-DD, by this machine's clock and time zone
 * @returns YYYY-MM-DD
 * @throws wrong use if the words are not a day
 */
export function dayInWords(what: string, words: string, today = localToday()): string {
  const phrase = words.trim().toLowerCase().replace(/\s+/g, " ");
  if (/^\d{4}-\d{2}-\d{2}$/.test(phrase)) {
    const time = Date.parse(`${phrase}T00:00:00Z`);
    if (!Number.isNaN(time) && isoDay(time) === phrase) return phrase;
    throw wrongUse(`${what}: got "${words}", expected a day such as 2026-11-22`);
  }
  const daysAgo = daysAWord[phrase];
  if (daysAgo !== undefined) return daysBefore(today, daysAgo);
  const [, number, unit] = /^(\d{1,4}|an?|one|last) (day|week|month|year)s?(?: ago)?$/.exec(phrase) ?? [];
  if (unit !== undefined && (number === "last") !== phrase.endsWith(" ago")) {
    const count = /^\d/.test(number ?? "") ? Number(number) : 1;
    if (unit === "day" || unit === "week") return daysBefore(today, unit === "day" ? count : 7 * count);
    return monthsBefore(today, unit === "month" ? count : 12 * count);
  }
  const weekday = weekdays.indexOf(phrase.replace(/^last /, ""));
  if (weekday !== -1) return daysBefore(today, ((new Date(today).getUTCDay() - weekday + 6) % 7) + 1);
  throw wrongUse(`${what}: got "${words}", expected a day such as 2026-11-22, yesterday or "3 months ago"`);
}

function localToday(): string {
  const now = new Date();
  return isoDay(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()));
}

function isoDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function monthsBefore(today: string, count: number): string {
  const [year = 0, month = 0, date = 0] = today.split("-").map(Number);
  const lastOfMonth = new Date(Date.UTC(year, month - count, 0)).getUTCDate();
  return isoDay(Date.UTC(year, month - 1 - count, Math.min(date, lastOfMonth)));
}

/** The day in a raw object's path: `.../playlists/snapshot_date=2026-11-22/ID.jsonl.gz`. */
export function dateOfPath(file: string): string | undefined {
  const parts = path.resolve(file).split(path.sep);
  return parseRawKey(`${rawPrefix}${parts.slice(-2).join("/")}`)?.snapshotDate;
}
