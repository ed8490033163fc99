import type { Pipeline } from "../lake/local/pipeline";
import type { Report } from "../lake/local/runReport";

/** `3 playlists`, `1 playlist`. */
export function count(n: number, one: string): string {
  return `${n.toLocaleString("en-US")} ${n === 1 ? one : `${one}s`}`;
}

export function sum<T>(list: readonly T[], of: (item: T) => number): number {
  return list.reduce((total, item) => total + of(item), 0);
}

/** What was done, in a line. */
export function describe({ extracted, transformed, crawls, failures }: Report): string {
  const parts: string[] = [];
  const stored = sum(extracted, (result) => result.stored.length);
  if (stored > 0) {
    const entries = count(
      sum(extracted, (result) => result.entries),
      "item",
    );
    const requests = count(
      sum(extracted, (result) => result.requests),
      "request",
    );
    parts.push(`${count(stored, "playlist")} stored: ${entries}, ${requests}`);
  }
  const files = sum(transformed, ({ rows }) => Object.keys(rows).length);
  if (files > 0) parts.push(`${count(files, "CSV file")} written`);
  const partitions = sum(crawls, (crawl) => crawl.partitionsAdded.length);
  if (partitions > 0) parts.push(`${count(partitions, "partition")} added`);
  const unavailable = sum(extracted, (result) => result.unavailable.length);
  if (unavailable > 0) parts.push(`${count(unavailable, "playlist")} unavailable`);
  if (failures.length > 0) parts.push(count(failures.length, "failure"));
  const isThere = stored === 0 && extracted.some((result) => result.alreadyStored.length > 0);
  if (isThere) parts.unshift("is there already");
  return parts.length > 0 ? parts.join(", ") : "nothing to do";
}

/** The program that runs here, in a few words. */
export function describeProgram({ program: { resources } }: Pipeline): string {
  const functions = resources.filter(({ type }) => type === "aws:lambda/function:Function");
  return `${count(resources.length, "resource")}, ${count(functions.length, "function")} as child processes`;
}
