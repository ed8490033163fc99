import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { crawlScheduleAfter, defaultSchedule, weeklyCrawl } from "../schedule/schedules";
import { type AlarmArgs, type Alarms, createAlarms } from "./alarms/alarms";
import {
  type AlarmDetail,
  type ArgumentCheck,
  alarmsRule,
  alarmTopicsRule,
  type CatalogMode,
  catalogRule,
  checkArguments,
  checkComponentName,
  crawlScheduleRule,
  databaseNameRule,
  noCrawl,
  optional,
  problemsOf,
  scheduleRule,
  switchRule,
  timezoneRule,
  wholeNumber,
} from "./arguments/validation";
import { type BucketArg, type BucketRef, bucketRef, checkBucket } from "./aws/bucketRef";
import { hardenedBucket } from "./aws/hardenedBucket";
import { policyOf, readStatements } from "./aws/policies";
import { createNamedQueries, createViews } from "./catalog/catalogQueries";
import { csvTable, dashed, declaredTables } from "./catalog/catalogTables";
import { type CompactCopy, createCompactCopy } from "./catalog/compactCopy";
import { databaseNameOf } from "./catalog/databaseName";
import { createCrawler, scheduleCrawl } from "./catalog/lakeCrawler";
import { checkOwnTables, createOwnTables, type OwnTable } from "./catalog/ownTables";
import { createWorkgroup } from "./catalog/workgroup";
import { protectedByDefault } from "./stack/retention";

/** Arguments of an AthenaCatalog. */
export interface AthenaCatalogArgs extends AlarmArgs {
  /** Where the tables' files are: a transformer's `lakeBucket`, or the name of a bucket that exists already. */
  lakeBucket: BucketArg;
  /** The database's name, which a transformer that registers its days is given too. @default `databaseNameOf(name)` */
  databaseName?: pulumi.Input<string>;
  /**
   * How the tables come to be in the catalog. `declared`: from the schema. `inferred`: a crawler makes them from the files.
   * @default "declared"
   */
  catalog?: CatalogMode;
  /**
   * When the crawler runs, in EventBridge Scheduler's syntax; `"none"` for a declared catalog without a crawler. The crawler
   * adds what came into the lake by other means than the transformer, and reports files that do not fit their table.
   * @default declared: "cron(30 6 ? * SUN *)", weekly; inferred: "cron(30 6 * * ? *)", daily
   */
  crawlSchedule?: pulumi.Input<string> | undefined;
  /**
   * When Athena brings the compact copy of the history (the table `compact_items`) up to date, in EventBridge Scheduler's
   * syntax: after the crawl.
   * @default there is no copy
   */
  compactSchedule?: pulumi.Input<string> | undefined;
  /** The time zone of the schedules. @default "UTC" */
  timezone?: pulumi.Input<string>;
  /** How long results of queries are kept. @default 30 */
  resultsRetentionDays?: pulumi.Input<number>;
  /** A query that reads more is cancelled; what it read until then is billed. @default 10 GiB */
  maxScannedBytesPerQuery?: pulumi.Input<number>;
  /** Tables of one's own beside the lake's, by name: CSV files that are somewhere in S3. @default none */
  tables?: Readonly<Record<string, OwnTable>>;
  /**
   * Has Pulumi refuse to delete or replace the bucket of results until `pulumi state unprotect`.
   * @default true, in a stack named dev false
   */
  protect?: boolean;
}

/** The lake as tables and typed views in the Data Catalog, and a workgroup in which Athena asks them. */
export class AthenaCatalog extends pulumi.ComponentResource {
  readonly databaseName: pulumi.Output<string>;
  readonly workgroupName: pulumi.Output<string>;
  readonly resultsBucket: BucketRef;
  /** Undefined if there is no crawler. */
  readonly crawlerName: pulumi.Output<string> | undefined;
  /** The schedule of the crawl; undefined if there is no crawler. */
  readonly crawlScheduleName: pulumi.Output<string> | undefined;
  /** The queue of crawls that failed or could not be started; undefined if there is no crawler. */
  readonly crawlFailureQueueUrl: pulumi.Output<string> | undefined;
  /** The schedule of the compact copy; undefined where there is none. */
  readonly compactScheduleName: pulumi.Output<string> | undefined;
  /** The workgroup of the copy's statements; undefined where there is none. */
  readonly compactWorkgroupName: pulumi.Output<string> | undefined;
  /** Where the compact copy is; undefined where there is none. */
  readonly compactBucket: BucketRef | undefined;
  /** The queue of statements that could not be started; undefined where there is no compact copy. */
  readonly compactFailureQueueUrl: pulumi.Output<string> | undefined;
  /** The ARNs of the alarms that tell somebody; none without a crawler and a compact copy. */
  readonly alarmArns: readonly pulumi.Output<string>[];
  private readonly name: string;
  private readonly read: Parameters<typeof readStatements>[0];

