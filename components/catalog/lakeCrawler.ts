import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { CatalogMode } from "../arguments/validation";
import { partitionOf } from "../aws/arns";
import type { BucketRef } from "../aws/bucketRef";
import { crawlStatements, policyOf, trustPolicy } from "../aws/policies";
import { scheduledCall } from "../aws/scheduledCall";
import { csvClassifier, partitionsCrawler, tablesCrawler } from "./catalogTables";

/** What a crawler works on. */
interface Crawled {
  database: aws.glue.CatalogDatabase;
  lake: BucketRef;
  /** The declared tables. */
  tables: aws.glue.CatalogTable[];
}

/** The crawler of a catalog, which adds partitions to declared tables or makes the tables. */
export function createCrawler(
  name: string,
  catalog: CatalogMode,
  { database, lake, tables }: Crawled,
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
    ? "Makes tables of the lake's folders."
    : "Adds days that came by other means than the transformer, and reports files that do not fit.";
  return new aws.glue.Crawler(
    // The provider sends no list that became empty, such as the other kind's targets: each kind is a crawler of its own.
    makesTables ? `${name}-inferring-crawler` : `${name}-crawler`,
    { description, databaseName: database.name, role: role.arn, classifiers: [classifier.name], ...targets },
    // Glue tries the role when it stores the crawler.
    { parent, dependsOn: policy },
  );
}

/** Starts the crawler by EventBridge Scheduler, which knows time zones; Glue's own schedule does not. */
export function scheduleCrawl(
  name: string,
  crawler: aws.glue.Crawler,
  { crawlSchedule, timezone }: { crawlSchedule: pulumi.Output<string>; timezone: pulumi.Output<string> },
  parent: pulumi.Resource,
): { schedule: aws.scheduler.Schedule; failures: aws.sqs.Queue } {
  const targetArn = pulumi.interpolate`arn:${partitionOf(crawler.arn)}:scheduler:::aws-sdk:glue:startCrawler`;
  const call = scheduledCall(
    `${name}-crawl`,
    { targetArn, action: "glue:StartCrawler", resourceArn: crawler.arn, timezone },
    parent,
  );
  const schedule = call.schedule(`${name}-crawl`, {
    description: "Starts the crawler.",
    expression: crawlSchedule,
    input: pulumi.jsonStringify({ Name: crawler.name }),
  });
  return { schedule, failures: call.failures };
}
