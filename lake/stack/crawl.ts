import type { Crawler, LastCrawlInfo } from "@aws-sdk/client-glue";
import type { CrawlChanges } from "../../emulator/glue/crawlContext";
import { changesBetween, readTables } from "./catalogChanges";
import type { Stack } from "./index";
import { waitFor } from "./waiting";

const longestCrawlMs = 60 * 60_000;

/** What a crawl did; the same as of this machine's crawler, as far as Glue tells. */
export type Crawled = Pick<
  CrawlChanges,
  "tablesCreated" | "tablesUpdated" | "tablesDeleted" | "partitionsAdded" | "partitionsDeleted"
> & { readonly crawler: string; readonly status: "SUCCEEDED" | "FAILED"; readonly error?: string };

/**
 * Starts the stack's crawler and waits for its end. One that is running already is waited for first: what was written
 * since it began it may have passed over.
 * @throws one line, where the catalog has no crawler
 */
export async function crawlStack(stack: Stack): Promise<Crawled> {
  const { crawler } = stack.outputs;
  if (crawler === undefined) throw new Error(noCrawler(`stack ${stack.name}`));
  const before = await readTables(stack);
  const { Status, ErrorMessage } = await crawlAfter(stack, crawler, await startCrawler(stack, crawler));
  const changes = changesBetween(before, await readTables(stack));
  if (Status === "SUCCEEDED") return { crawler, status: "SUCCEEDED", ...changes };
  return { crawler, status: "FAILED", error: ErrorMessage?.split("\n")[0] ?? `it ended as ${Status}`, ...changes };
}

/** Why there is nothing to crawl. */
export function noCrawler(what: string): string {
  return `${what} has no crawler: its crawlSchedule is "none", and the transformer registers each day`;
}

/** Starts the crawler, once no other crawl of it is running; gives the crawl before. */
export async function startCrawler(stack: Stack, Name: string): Promise<LastCrawlInfo | undefined> {
  const { sdk, client } = stack.clients.glue();
  const started = await waitFor(async () => {
    const { LastCrawl } = await readyCrawler(stack, Name);
    try {
      await client.send(new sdk.StartCrawlerCommand({ Name }));
      return { LastCrawl };
    } catch (error) {
      if ((error as Error).name === "CrawlerRunningException") return undefined;
      throw error;
    }
  }, longestCrawlMs);
  if (started === undefined) throw new Error(stillRunning(Name));
  return started.LastCrawl;
}

function stillRunning(crawler: string): string {
  return `crawler ${crawler} is still running after an hour; it was left alone`;
}

/** The crawler, once it is at rest. */
async function readyCrawler({ clients }: Stack, Name: string, isIt = (_: Crawler) => true): Promise<Crawler> {
  const { sdk, client } = clients.glue();
  const ready = await waitFor(async () => {
    const { Crawler } = await client.send(new sdk.GetCrawlerCommand({ Name }));
    return Crawler?.State === "READY" && isIt(Crawler) ? Crawler : undefined;
  }, longestCrawlMs);
  if (ready === undefined) throw new Error(stillRunning(Name));
  return ready;
}

/** Waits for the end of the crawl that follows another one. */
async function crawlAfter(stack: Stack, Name: string, before: LastCrawlInfo | undefined): Promise<LastCrawlInfo> {
  const startOf = (crawl: LastCrawlInfo | undefined) => crawl?.StartTime?.getTime();
  const { LastCrawl } = await readyCrawler(stack, Name, (it) => startOf(it.LastCrawl) !== startOf(before));
  return LastCrawl ?? {};
}