  constructor(name: string, args: AthenaCatalogArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = readArgs(name, args);
    super("playlake:index:AthenaCatalog", name, {}, opts);

    const database = createDatabase(name, settings.databaseName, this);
    const lake = bucketRef(settings.lakeBucket, database.arn);
    const resultsBucket = createResults(name, settings, this);
    const tables = createTables(name, database, lake, settings, this);
    const { crawlSchedule, timezone } = settings;
    const crawler = crawlSchedule && createCrawler(name, settings.catalog, { database, lake, tables }, this);
    const alarms = createAlarms(name, settings, this);
    const isNeeded = settings.catalog === "inferred";
    const crawl = crawler && scheduleCrawl(name, crawler, { crawlSchedule, timezone, alarms, isNeeded }, this);
    createViews(name, database, this);
    createOwnTables(name, database, args.tables ?? {}, this);
    const workgroup = createWorkgroup(
      `${name}-queries`,
      {
        description: "Questions to the history of Spotify playlists.",
        results: resultsBucket,
        maxScannedBytesPerQuery: settings.maxScannedBytesPerQuery,
      },
      this,
    );
    createNamedQueries(name, database, workgroup, this);
    const compact = createCompact(name, { database, lake, results: resultsBucket, alarms }, settings, this);

    this.name = name;
    this.read = {
      workgroup: workgroup.arn,
      database: database.arn,
      lakeBucket: lake.arn,
      resultsBucket: resultsBucket.arn,
      compactBucket: compact?.bucket.arn,
      ownTables: Object.keys(args.tables ?? {}),
    };
    this.databaseName = database.name;
    this.workgroupName = workgroup.name;
    this.resultsBucket = resultsBucket;
    this.crawlerName = crawler?.name;
    this.crawlScheduleName = crawl?.schedule.name;
    this.crawlFailureQueueUrl = crawl?.failures.url;
    this.compactScheduleName = compact?.schedule.name;
    this.compactWorkgroupName = compact?.workgroup.name;
    this.compactBucket = compact?.bucket;
    this.compactFailureQueueUrl = compact?.failures.url;
    this.alarmArns = alarms.arns;
    this.registerOutputs({
      databaseName: this.databaseName,
      workgroupName: this.workgroupName,
      resultsBucket: this.resultsBucket,
      crawlerName: this.crawlerName,
      crawlScheduleName: this.crawlScheduleName,
      crawlFailureQueueUrl: this.crawlFailureQueueUrl,
      compactScheduleName: this.compactScheduleName,
      compactWorkgroupName: this.compactWorkgroupName,
      compactBucket: this.compactBucket,
      compactFailureQueueUrl: this.compactFailureQueueUrl,
      alarmArns: this.alarmArns,
    });
  }

  /**
   * What it takes to ask this lake in its workgroup, and no more: for a group, a permission set, a role of elsewhere. Of
   * tables of one's own it is the definition; their files are not the lake's.
   */
  readPolicy(): aws.iam.PolicyDocument {
    return policyOf(readStatements(this.read));
  }

  /**
   * Lets a role ask this lake.
   * @param name tells this grant from others of the catalog, such as "analysts"
   * @param role the role's name, or the role
   */
  grantRead(name: string, role: pulumi.Input<string> | aws.iam.Role): aws.iam.RolePolicy {
    const args = { role: aws.iam.Role.isInstance(role) ? role.name : role, policy: this.readPolicy() };
    return new aws.iam.RolePolicy(`${this.name}-read-${name}`, args, { parent: this });
  }
}

interface Settings {
  databaseName: pulumi.Output<string>;
  catalog: CatalogMode;
  lakeBucket: BucketArg;
  alarmTopicArns: pulumi.Output<string[]>;
  alarms: AlarmDetail;
  crawlSchedule: pulumi.Output<string> | undefined;
  compactSchedule: pulumi.Output<string> | undefined;
  timezone: pulumi.Output<string>;
  resultsRetentionDays: pulumi.Output<number>;
  protect: boolean;
  maxScannedBytesPerQuery: pulumi.Output<number>;
}

const dailyCrawl = crawlScheduleAfter(defaultSchedule) as string;
const gibibyte = 2 ** 30;

