import { noCrawler } from "../lake/errors";
import { describeCrawl } from "../lake/runReport";
import { type Command, pipelineOptions, printJson, refuseWords, stackOption } from "./command";
import { explainCrawl, listChanges } from "./crawlText";
import { withLake } from "./openLake";

/** `playlake crawl`: runs only the crawler, now. */
export const command: Command = {
  summary: "crawl the lake, so that queries see new days",
  usage: "playlake crawl [--explain] [OPTIONS]",
  about: "Crawls the lake now, so that queries see new days, and shows what changed in the catalog.",
  options: {
    explain: {
      says: "explains each table: classifiers, header, types, grouping, partitions, and what was ignored. Local lakes only: AWS does not report it",
    },
    ...pipelineOptions,
    stack: stackOption(
      "starts the crawler of the deployed stack NAME and waits until it has ended; if it is already running, waits for that first",
    ),
  },
  examples: ["playlake crawl", "playlake crawl --explain"],
  async run(call) {
    const { values, terminal, progress } = call;
    refuseWords(call);
    const isQuiet = values.quiet === true;
    const localOptions = { config: "", state: "", explain: "AWS does not report it" };
    const { crawled, explanation } = await withLake({ ...call, localOptions }, async (lake) => {
      const crawl = async () => {
        const done = await lake.crawl();
        if (done === undefined) throw new Error(noCrawler(lake.title));
        return done;
      };
      const done = await progress.step("crawl", crawl, describeCrawl);
      for (const warning of done.warnings) progress.warn(warning);
      return { crawled: done, explanation: values.explain === true ? lake.explainCrawl?.() : undefined };
    });
    if (values.json === true) {
      printJson(explanation === undefined ? crawled : { ...crawled, explanation }, terminal);
    } else if (!isQuiet || explanation !== undefined) {
      terminal.out(`${listChanges(crawled)}${explanation === undefined ? "" : `\n${explainCrawl(explanation)}`}`);
    }
    if (crawled.error !== undefined) throw new Error(`crawler ${crawled.crawler}: ${crawled.error}`);
  },
};
