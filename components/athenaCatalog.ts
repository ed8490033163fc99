import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { digestQuery } from "../queries/digest";
import { crawlScheduleAfter, defaultSchedule, weeklyCrawl } from "../schedule/schedules";
import { type Alarms, createAlarms } from "./alarms/alarms";
import { digestProblems } from "./arguments/problems";
import { noCrawl } from "./arguments/rules";
import { type ArgsOf, type CheckedOf, checkArguments } from "./arguments/setting";
import { catalogSettings } from "./arguments/settings";
import { type BucketRef, bucketRef } from "./aws/bucketRef";
import { readStatements } from "./aws/catalogPolicies";
import { hardenedBucket, replaceable } from "./aws/hardenedBucket";
import { innerResources, type Nodes } from "./aws/innerResources";
import { policyOf } from "./aws/policies";
import type { CatalogNodes } from "./aws/resourceKeys";
import { createNamedQueries, createViews } from "./catalog/catalogQueries";
import { csvTable, dashed, declaredTables } from "./catalog/catalogTables";
import { type CompactCopy, createCompactCopy } from "./catalog/compactCopy";
import { databaseNameOf } from "./catalog/databaseName";
import { createDigest, type Digest } from "./catalog/digest";
import { createCrawler, scheduleCrawl } from "./catalog/lakeCrawler";
import { createOwnTables } from "./catalog/ownTables";
import { createWorkgroup } from "./catalog/workgroup";

/** Arguments of an AthenaCatalog. */
export interface AthenaCatalogArgs extends ArgsOf<typeof catalogSettings> {}

type Settings = CheckedOf<typeof catalogSettings>;

/**
 * The lake as tables and typed views in the Data Catalog, and a workgroup in which Athena queries them.
 *
 * @example
 * const athena = new AthenaCatalog("playlists", {
 *   lakeBucket: transformer.lakeBucket,
 *   timezone: "Europe/Berlin",
 * });
 * athena.grantRead("analysts", "analyst-role");
 */
export class AthenaCatalog extends pulumi.ComponentResource {
  /**
   * The resources inside, by key: the rest of the logical name and the type, in camel case. `transform` takes the same keys.
   *
   * @example
   * const athena = new AthenaCatalog("playlists", {
   *   lakeBucket: transformer.lakeBucket,
   *   transform: { queriesWorkgroup: { description: "Ask here." } },
   * });
   * export const tracks = athena.nodes.viewTracksCatalogTable?.name;
   */
  readonly nodes: Nodes<CatalogNodes>;
  /** The database of the tables and views. */
  readonly databaseName: pulumi.Output<string>;
  /** The workgroup of the queries. */
  readonly workgroupName: pulumi.Output<string>;
  /** The bucket of the queries' results. */
  readonly resultsBucket: BucketRef;
  /** The crawler; undefined if there is none. */
  readonly crawlerName: pulumi.Output<string> | undefined;
  /** The schedule of the crawl; undefined if there is no crawler. */
  readonly crawlScheduleName: pulumi.Output<string> | undefined;
  /** The queue of crawls that failed or could not be started; undefined if there is no crawler. */
  readonly crawlFailureQueueUrl: pulumi.Output<string> | undefined;
  /** The schedule of the compact copy; undefined if there is none. */
  readonly compactScheduleName: pulumi.Output<string> | undefined;
  /** The workgroup of the copy's statements; undefined if there is none. */
  readonly compactWorkgroupName: pulumi.Output<string> | undefined;
  /** The bucket of the compact copy; undefined if there is none. */
  readonly compactBucket: BucketRef | undefined;
  /** The queue of statements that could not be started; undefined if there is no compact copy. */
  readonly compactFailureQueueUrl: pulumi.Output<string> | undefined;
  /** The digest's function, topic, schedule and failure queue; undefined if nobody gets one. */
  readonly digest: Digest | undefined;
  /** The ARNs of the alarms that notify; empty without a crawler, a compact copy and a digest. */
  readonly alarmArns: readonly pulumi.Output<string>[];
  private readonly name: string;
  private readonly read: Parameters<typeof readStatements>[0];

