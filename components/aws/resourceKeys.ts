// The resources inside each component, by key: the rest of the logical name and the type, in camel case. Resources of which
// there are many (alarms, tables, views, queries) have a pattern.
import type * as aws from "@pulumi/aws";

/** A bucket and its settings: `playlake-raw`. */
type BucketKeys<P extends string> = Record<`${P}Bucket`, typeof aws.s3.Bucket> &
  Record<`${P}BucketOwnershipControls`, typeof aws.s3.BucketOwnershipControls> &
  Record<`${P}BucketPublicAccessBlock`, typeof aws.s3.BucketPublicAccessBlock> &
  Record<`${P}BucketPolicy`, typeof aws.s3.BucketPolicy> &
  Record<`${P}BucketServerSideEncryptionConfiguration`, typeof aws.s3.BucketServerSideEncryptionConfiguration> &
  Record<`${P}BucketVersioning`, typeof aws.s3.BucketVersioning> &
  Record<`${P}BucketLifecycleConfiguration`, typeof aws.s3.BucketLifecycleConfiguration>;

/** A role and its only policy. */
type RoleKeys<P extends string> = Record<`${P}Role`, typeof aws.iam.Role> &
  Record<`${P}RolePolicy`, typeof aws.iam.RolePolicy>;

/** A function and what it needs. */
type FunctionKeys<P extends string> = RoleKeys<P> &
  Record<`${P}Function`, typeof aws.lambda.Function> &
  Record<`${P}FunctionEventInvokeConfig`, typeof aws.lambda.FunctionEventInvokeConfig> &
  Record<`${P}LogGroup`, typeof aws.cloudwatch.LogGroup> &
  Record<`${P}FailuresQueue`, typeof aws.sqs.Queue>;

/** Rules that send events about how work ended to a queue. */
type EndKeys<P extends string> = Record<`${P}OkEventRule` | `${P}BadEventRule`, typeof aws.cloudwatch.EventRule> &
  Record<`${P}OkEventTarget` | `${P}BadEventTarget`, typeof aws.cloudwatch.EventTarget>;

/** A queue, with or without a policy that lets rules send events to it. */
type QueueKeys<P extends string> = Record<`${P}Queue`, typeof aws.sqs.Queue> &
  Record<`${P}QueuePolicy`, typeof aws.sqs.QueuePolicy>;

interface AlarmKeys {
  [alarm: `alarm${string}MetricAlarm`]: typeof aws.cloudwatch.MetricAlarm;
}

/** The resources of a SpotifyExtractor. Those of the raw bucket are missing if one is passed in. */
export interface ExtractorResources
  extends Partial<BucketKeys<"raw">>,
    FunctionKeys<"extract">,
    RoleKeys<"schedule">,
    AlarmKeys {
  /** The daily run. */
  runSchedule: typeof aws.scheduler.Schedule;
  /** The hourly catch-up. */
  catchUpSchedule: typeof aws.scheduler.Schedule;
  /** The app's credentials. */
  appParameter: typeof aws.ssm.Parameter;
  /** The user's refresh token. */
  tokenParameter: typeof aws.ssm.Parameter;
}

/** The resources of a PlaylistTransformer. Those of the lake bucket are missing if one is passed in. */
export interface TransformerResources
  extends Partial<Omit<BucketKeys<"lake">, "lakeBucketVersioning">>,
    FunctionKeys<"transform">,
    AlarmKeys {
  /** Lets the trigger invoke the function. */
  rawEventPermission?: typeof aws.lambda.Permission;
  /** For a bucket of this stack. */
  rawEventBucketNotification?: typeof aws.s3.BucketNotification;
  /** With `trigger: "eventbridge"`. */
  rawEventEventRule?: typeof aws.cloudwatch.EventRule;
  rawEventEventTarget?: typeof aws.cloudwatch.EventTarget;
  rawEventQueuePolicy?: typeof aws.sqs.QueuePolicy;
}

/** The resources of an AthenaCatalog. Those of the crawler, the compact copy and the digest are missing if there is none. */
export interface CatalogResources
  extends Omit<BucketKeys<"results">, "resultsBucketVersioning">,
    Partial<Omit<BucketKeys<"compact">, "compactBucketVersioning">>,
    Partial<RoleKeys<"crawler">>,
    Partial<RoleKeys<"crawl">>,
    Partial<QueueKeys<"crawlFailures">>,
    Partial<QueueKeys<"crawls">>,
    Partial<EndKeys<"crawl">>,
    Partial<RoleKeys<"compact">>,
    Partial<RoleKeys<"optimizer">>,
    Partial<Pick<QueueKeys<"compactFailures">, "compactFailuresQueue">>,
    Partial<QueueKeys<"copyEvents">>,
    Partial<EndKeys<"copy">>,
    Partial<FunctionKeys<"digest">>,
    Partial<RoleKeys<"digests">>,
    AlarmKeys {
  catalogCatalogDatabase: typeof aws.glue.CatalogDatabase;
  /** The workgroup of users' queries. */
  queriesWorkgroup: typeof aws.athena.Workgroup;
  /** In a declared catalog. */
  crawler?: typeof aws.glue.Crawler;
  /** In an inferred catalog. */
  inferringCrawler?: typeof aws.glue.Crawler;
  csvClassifier?: typeof aws.glue.Classifier;
  crawlSchedule?: typeof aws.scheduler.Schedule;
  /** The workgroup of the compact copy's statements. */
  compactWorkgroup?: typeof aws.athena.Workgroup;
  compactSchedule?: typeof aws.scheduler.Schedule;
  compactItemsCatalogTable?: typeof aws.glue.CatalogTable;
  /** What keeps the compact copy's files few, and removes old snapshots and files. */
  compactCompactionCatalogTableOptimizer?: typeof aws.glue.CatalogTableOptimizer;
  compactRetentionCatalogTableOptimizer?: typeof aws.glue.CatalogTableOptimizer;
  compactOrphansCatalogTableOptimizer?: typeof aws.glue.CatalogTableOptimizer;
  compactWholeHistoryNamedQuery?: typeof aws.athena.NamedQuery;
  /** The workgroup of the digest's query. */
  digestWorkgroup?: typeof aws.athena.Workgroup;
  digestSchedule?: typeof aws.scheduler.Schedule;
  /** With `digestEmail`. */
  digestTopic?: typeof aws.sns.Topic;
  digestTopicPolicy?: typeof aws.sns.TopicPolicy;
  digestTopicSubscription?: typeof aws.sns.TopicSubscription;
  /** The lake's tables: `csvTracksCatalogTable`. */
  [table: `csv${string}CatalogTable`]: typeof aws.glue.CatalogTable;
  /** The views: `viewTracksCatalogTable`. */
  [view: `view${string}CatalogTable`]: typeof aws.glue.CatalogTable;
  /** Your own tables: `tableChartsCatalogTable`. */
  [table: `table${string}CatalogTable`]: typeof aws.glue.CatalogTable;
  [query: `query${string}NamedQuery`]: typeof aws.athena.NamedQuery;
}

/** Those and what the component makes later, which no hook can change. */
export interface CatalogNodes extends CatalogResources {
  /** Policies made by `grantRead`: `readAnalystsRolePolicy`. */
  [grant: `read${string}RolePolicy`]: typeof aws.iam.RolePolicy;
}
