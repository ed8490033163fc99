import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { namedQueries, views } from "../queries";
import { tableNames } from "../transforms/schema";
import { type BucketArg, type BucketRef, bucketRef } from "./bucketRef";
import { csvTable, dashed, projectedTable, viewTable } from "./catalogTables";
import { databaseNameOf } from "./databaseName";
import { hardenedBucket } from "./hardenedBucket";
import { createCrawler, scheduleCrawl } from "./lakeCrawler";
import { crawlScheduleAfter, defaultSchedule } from "./schedules";
import {
  type CatalogMode,
  catalogRule,
  checkArguments,
  checkComponentName,
  dateRule,
  scheduleRule,
  timezoneRule,
  wholeNumber,
} from "./validation";

/** Arguments of an AthenaCatalog. */
export interface AthenaCatalogArgs {
  /** Where the tables' files are: a transformer's `lakeBucket`, or the name of a bucket that exists already. */
  lakeBucket: BucketArg;
  /**
   * How the tables come to be in the catalog. `declared`: from the schema; a crawler adds the days. `inferred`: a crawler
   * makes them from the files. `projected`: from the schema, and Athena reckons the days itself, without a crawler.
   * @default "declared"
   */
  catalog?: CatalogMode;
  /** When the crawler runs, in EventBridge Scheduler's syntax. @default "cron(30 6 * * ? *)" */
  crawlSchedule?: pulumi.Input<string> | undefined;
  /** The time zone of `crawlSchedule`. @default "UTC" */
  timezone?: pulumi.Input<string>;
  /** The first day that a `projected` table reckons with, YYYY-MM-DD: earlier ones are not seen. @default "2020-01-01" */
  firstSnapshotDate?: pulumi.Input<string>;
  /** How long results of queries are kept. @default 30 */
  resultsRetentionDays?: pulumi.Input<number>;
  /** A query that reads more is cancelled; what it read until then is billed. @default 10 GiB */
  maxScannedBytesPerQuery?: pulumi.Input<number>;
}

/** The lake as tables and typed views in the Data Catalog, and a workgroup in which Athena asks them. */
export class AthenaCatalog extends pulumi.ComponentResource {
  readonly databaseName: pulumi.Output<string>;
  readonly workgroupName: pulumi.Output<string>;
  readonly resultsBucket: BucketRef;
  /** Undefined where the catalog is `projected`. */
  readonly crawlerName: pulumi.Output<string> | undefined;
  /** The schedule of the crawl; undefined where the catalog is `projected`. */
  readonly crawlScheduleName: pulumi.Output<string> | undefined;
  /** The queue of crawls that could not be started; undefined where the catalog is `projected`. */
  readonly crawlFailureQueueUrl: pulumi.Output<string> | undefined;

  constructor(name: string, args: AthenaCatalogArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = readArgs(name, args);
    super("playlake:index:AthenaCatalog", name, {}, opts);

    const database = createDatabase(name, this);
    const lake = bucketRef(args.lakeBucket, database.arn);
    const resultsBucket = createResults(name, settings, this);
    const tables = createTables(name, database, lake, settings, this);
    const crawler = createCrawler(name, settings.catalog, { database, lake, tables }, this);
    const crawl = crawler && scheduleCrawl(name, crawler, settings, this);
    createViews(name, database, this);
    const workgroup = createWorkgroup(name, resultsBucket, settings, this);
    createNamedQueries(name, database, workgroup, this);

    this.databaseName = database.name;
    this.workgroupName = workgroup.name;
    this.resultsBucket = resultsBucket;
    this.crawlerName = crawler?.name;
    this.crawlScheduleName = crawl?.schedule.name;
    this.crawlFailureQueueUrl = crawl?.failures.url;
    this.registerOutputs({
      databaseName: this.databaseName,
      workgroupName: this.workgroupName,
      resultsBucket: this.resultsBucket,
      crawlerName: this.crawlerName,
      crawlScheduleName: this.crawlScheduleName,
      crawlFailureQueueUrl: this.crawlFailureQueueUrl,
    });
  }
}

interface Settings {
  catalog: CatalogMode;
  crawlSchedule: pulumi.Output<string>;
  timezone: pulumi.Output<string>;
  firstSnapshotDate: pulumi.Output<string>;
  resultsRetentionDays: pulumi.Output<number>;
  maxScannedBytesPerQuery: pulumi.Output<number>;
}

