import type { Crawler, LastCrawlInfo } from "@aws-sdk/client-glue";
import { noCrawler } from "../errors";
import type { Crawled } from "../runReport";
import { changesBetween, readCatalog } from "./catalog";
import { waitFor } from "./clients";
import type { Stack } from "./stack";

const longestCrawlMs = 60 * 60_000;

/**
 * Starts the stack's crawler and waits for its end. If it is already running, that crawl is waited for first: it may have
 * missed files written since it began.
 * @throws one line if the catalog has no crawler
 */
export async function crawlStack(stack: Stack): Promise<Crawled> {
  const { crawler } = stack.outputs;
  if (crawler === undefined) throw new Error(noCrawler(`stack ${stack.name}`));
  const before = await readCatalog(stack);
  const { Status, ErrorMessage } = await crawlAfter(stack, crawler, await startCrawler(stack, crawler));
  const changes = changesBetween(before, await readCatalog(stack));
  const crawled = { crawler, ...changes, warnings: [] };
  if (Status === "SUCCEEDED") return { ...crawled, status: "SUCCEEDED" };
  return { ...crawled, status: "FAILED", error: ErrorMessage?.split("\n")[0] ?? `it ended as ${Status}` };
}

/** Starts the crawler once it is idle. Returns the crawl before. */
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

/** The crawler, once it is idle. */
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
