import type { CrawlExplanation } from "../emulator/glue";
import type { Pipeline } from "../lake/local/pipeline";
import { withStack } from "../lake/stack";
import { type Crawled, crawlStack, noCrawler } from "../lake/stack/crawl";
import {
  type Command,
  type OptionValues,
  pipelineOptions,
  refuseWords,
  stackName,
  type Terminal,
  wrongUse,
} from "./command";
import { describeCrawl, listChanges } from "./crawlText";
import { explainCrawl } from "./explainText";
import { withLocalPipeline } from "./openLocal";
import { createProgress, type Progress } from "./progress";

const help = `Usage: playlake crawl [--explain] [--state DIR | --stack NAME] [--config KEY=VALUE ...]

Crawls the lake as it is, so that new days can be asked, and shows what the catalog has now that it had not.

  --explain            says for each table why it came out so: classifiers, header, types, grouping, partitions, what
                       was ignored. Of this machine's crawler only: AWS does not tell
  --state DIR          crawls the lake in this state folder (default: that of the last run)
  --config KEY=VALUE   a setting of the stack, as run takes it
  --stack NAME         starts the crawler of the deployed stack NAME and waits for its end; one that is running already
                       is waited for first. Needs AWS credentials and Pulumi's CLI
  --quiet              prints problems only
  --json               prints the changes as JSON
`;

/** A crawl, and why it came out so where that can be told. */
interface Outcome {
  crawled: Crawled;
  explanation?: CrawlExplanation;
}

async function crawlLocally(pipeline: Pipeline, progress: Progress): Promise<Outcome> {
  const crawl = await progress.step("crawl", () => crawlOnce(pipeline), describeCrawl);
  for (const warning of crawl.warnings) progress.warn(warning);
  const explanation = pipeline.cloud.glue.explain(crawl.crawler);
  return { crawled: crawl, ...(explanation === undefined ? {} : { explanation }) };
}

async function crawlOnce(pipeline: Pipeline) {
  const report = await pipeline.crawlNow();
  if (report === undefined) throw new Error(noCrawler("this lake"));
  const [crawl] = report.crawls;
  if (crawl === undefined) throw new Error(report.failures[0] ?? "the crawler was not started");
  return crawl;
}

async function crawlAny(values: OptionValues, progress: Progress, terminal: Terminal): Promise<Outcome> {
  const stack = stackName("crawl", values, ["config", "state"]);
  if (stack !== undefined) {
    if (values.explain === true) throw wrongUse("crawl: --explain does not go with --stack: AWS does not tell");
    const crawled = await withStack(stack, terminal, (opened) =>
      progress.step("crawl", () => crawlStack(opened), describeCrawl),
    );
    return { crawled };
  }
  const options = { values, progress, readsSpotify: false };
  return withLocalPipeline(options, terminal, (pipeline) => crawlLocally(pipeline, progress));
}

/** `playlake crawl`: the crawler alone, now. */
export const crawl: Command = {
  summary: "crawl the lake, so that new days can be asked",
  help,
  options: {
    explain: { type: "boolean" },
    ...pipelineOptions,
  },
  async run(values, positionals, terminal) {
    refuseWords("crawl", positionals);
    const { crawled, explanation } = await crawlAny(values, createProgress(terminal, values.quiet === true), terminal);
    const told = values.explain === true ? explanation : undefined;
    if (values.json === true) {
      const shown = told === undefined ? crawled : { ...crawled, explanation: told };
      terminal.out(`${JSON.stringify(shown, null, 2)}\n`);
    } else if (values.quiet !== true || told !== undefined) {
      terminal.out(`${listChanges(crawled)}${told === undefined ? "" : `\n${explainCrawl(told)}`}`);
    }
    if (crawled.error !== undefined) throw new Error(`crawler ${crawled.crawler}: ${crawled.error}`);
  },
};
