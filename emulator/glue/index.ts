import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { Operations } from "../awsJson";
import { makeFolder } from "../files";
import { AccessDenied, type Iam, type Principal } from "../iam";
import type { Registered } from "../resources";
import type { Objects } from "../s3";
import { type Catalog, loadCatalog, saveCatalog } from "./catalog";
import { crawl } from "./crawl";
import type { CrawlChanges } from "./crawlContext";
import { type CrawlerSettings, crawlersOf } from "./crawlers";
import { forgetOthers, memoryFile, openMemory } from "./crawlMemory";
import { applyDeclared } from "./declared";
import { type CrawlExplanation, noExplanation } from "./explanation";
import { glueOperations } from "./operations";

export type { Catalog } from "./catalog";
export type { CrawlExplanation } from "./explanation";

/** A crawl that has ended. */
export interface CrawlResult extends CrawlChanges {
  crawler: string;
  status: "SUCCEEDED" | "FAILED";
  /** Why it failed, one line. */
  error?: string;
}

/** The local Glue: a catalog and its crawlers. */
export interface Glue {
  /**
   * Runs `glue:StartCrawler` and the crawl to its end. A failed crawl is a result with `status` FAILED: in AWS, the call has
   * been answered long before.
   * @throws AccessDenied if `principal` may not start it
   * @throws Error EntityNotFoundException, CrawlerRunningException
   */
  startCrawler(name: string, principal: Principal): Promise<CrawlResult>;
  /** Explains the crawler's last crawl in this process; undefined if there was none. */
  explain(name: string): CrawlExplanation | undefined;
  /** The names of the declared crawlers. */
  readonly crawlers: readonly string[];
  /** The operations that functions call over HTTP. */
  readonly operations: Operations;
  /** The current catalog; stored on disk after each change. */
  readonly catalog: Catalog;
}

interface GlueOptions {
  resources: readonly Registered[];
  /** The catalog is stored in its folder `glue`. */
  stateDir: string;
  iam: Iam;
  objects: Pick<Objects, "list" | "read">;
}

/**
 * Opens the catalog and updates it to what the program declares. Crawlers never look at the project's schema. They know only
 * the objects' bytes, their classifiers and the catalog.
 * @throws one line, if AWS would refuse a declared resource or it is not modelled
 */
export function createGlue({ resources, stateDir, iam, objects }: GlueOptions): Glue {
  const crawlers = new Map(crawlersOf(resources).map((crawler) => [crawler.name, crawler]));
  const catalog = loadCatalog(stateDir);
  applyDeclared(catalog, resources);
  saveCatalog(stateDir, catalog);
  const memoryFolder = join(stateDir, "glue");
  forgetOthers(memoryFolder, [...crawlers.keys()]);
  const running = new Set<string>();
  const explanations = new Map<string, CrawlExplanation>();

  async function runCrawl(crawler: CrawlerSettings): Promise<CrawlResult> {
    const changes: CrawlChanges = {
      ...{ tablesCreated: [], tablesUpdated: [], partitionsAdded: [], partitionsUpdated: [] },
      ...{ unrecognised: [], filesRead: 0, warnings: [] },
    };
    const explanation = noExplanation(crawler);
    const targets = JSON.stringify([crawler.s3Paths, crawler.catalogTargets]);
    const memory = openMemory(memoryFile(memoryFolder, crawler.name), targets);
    explanations.set(crawler.name, explanation);
    const session = "AWS-Crawler";
    const principal: Principal = { kind: "role", arn: crawler.roleArn, session };
    try {
      iam.assume(crawler.roleArn, "glue.amazonaws.com", { session });
      await crawl({ crawler, principal, iam, objects, catalog, changes, memory, explanation });
      const done: CrawlResult = { crawler: crawler.name, status: "SUCCEEDED", ...changes };
      writeLog(iam, principal, crawler, stateDir, done);
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

  async function startCrawler(name: string, principal: Principal): Promise<CrawlResult> {
    const crawler = crawlers.get(name);
    if (crawler === undefined) throw new Error(`EntityNotFoundException: Crawler with name ${name} does not exist`);
    iam.authorize(principal, "glue:StartCrawler", crawler.arn);
    if (running.has(name)) throw new Error(`CrawlerRunningException: Crawler with name ${name} has already started`);
    running.add(name);
    return runCrawl(crawler).finally(() => running.delete(name));
  }

  return {
    catalog,
    operations: glueOperations(catalog, iam, startCrawler, save),
    crawlers: [...crawlers.keys()],
    explain: (name) => explanations.get(name),
    startCrawler,
  };
}

/** Logs what a crawl did, in one line, if the role may write it. A crawl does not fail without logs. */
function writeLog(
  iam: Iam,
  principal: Principal,
  { name, arn }: CrawlerSettings,
  stateDir: string,
  result: CrawlResult,
): void {
  const [, partition, , region, account] = arn.split(":");
  try {
    const stream = `arn:${partition}:logs:${region}:${account}:log-group:/aws-glue/crawlers:log-stream:${name}`;
    for (const call of ["CreateLogStream", "PutLogEvents"]) iam.authorize(principal, `logs:${call}`, stream);
  } catch (error) {
    if (error instanceof AccessDenied) return;
    throw error;
  }
  const folder = join(stateDir, "logs", "aws-glue", "crawlers");
  makeFolder(folder);
  appendFileSync(join(folder, `${name}.log`), `${JSON.stringify(result)}\n`);
}
