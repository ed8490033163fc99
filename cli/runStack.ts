import { type Stack, withStack } from "../lake/stack";
import { openStackLake } from "../lake/stack/athena";
import { type Crawled, crawlStack } from "../lake/stack/crawl";
import { type Extracted, extractNow } from "../lake/stack/extract";
import { waitForLake } from "../lake/stack/lakeFiles";
import { failureCount } from "../lake/stack/queues";
import type { DayReport } from "../operations/run";
import { askAnswers, renderAnswers } from "./answers";
import type { Terminal } from "./command";
import { describeCrawl } from "./crawlText";
import { count, describe } from "./describe";
import { createProgress, type Progress } from "./progress";

interface Output {
  readonly isJson: boolean;
  readonly isQuiet: boolean;
}

/** What a stack's run did. */
type StackReport = Pick<DayReport, "day" | "extracted" | "failures"> & { readonly crawls: readonly Crawled[] };

/** `playlake run --stack`: what the schedules do each day, now, followed to the answers. */
export async function runStack(name: string, { isJson, isQuiet }: Output, terminal: Terminal): Promise<void> {
  const progress = createProgress(terminal, isQuiet);
  if (!isQuiet) terminal.err(`Playlake in the stack ${name}.\n`);
  await withStack(name, terminal, async (stack) => {
    const report = await runPipeline(stack, progress);
    const lake = openStackLake(stack, terminal);
    const answers = await progress.step(
      "answers",
      () => askAnswers(lake),
      () => "SQL by Athena",
    );
    if (isJson) terminal.out(`${JSON.stringify({ stack: name, days: [report] }, null, 2)}\n`);
    else if (!isQuiet) terminal.out(`\n${await renderAnswers(answers, terminal.columns)}\n${nextSteps(name)}`);
    const [failure, ...more] = report.failures;
    if (failure !== undefined) {
      throw new Error(`not complete: ${failure}${more.length > 0 ? " (and more, above)" : ""}`);
    }
  });
}

async function runPipeline(stack: Stack, progress: Progress): Promise<StackReport> {
  const failures: string[] = [];
  const fail = (line: string) => {
    failures.push(line);
    progress.warn(line);
  };
  const failuresBefore = await failureCount(stack, "transform");
  const extracted = await progress.step("extract", () => extractNow(stack), describeExtracted);
  // What the run had stored before it failed is for the next run to follow: it is in the function's log alone.
  if ("failure" in extracted) throw new Error(`not complete, run again to go on: ${extracted.failure}`);
  const { result } = extracted;
  for (const warning of result.warnings) progress.warn(warning);
  const { snapshotDate, stored, alreadyStored } = result;
  const { missing } = await progress.step(
    "tables",
    () => waitForLake(stack, snapshotDate, stored, alreadyStored, failuresBefore),
    ({ files }) => `${count(files, "CSV file")} of ${snapshotDate} in the lake`,
  );
  if (missing.length > 0) {
    const what = `the lake lacks tables of ${missing.join(", ")} of ${snapshotDate}`;
    fail(`${what}; see playlake redrive --stack ${stack.name} --list`);
  }
  const crawls: Crawled[] = [];
  if (stack.outputs.crawler !== undefined) {
    const crawl = await progress.step("crawl", () => crawlStack(stack), describeCrawl);
    crawls.push(crawl);
    if (crawl.error !== undefined) fail(`crawler ${crawl.crawler}: ${crawl.error}`);
  }
  return { day: snapshotDate, extracted: [result], crawls, failures };
}

function describeExtracted(extracted: Extracted): string {
  if ("failure" in extracted) return "failed";
  return describe({ extracted: [extracted.result], transformed: [], crawls: [], failures: [] });
}

function nextSteps(name: string): string {
  return `Next:  npx playlake sql --stack ${name} "SELECT name, total_items FROM playlists ORDER BY snapshot_date"
       npx playlake sql --stack ${name} --named longest-unheard-additions
`;
}