function readArgs(name: string, args: Partial<AthenaCatalogArgs> = {}): Settings {
  checkComponentName("AthenaCatalog", name);
  const check = checkArguments(`AthenaCatalog "${name}"`);
  const catalog = args.catalog ?? "declared";
  for (const problem of problemsOf("catalog", catalog, catalogRule)) check.problem(problem);
  for (const problem of problemsOf("protect", args.protect, optional(switchRule))) check.problem(problem);
  const maxScanned = args.maxScannedBytesPerQuery ?? 10 * gibibyte;
  const alarms = args.alarms ?? "default";
  for (const problem of problemsOf("alarms", alarms, alarmsRule)) check.problem(problem);
  const settings = {
    alarms,
    catalog,
    databaseName: check.argument("databaseName", args.databaseName ?? databaseNameOf(name), databaseNameRule),
    lakeBucket: checkBucket(check, "lakeBucket", args.lakeBucket as BucketArg),
    alarmTopicArns: check.argument("alarmTopicArns", args.alarmTopicArns ?? [], alarmTopicsRule),
    crawlSchedule: readCrawlSchedule(check, catalog, args.crawlSchedule),
    compactSchedule:
      args.compactSchedule === undefined
        ? undefined
        : check.argument("compactSchedule", args.compactSchedule, scheduleRule),
    timezone: check.argument("timezone", args.timezone ?? "UTC", timezoneRule),
    resultsRetentionDays: check.argument("resultsRetentionDays", args.resultsRetentionDays ?? 30, daysRule),
    protect: args.protect ?? protectedByDefault(),
    maxScannedBytesPerQuery: check.argument("maxScannedBytesPerQuery", maxScanned, scannedBytesRule),
  };
  checkOwnTables(check, args.tables ?? {});
  check.finish();
  return settings;
}

const daysRule = wholeNumber(1, 36_500, 30);
/** Athena takes no smaller limit. */
function readCrawlSchedule(
  check: ArgumentCheck,
  catalog: CatalogMode,
  given: pulumi.Input<string> | undefined,
): pulumi.Output<string> | undefined {
  if (given === noCrawl && catalog === "declared") return undefined;
  if (given === noCrawl) {
    check.problem({
      property: "crawlSchedule",
      got: `"${noCrawl}"`,
      fault: "crawls make the tables of an inferred catalog",
      example: scheduleRule.example,
    });
  }
  // Known later, it is a schedule: whether there is a crawler must be known when the resources are declared.
  const rule = pulumi.Output.isInstance(given) ? scheduleRule : crawlScheduleRule;
  return check.argument("crawlSchedule", given ?? (catalog === "inferred" ? dailyCrawl : weeklyCrawl), rule);
}

const scannedBytesRule = wholeNumber(10_485_760, Number.MAX_SAFE_INTEGER, 10 * gibibyte);

/** Named by hand: an automatic name has a dash, which Athena does not take. */
function createDatabase(
  name: string,
  databaseName: pulumi.Output<string>,
  parent: pulumi.Resource,
): aws.glue.CatalogDatabase {
  const args = { name: databaseName, description: "The daily history of Spotify playlists." };
  return new aws.glue.CatalogDatabase(`${name}-catalog`, args, { parent });
}

/** Results can be asked for again: they go with the stack, and expire. */
function createResults(name: string, { resultsRetentionDays, protect }: Settings, parent: pulumi.Resource): BucketRef {
  const expiry = [{ id: "old-results", status: "Enabled", filter: {}, expiration: { days: resultsRetentionDays } }];
  const args = { versioned: false, expiry, retain: false, forceDestroy: true, protect };
  return hardenedBucket(`${name}-results`, args, parent);
}

function createTables(
  name: string,
  database: aws.glue.CatalogDatabase,
  lake: BucketRef,
  { catalog }: Settings,
  parent: pulumi.Resource,
): aws.glue.CatalogTable[] {
  return declaredTables(catalog).map((table) => {
    const args = csvTable(table, database.name, lake.name);
    return new aws.glue.CatalogTable(`${name}-csv-${dashed(table)}`, args, { parent });
  });
}

function createCompact(
  name: string,
  made: { database: aws.glue.CatalogDatabase; lake: BucketRef; results: BucketRef; alarms: Alarms },
  { compactSchedule: schedule, timezone, maxScannedBytesPerQuery, protect }: Settings,
  parent: pulumi.Resource,
): CompactCopy | undefined {
  if (schedule === undefined) return undefined;
  return createCompactCopy(name, { ...made, schedule, timezone, maxScannedBytesPerQuery, protect }, parent);
}
