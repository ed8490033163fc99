import type { Crawler } from "@aws-sdk/client-glue";
import type { Crawled } from "../runReport";
import { changesBetween, readCatalog } from "./catalog";
import { waitFor } from "./clients";
import type { Stack } from "./stack";

/**
 * Starts the stack's crawler and waits for its end. If it is already running, that crawl is waited for first: it may have
 * missed files written since it began.
 */
export async function crawlStack(stack: Stack, crawler: string): Promise<Crawled> {
  const before = await readCatalog(stack);
  const earlier = await startCrawler(stack, crawler);
  const { LastCrawl = {} } = await readyCrawler(stack, crawler, (it) => startOf(it) !== startOf(earlier));
  const { Status, ErrorMessage } = LastCrawl;
  const crawled = { crawler, ...changesBetween(before, await readCatalog(stack)), warnings: [] };
  if (Status === "SUCCEEDED") return { ...crawled, status: "SUCCEEDED" };
  return { ...crawled, status: "FAILED", error: ErrorMessage?.split("\n")[0] ?? `it ended as ${Status}` };
}

/** Starts the crawler once it is idle. Returns it as it was before. */
export async function startCrawler(stack: Stack, Name: string): Promise<Crawler> {
  const { sdk, client } = stack.clients.glue();
  return withinAnHour(Name, async () => {
    const ready = await readyCrawler(stack, Name);
    try {
      await client.send(new sdk.StartCrawlerCommand({ Name }));
      return ready;
    } catch (error) {
      if ((error as Error).name === "CrawlerRunningException") return undefined;
      throw error;
    }
  });
}

/** The crawler, once it is idle. */
async function readyCrawler({ clients }: Stack, Name: string, isIt = (_: Crawler) => true): Promise<Crawler> {
  const { sdk, client } = clients.glue();
  return withinAnHour(Name, async () => {
    const { Crawler } = await client.send(new sdk.GetCrawlerCommand({ Name }));
    return Crawler?.State === "READY" && isIt(Crawler) ? Crawler : undefined;
  });
}

/** @throws one line if there is no answer by then */
async function withinAnHour<T>(crawler: string, look: () => Promise<T | undefined>): Promise<T> {
  const answer = await waitFor(look, 60 * 60_000);
  if (answer === undefined) throw new Error(`crawler ${crawler} is still running after an hour; it was left alone`);
  return answer;
}

function startOf({ LastCrawl }: Crawler): number | undefined {
  return LastCrawl?.StartTime?.getTime();
}
