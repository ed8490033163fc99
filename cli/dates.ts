import path from "node:path";
import { parseRawKey, rawPrefix } from "../transforms/keys";
import { type OptionValues, text, wrongUse } from "./command";

const day = /^\d{4}-\d{2}-\d{2}$/;

/**
 * An option's day.
 * @throws wrong use if there is no such day
 */
export function checkDate(option: string, date: string): string {
  const time = Date.parse(`${date}T00:00:00Z`);
  if (day.test(date) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(date)) return date;
  throw wrongUse(`${option}: got "${date}", expected a day such as 2026-11-22`);
}

/** An option's day; undefined if the option is not given. */
export function dateOption(values: OptionValues, name: string): string | undefined {
  const given = text(values, name);
  return given === undefined ? undefined : checkDate(`--${name}`, given);
}

/** The day in a raw object's path: `.../playlists/snapshot_date=2026-11-22/ID.jsonl.gz`. */
export function dateOfPath(file: string): string | undefined {
  const parts = path.resolve(file).split(path.sep);
  return parseRawKey(`${rawPrefix}${parts.slice(-2).join("/")}`)?.snapshotDate;
}