  constructor(name: string, args: AthenaCatalogArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = readArgs(name, args);
    const inner = innerResources("AthenaCatalog", name, settings.transform, opts);
    super("playlake:index:AthenaCatalog", name, {}, inner.options);

    const database = createDatabase(name, settings.databaseName ?? databaseNameOf(name), this);
    const lake = bucketRef(settings.lakeBucket, database.arn);
    const resultsBucket = createResults(name, settings, this);
    const tables = createTables(name, database, lake, settings, this);
    const crawlSchedule = crawlScheduleOf(settings);
    const crawler = crawlSchedule && createCrawler(name, settings.catalog, { database, lake, tables }, this);
    const alarms = createAlarms(name, settings, this);
    const isNeeded = settings.catalog === "inferred";
    const crawl =
      crawler && scheduleCrawl(name, crawler, { crawlSchedule, timezone: settings.timezone, alarms, isNeeded }, this);
    createViews(name, database, this);
    createOwnTables(name, database, settings.tables, this);
    const workgroup = createWorkgroup(
      `${name}-queries`,
      {
        description: "Queries of the history of Spotify playlists.",
        results: resultsBucket,
        maxScannedBytesPerQuery: settings.maxScannedBytesPerQuery,
      },
      this,
    );
    const queries = createNamedQueries(name, database, workgroup, this);
    const shared = { database, lake, results: resultsBucket, alarms };
    const compact = createCompact(name, shared, settings, this);
    const query = queries[digestQuery] as aws.athena.NamedQuery;
    const digest = createDigest(name, { ...settings, ...shared, query, queries: workgroup }, this);
    inner.finish();

    this.name = name;
    this.nodes = inner.nodes as Nodes<CatalogNodes>;
    this.read = {
      workgroup: workgroup.arn,
      database: database.arn,
      lakeBucket: lake.arn,
      resultsBucket: resultsBucket.arn,
      compactBucket: compact?.bucket.arn,
      ownTables: Object.keys(settings.tables),
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
    this.digest = digest;
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
      digest: this.digest,
      alarmArns: this.alarmArns,
    });
  }

  /**
   * The permissions to query this lake in its workgroup, and nothing else, for a group, a permission set or another
   * stack's role. They cover Athena's console, `SHOW` and `DESCRIBE`. For your own tables they cover the definition, not the
   * files. The document has about 4,500 characters, and more with a long `databaseName`, which it repeats for each table. A
   * managed policy can have 6,144, all inline policies of a group together 5,120, of a role 10,240.
   *
   * @example
   * const policy = new aws.iam.Policy("analysts", { policy: athena.readPolicy() });
   * new aws.iam.GroupPolicyAttachment("analysts", { group: "analysts", policyArn: policy.arn });
   */
  readPolicy(): aws.iam.PolicyDocument {
    return policyOf(readStatements(this.read));
  }

  /**
   * Lets a role query this lake.
   * @param name distinguishes this grant from others of the catalog, such as "analysts"
   * @param role the role's name, or the role
   *
   * @example
   * const policy = athena.grantRead("analysts", "analyst-role");
   * export const policyName = policy.name;
   */
  grantRead(name: string, role: pulumi.Input<string> | aws.iam.Role): aws.iam.RolePolicy {
    const args = { role: aws.iam.Role.isInstance(role) ? role.name : role, policy: this.readPolicy() };
    return new aws.iam.RolePolicy(`${this.name}-read-${name}`, args, { parent: this });
  }
}

function readArgs(name: string, args: AthenaCatalogArgs): Settings {
  return checkArguments("AthenaCatalog", name, catalogSettings, args, (checked, check) => {
    const { catalog, crawlSchedule } = checked;
    for (const problem of digestProblems(checked)) check.problem(problem);
    if (catalog !== "inferred" || crawlSchedule !== noCrawl) return;
    const fault = "crawls make the tables of an inferred catalog";
    check.problem({
      property: "crawlSchedule",
      got: `"${noCrawl}"`,
      fault,
      advice: 'expected e.g. "cron(30 6 * * ? *)"',
    });
  });
}

const dailyCrawl = crawlScheduleAfter(defaultSchedule) as string;

/** When the crawler runs; undefined if there is none. */
function crawlScheduleOf({ catalog, crawlSchedule }: Settings): pulumi.Output<string> | undefined {
  if (crawlSchedule === noCrawl) return undefined;
  return crawlSchedule ?? pulumi.output(catalog === "inferred" ? dailyCrawl : weeklyCrawl);
}

/** An automatic name has a dash, which Athena does not accept. */
function createDatabase(
  name: string,
  databaseName: pulumi.Input<string>,
  parent: pulumi.Resource,
): aws.glue.CatalogDatabase {
  const args = { name: databaseName, description: "The daily history of Spotify playlists." };
  return new aws.glue.CatalogDatabase(`${name}-catalog`, args, { parent });
}

/** Results can be computed again, so they expire, and are deleted with the stack. */
function createResults(name: string, { resultsRetentionDays }: Settings, parent: pulumi.Resource): BucketRef {
  const expiry = [{ id: "old-results", status: "Enabled", filter: {}, expiration: { days: resultsRetentionDays } }];
  return hardenedBucket(`${name}-results`, { ...replaceable, versioned: false, expiry }, parent);
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
  { compactSchedule: schedule, timezone, maxScannedBytesPerQuery }: Settings,
  parent: pulumi.Resource,
): CompactCopy | undefined {
  if (schedule === undefined) return undefined;
  return createCompactCopy(name, { ...made, schedule, timezone, maxScannedBytesPerQuery }, parent);
}
