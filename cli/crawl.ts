import { groupedBy } from "../lake/lists";
import { type Crawled, describeCrawl } from "../lake/runReport";
import { type Command, pipelineOptions, printResult, refuseWords, stackOption } from "./command";
import { withLake } from "./openLake";

/** What a crawl changed, one line per table. */
function listChanges(changes: Crawled): string {
  const notes = [
    ...changes.tablesCreated.map((table) => [table, "added"] as const),
    ...changes.tablesUpdated.map((table) => [table, "changed"] as const),
    ...changes.tablesDeleted.map((table) => [table, "deleted"] as const),
    ...changes.partitionsAdded.map(({ table, values }) => [table, `+ ${values.join("/")}`] as const),
    ...changes.partitionsDeleted.map(({ table, values }) => [table, `- ${values.join("/")}`] as const),
  ];
  const tables = [...groupedBy(notes, ([table]) => table)].sort(([one], [other]) => (one < other ? -1 : 1));
  if (tables.length === 0) return "Nothing is new: the catalog has all that is in the lake.\n";
  return tables.map(([table, own]) => `${table}  ${own.map(([, what]) => what).join(", ")}\n`).join("");
}

export const command: Command = {
  summary: "add what came into the lake by other means to the catalog",
  usage: "playlake crawl [OPTIONS]",
  about: `Crawls the lake now, and shows what changed in the catalog. With a declared catalog (the default), queries see the days
of runs and imports without a crawl; it adds files that came into the lake by other means, and reports those that do not fit
their table. With an inferred one, the crawl makes the tables.`,
  options: {
    ...pipelineOptions,
    "stack NAME": stackOption(
      "starts the crawler of the deployed stack NAME and waits until it has ended; if it is already running, waits for that first",
    ),
    json: "prints the result as JSON",
  },
  examples: ["playlake crawl", "playlake crawl --json --quiet"],
  async run(call) {
    const { progress } = call;
    refuseWords(call);
    await withLake(call, async (lake) => {
      const crawl = async () => {
        const done = await lake.crawl();
        if (done !== undefined) return done;
        throw new Error(
          `${lake.title} has no crawler: its crawlSchedule is "none", and the transformer registers each day`,
        );
      };
      const crawled = await progress.step("crawl", crawl, describeCrawl);
      for (const warning of crawled.warnings) progress.warn(warning);
      printResult(crawled, listChanges(crawled), call);
      if (crawled.error !== undefined) throw new Error(`crawler ${crawled.crawler}: ${crawled.error}`);
    });
  },
};
