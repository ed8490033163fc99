import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tableNames } from "../../transforms/schema";
import type { CatalogMode } from "../arguments/validation";
import { partitionOf } from "../aws/arns";
import type { BucketRef } from "../aws/bucketRef";
import { crawlStatements, policyOf, trustPolicy } from "../aws/policies";
import { scheduledCall } from "../aws/scheduledCall";
import { csvClassifier, dashed, partitionsCrawler, tablesCrawler } from "./catalogTables";

/** What a crawler works on. */
interface Crawled {
  database: aws.glue.CatalogDatabase;
  lake: BucketRef;
  /** Declared tables; none where the crawler makes them. */
  tables: aws.glue.CatalogTable[];
}

/** The crawler of a `declared` or `inferred` catalog; a `projected` one has none. */
export function createCrawler(
  name: string,
  catalog: CatalogMode,
  { database, lake, tables }: Crawled,
  parent: pulumi.Resource,
): aws.glue.Crawler | undefined {
  if (catalog === "projected") return undefined;
  const makesTables = catalog === "inferred";
  const role = new aws.iam.Role(`${name}-crawler`, { assumeRolePolicy: trustPolicy("glue.amazonaws.com") }, { parent });
  const statements = crawlStatements({ lakeBucket: lake.arn, database: database.arn }, makesTables);
  const policyArgs = { role: role.name, policy: policyOf(statements) };
  const policy = new aws.iam.RolePolicy(`${name}-crawler`, policyArgs, { parent });
  const targets = makesTables
    ? tablesCrawler(createClassifiers(name, parent), lake.name)
    : partitionsCrawler(
        tables.map((table) => table.name),
        database.name,
      );
  const description = makesTables ? "Makes tables of the lake's folders." : "Adds new days to the lake's tables.";
  return new aws.glue.Crawler(
    `${name}-crawler`,
    { description, databaseName: database.name, role: role.arn, ...targets },
    // Glue tries the role when it stores the crawler.
    { parent, dependsOn: policy },
  );
}

function createClassifiers(name: string, parent: pulumi.Resource): pulumi.Output<string>[] {
  return tableNames.map((table) => {
    const classifier = new aws.glue.Classifier(`${name}-csv-${dashed(table)}`, csvClassifier(table), { parent });
    return classifier.name;
  });
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
