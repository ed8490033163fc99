import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { overdueHours } from "../../schedule/schedules";
import { crawlFailures, crawlOverdue } from "../alarms/alarmSpecs";
import type { Alarms } from "../alarms/alarms";
import type { CatalogMode } from "../arguments/rules";
import { partitionOf } from "../aws/arns";
import type { BucketRef } from "../aws/bucketRef";
import { crawlStatements } from "../aws/catalogPolicies";
import { type End, recordEnds } from "../aws/endEvents";
import { failureQueue } from "../aws/failureQueue";
import { policyOf, trustPolicy } from "../aws/policies";
import { scheduledCall } from "../aws/scheduledCall";
import { csvClassifier, partitionsCrawler, tablesCrawler } from "./catalogTables";

/** What a crawler works on. */
interface CrawlArgs {
  database: aws.glue.CatalogDatabase;
  lake: BucketRef;
  /** The declared tables. */
  tables: aws.glue.CatalogTable[];
}

/** The crawler of a catalog, which adds partitions to declared tables or makes the tables. */
export function createCrawler(
  name: string,
  catalog: CatalogMode,
  { database, lake, tables }: CrawlArgs,
  parent: pulumi.Resource,
): aws.glue.Crawler {
  const makesTables = catalog === "inferred";
  const role = new aws.iam.Role(`${name}-crawler`, { assumeRolePolicy: trustPolicy("glue.amazonaws.com") }, { parent });
  const statements = crawlStatements({ lakeBucket: lake.arn, database: database.arn }, makesTables);
  const policyArgs = { role: role.name, policy: policyOf(statements) };
  const policy = new aws.iam.RolePolicy(`${name}-crawler`, policyArgs, { parent });
  const classifier = new aws.glue.Classifier(`${name}-csv`, csvClassifier, { parent });
  const targets = makesTables
    ? tablesCrawler(lake.name)
    : partitionsCrawler(
        tables.map((table) => table.name),
        database.name,
      );
  const description = makesTables
    ? "Makes a table of each folder of the lake."
    : "Adds days that the transformer did not register, and reports files that do not fit their table.";
  return new aws.glue.Crawler(
    // The provider does not send a list that became empty, such as the other kind's targets, so each kind has its own crawler.
    makesTables ? `${name}-inferring-crawler` : `${name}-crawler`,
    { description, databaseName: database.name, role: role.arn, classifiers: [classifier.name], ...targets },
    // Glue checks the role when it stores the crawler.
    { parent, dependsOn: policy },
  );
}

/** How a crawler is watched and when it runs. */
interface CrawlTimes {
  crawlSchedule: pulumi.Output<string>;
  timezone: pulumi.Output<string>;
  alarms: Alarms;
  /** Whether every crawl is needed, so that a missing one is a fault. */
  isNeeded: boolean;
}

/** A crawl that runs some hours longer than the one before it is still on time. */
const crawlHours = 6;

/**
 * Starts the crawler by EventBridge Scheduler, which supports time zones; Glue's own schedules do not. Failed crawls and
 * crawls that could not be started become messages in one queue.
 */
export function scheduleCrawl(
  name: string,
  crawler: aws.glue.Crawler,
  { crawlSchedule, timezone, alarms, isNeeded }: CrawlTimes,
  parent: pulumi.Resource,
): { schedule: aws.scheduler.Schedule; failures: aws.sqs.Queue } {
  const targetArn = pulumi.interpolate`arn:${partitionOf(crawler.arn)}:scheduler:::aws-sdk:glue:startCrawler`;
  const failures = failureQueue(`${name}-crawl-failures`, parent);
  const call = scheduledCall(
    `${name}-crawl`,
    {
      ...{ targetArn, action: "glue:StartCrawler", resourceArn: crawler.arn, timezone, failures },
      // A crawl that is still running refuses the next one.
      retryHours: crawlHours,
    },
    parent,
  );
  const schedule = call(`${name}-crawl`, {
    description: "Starts the crawler.",
    expression: crawlSchedule,
    input: pulumi.jsonStringify({ Name: crawler.name }),
  });
  const record = (queueName: string, queue: aws.sqs.Queue, state: "Succeeded" | "Failed") =>
    recordEnds(`${name}-crawl`, { queueName, queue }, [crawlEnd(crawler, state)], parent);
  record(`${name}-crawl-failures`, failures, "Failed");
  alarms.add(crawlFailures(failures));
  if (isNeeded || alarms.isDetailed) {
    const [ended] = record(`${name}-crawls`, failureQueue(`${name}-crawls`, parent), "Succeeded");
    const hours = crawlSchedule.apply((expression) => overdueHours(expression, { lastsHours: crawlHours }));
    alarms.addOverdue(crawlOverdue(ended as aws.cloudwatch.EventRule, hours));
  }
  return { schedule, failures };
}

/** Glue has no metric for crawls. */
function crawlEnd(crawler: aws.glue.Crawler, state: "Succeeded" | "Failed"): End {
  return {
    suffix: state === "Succeeded" ? "ok" : "bad",
    description: `Crawls of this catalog that ${state.toLowerCase()}.`,
    pattern: {
      source: ["aws.glue"],
      "detail-type": ["Glue Crawler State Change"],
      detail: { crawlerName: [crawler.name], state: [state] },
    },
  };
}
