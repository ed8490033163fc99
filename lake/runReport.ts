// Reports of runs and crawls, and their one-line descriptions.
import type { TransformedPlaylist } from "../components/callbacks/transformHandler";
import type { CrawlChanges } from "../emulator/glue/crawlContext";
import type { DayResult } from "../spotify/extract";
import { count, sum } from "./lists";

/** A crawl's changes to the catalog, as Glue reports them. */
export interface Crawled extends Pick<CrawlChanges, "tablesCreated" | "tablesUpdated" | "partitionsAdded"> {
  readonly tablesDeleted: readonly string[];
  readonly partitionsDeleted: CrawlChanges["partitionsAdded"];
  readonly crawler: string;
  readonly status: "SUCCEEDED" | "FAILED";
  /** Why it failed, one line. */
  readonly error?: string;
  /** Files that do not belong in the lake, one line each. */
  readonly warnings: readonly string[];
}

/** What happened since the last report. */
export interface Report {
  readonly extracted: readonly DayResult[];
  readonly transformed: readonly TransformedPlaylist[];
  readonly crawls: readonly Crawled[];
  /** A line for each call whose last retry failed, and for each call that a policy refused. */
  readonly failures: readonly string[];
}

/** A day and its report. */
export interface DayReport extends Report {
  /** YYYY-MM-DD in the stack's time zone; `resumed` for what a killed run had begun, `redriven` for failed transforms. */
  readonly day: string;
}

/** A report in one line. */
export function describeReport({ extracted, transformed, crawls, failures }: Report): string {
  const stored = sum(extracted, (result) => result.stored.length);
  const entries = sum(extracted, (result) => result.entries);
  const requests = sum(extracted, (result) => result.requests);
  const files = sum(transformed, ({ rows }) => Object.keys(rows).length);
  const partitions = sum(crawls, (crawl) => crawl.partitionsAdded.length);
  const unavailable = sum(extracted, (result) => result.unavailable.length);
  const isThere = stored === 0 && extracted.some((result) => result.alreadyStored.length > 0);
  const parts = [
    isThere && "already stored",
    stored > 0 && `${count(stored, "playlist")} stored: ${count(entries, "item")}, ${count(requests, "request")}`,
    files > 0 && count(files, "CSV file"),
    partitions > 0 && `${count(partitions, "partition")} added`,
    unavailable > 0 && `${count(unavailable, "playlist")} unavailable`,
    failures.length > 0 && count(failures.length, "failure"),
  ].filter((part) => part !== false);
  return parts.length > 0 ? parts.join(", ") : "nothing to do";
}

/** What a crawl changed, in a few words. */
export function describeCrawl(changes: Crawled): string {
  if (changes.error !== undefined) return "failed";
  const numbers: readonly [number, string, string][] = [
    [changes.tablesCreated.length, "table", "added"],
    [changes.tablesUpdated.length, "table", "changed"],
    [changes.tablesDeleted.length, "table", "deleted"],
    [changes.partitionsAdded.length, "partition", "added"],
    [changes.partitionsDeleted.length, "partition", "deleted"],
  ];
  const parts = numbers.filter(([n]) => n > 0).map(([n, what, how]) => `${count(n, what)} ${how}`);
  return parts.length === 0 ? "nothing is new" : parts.join(", ");
}
