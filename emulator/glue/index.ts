import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { localArn } from "../awsOutputs";
import { makeFolder } from "../files";
import type { Iam, Principal } from "../iam";
import type { ServiceOptions } from "../options";
import type { ObjectFiles } from "../s3";
import { loadCatalog, saveCatalog } from "./catalog";
import { crawl } from "./crawl";
import type { CrawlChanges, CrawlResult } from "./crawlContext";
import { type CrawlerSettings, crawlersOf } from "./crawlers";
import { forgetOthers, memoryFile, openMemory } from "./crawlMemory";
import { applyDeclared } from "./declared";
import { glueOperations } from "./operations";

export type { Catalog } from "./catalog";
export type { CrawlResult } from "./crawlContext";

interface GlueOptions extends Omit<ServiceOptions, "clock"> {
  objects: Pick<ObjectFiles, "list" | "read">;
}

export type Glue = ReturnType<typeof createGlue>;

/**
 * Opens the catalog in `glue/` and updates it to what the program declares. Crawlers never look at the project's schema.
 * They know only the objects' bytes, their classifiers and the catalog.
 * @throws one line, if AWS would refuse a declared resource or it is not modelled
 */
export function createGlue({ resources, stateDir, iam, objects }: GlueOptions) {
  const crawlers = new Map(crawlersOf(resources).map((crawler) => [crawler.name, crawler]));
  const catalog = loadCatalog(stateDir);
  applyDeclared(catalog, resources);
  saveCatalog(stateDir, catalog);
  forgetOthers(stateDir, [...crawlers.keys()]);
  const running = new Set<string>();

  async function runCrawl(crawler: CrawlerSettings): Promise<CrawlResult> {
    const changes: CrawlChanges = {
      ...{ tablesCreated: [], tablesUpdated: [], partitionsAdded: [], partitionsUpdated: [] },
      ...{ filesRead: 0, warnings: [] },
    };
    const { s3Paths, catalogTargets } = crawler;
    // Earlier versions stored other readings, and targets in another form.
    const memory = openMemory(memoryFile(stateDir, crawler.name), JSON.stringify({ s3Paths, catalogTargets }));
    const session = "AWS-Crawler";
    const principal: Principal = { kind: "role", arn: crawler.roleArn, session };
    try {
      iam.assume(crawler.roleArn, "glue.amazonaws.com", { session });
      await crawl({ crawler, principal, iam, objects, catalog, changes, memory });
      const done: CrawlResult = { crawler: crawler.name, status: "SUCCEEDED", ...changes };
      writeLog(iam, principal, crawler.name, stateDir, done);
      return done;
    } catch (error) {
      return { crawler: crawler.name, status: "FAILED", error: (error as Error).message, ...changes };
    } finally {
      memory.keep();
      saveCatalog(stateDir, catalog);
    }
  }

  let saving: Promise<void> | undefined;
  /** Concurrent calls share one write. */
  function save(): Promise<void> {
    saving ??= new Promise<void>(setImmediate).then(() => {
      saving = undefined;
      saveCatalog(stateDir, catalog);
    });
    return saving;
  }

  /**
   * Runs `glue:StartCrawler` and the crawl to its end. A failed crawl is a result with `status` FAILED: in AWS, the call has
   * been answered long before.
   * @throws AccessDenied if `principal` may not start it
   * @throws Error EntityNotFoundException, CrawlerRunningException
   */
  async function startCrawler(name: string, principal: Principal): Promise<CrawlResult> {
    const crawler = crawlers.get(name);
    if (crawler === undefined) throw new Error(`EntityNotFoundException: Crawler with name ${name} does not exist`);
    iam.authorize(principal, "glue:StartCrawler", crawler.arn);
    if (running.has(name)) throw new Error(`CrawlerRunningException: Crawler with name ${name} has already started`);
    running.add(name);
    return runCrawl(crawler).finally(() => running.delete(name));
  }

  return {
    /** The current catalog; stored on disk after each change. */
    catalog,
    operations: glueOperations(catalog, iam, startCrawler, save),
    crawlers: [...crawlers.keys()] as readonly string[],
    startCrawler,
  };
}

/** Logs what a crawl did, in one line, if the role may write it. A crawl does not fail without logs. */
function writeLog(iam: Iam, principal: Principal, crawler: string, stateDir: string, result: CrawlResult): void {
  const stream = localArn("logs", `log-group:/aws-glue/crawlers:log-stream:${crawler}`);
  if (!["CreateLogStream", "PutLogEvents"].every((call) => iam.allows(principal, `logs:${call}`, stream))) return;
  const folder = join(stateDir, "logs", "aws-glue", "crawlers");
  makeFolder(folder);
  appendFileSync(join(folder, `${crawler}.log`), `${JSON.stringify(result)}\n`);
}