const defaultCrawlSchedule = crawlScheduleAfter(defaultSchedule) as string;
const gibibyte = 2 ** 30;

function readArgs(name: string, args: AthenaCatalogArgs): Settings {
  checkComponentName("AthenaCatalog", name);
  const check = checkArguments(`AthenaCatalog "${name}"`);
  const catalog = args.catalog ?? "declared";
  check.argument("catalog", catalog, catalogRule);
  const maxScanned = args.maxScannedBytesPerQuery ?? 10 * gibibyte;
  const settings = {
    catalog,
    crawlSchedule: check.argument("crawlSchedule", args.crawlSchedule ?? defaultCrawlSchedule, scheduleRule),
    timezone: check.argument("timezone", args.timezone ?? "UTC", timezoneRule),
    firstSnapshotDate: check.argument("firstSnapshotDate", args.firstSnapshotDate ?? "2020-01-01", dateRule),
    resultsRetentionDays: check.argument("resultsRetentionDays", args.resultsRetentionDays ?? 30, daysRule),
    maxScannedBytesPerQuery: check.argument("maxScannedBytesPerQuery", maxScanned, scannedBytesRule),
  };
  check.finish();
  return settings;
}

const daysRule = wholeNumber(1, 36_500, 30);
/** Athena takes no smaller limit. */
const scannedBytesRule = wholeNumber(10_485_760, Number.MAX_SAFE_INTEGER, 10 * gibibyte);

/** Named by hand: an automatic name has a dash, which Athena does not take. */
function createDatabase(name: string, parent: pulumi.Resource): aws.glue.CatalogDatabase {
  const args = {
    name: databaseNameOf(name, pulumi.getStack()),
    description: "The daily history of Spotify playlists.",
  };
  return new aws.glue.CatalogDatabase(`${name}-catalog`, args, { parent });
}

/** Results can be asked for again: they go with the stack, and expire. */
function createResults(name: string, { resultsRetentionDays }: Settings, parent: pulumi.Resource): BucketRef {
  const expiry = [{ id: "old-results", status: "Enabled", filter: {}, expiration: { days: resultsRetentionDays } }];
  const args = { versioned: false, expiry, retain: false, forceDestroy: true };
  return hardenedBucket(`${name}-results`, args, parent);
}

function createTables(
  name: string,
  database: aws.glue.CatalogDatabase,
  lake: BucketRef,
  { catalog, firstSnapshotDate }: Settings,
  parent: pulumi.Resource,
): aws.glue.CatalogTable[] {
  if (catalog === "inferred") return [];
  return tableNames.map((table) => {
    const args =
      catalog === "projected"
        ? projectedTable(table, database.name, lake.name, firstSnapshotDate)
        : csvTable(table, database.name, lake.name);
    return new aws.glue.CatalogTable(`${name}-csv-${dashed(table)}`, args, { parent });
  });
}

function createViews(name: string, database: aws.glue.CatalogDatabase, parent: pulumi.Resource): void {
  for (const view of views) {
    new aws.glue.CatalogTable(`${name}-view-${dashed(view.name)}`, viewTable(view, database.name), { parent });
  }
}

function createWorkgroup(
  name: string,
  results: BucketRef,
  { maxScannedBytesPerQuery }: Settings,
  parent: pulumi.Resource,
): aws.athena.Workgroup {
  return new aws.athena.Workgroup(
    `${name}-queries`,
    {
      description: "Questions to the history of Spotify playlists.",
      // Else a workgroup that was ever asked anything can't be destroyed.
      forceDestroy: true,
      configuration: {
        enforceWorkgroupConfiguration: true,
        publishCloudwatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: maxScannedBytesPerQuery,
        engineVersion: { selectedEngineVersion: "Athena engine version 3" },
        resultConfiguration: {
          outputLocation: pulumi.interpolate`s3://${results.name}/`,
          encryptionConfiguration: { encryptionOption: "SSE_S3" },
        },
      },
    },
    { parent },
  );
}

function createNamedQueries(
  name: string,
  database: aws.glue.CatalogDatabase,
  workgroup: aws.athena.Workgroup,
  parent: pulumi.Resource,
): void {
  for (const { name: queryName, description, sql } of namedQueries) {
    new aws.athena.NamedQuery(
      `${name}-query-${queryName}`,
      { name: queryName, description, query: sql, database: database.name, workgroup: workgroup.id },
      { parent },
    );
  }
}
