// Every setting of the components, declared once: its rule, its default, its docstring. Their arguments, the program's config
// (../stack/settings.ts), Pulumi.yaml and docs/reuse.md follow from these tables.
import * as pulumi from "@pulumi/pulumi";
import { defaultSchedule } from "../../schedule/schedules";
import { bucket, optionalBucket } from "../aws/bucketRef";
import type { CatalogResources, ExtractorResources, TransformerResources } from "../aws/resourceKeys";
import { ownTables } from "../catalog/ownTables";
import {
  alarmsRule,
  alarmTopicsRule,
  catalogRule,
  crawlScheduleRule,
  credentialRule,
  databaseNameRule,
  emailRule,
  logRetentionRule,
  marketRule,
  memoryRule,
  noCrawl,
  playlistsRule,
  scheduleRule,
  switchRule,
  timeoutRule,
  timezoneRule,
  topicArnRule,
  triggerRule,
  wholeNumber,
} from "./rules";
import { absent, optional, plain, plainSetting, required, secret, switching, transforms } from "./setting";

const gibibyte = 2 ** 30;

const alarms = {
  /**
   * How many alarms there are. `default` combines causes that need the same reaction, and stays within the ten alarm metrics
   * that CloudWatch does not charge for. `detailed` has one for each cause, at $0.10 a month each beyond these ten.
   * @default "default"
   */
  alarms: plain(alarmsRule, "default"),
  /**
   * ARNs of the SNS topics that alarms notify, at most five.
   * @default []
   */
  alarmTopicArns: optional(alarmTopicsRule, []),
};

const times = {
  /**
   * The time zone (IANA name) of the schedules, and of the days that snapshots are filed under.
   * @default "UTC"
   */
  timezone: optional(timezoneRule, "UTC"),
};

const logs = {
  /**
   * How long the function's log is kept, in days.
   * @default 30
   */
  logRetentionDays: optional(logRetentionRule, 30),
};

const catalogMode = {
  /**
   * How the tables get into the catalog. `declared`: from the schema. `inferred`: a crawler makes them from the files.
   * @default "declared"
   */
  catalog: plain(catalogRule, "declared"),
};

const dataSwitches = {
  /**
   * Keeps the buckets that hold data, with their settings and objects, when the stack is destroyed or no longer declares them.
   * @default true
   */
  retainData: plain(switchRule, true),
  /**
   * Deletes a bucket's objects with it. Without it, `destroy` stops at a bucket that holds objects. Needs `retainData: false`.
   * @default false
   */
  forceDestroy: plain(switchRule, false),
  /**
   * Makes Pulumi refuse to delete or replace what cannot be made again, until `pulumi state unprotect`.
   * @default true, except in a stack named dev
   */
  protect: plainSetting(switchRule, () => pulumi.getStack() !== "dev"),
};

/** The settings of a SpotifyExtractor. */
export const extractorSettings = {
  /** The playlists to keep: ids, URIs or links. `me` stands for every playlist that the consenting user
   * owns or follows, `liked` for the Liked Songs, `library` for both. */
  playlists: required(playlistsRule),
  /** The client id of your Spotify app. Kept encrypted. */
  spotifyClientId: secret(credentialRule),
  /** The client secret of your Spotify app. Kept encrypted. */
  spotifyClientSecret: secret(credentialRule),
  /**
   * The name of an existing bucket for raw responses. Nothing is set on it.
   * @default a new bucket
   */
  rawBucket: optionalBucket(),
  /**
   * When the playlists are read, in EventBridge Scheduler's syntax.
   * @default "cron(0 6 * * ? *)"
   */
  schedule: optional(scheduleRule, defaultSchedule),
  ...times,
  /**
   * The country whose catalogue is read, ISO 3166-1 alpha-2.
   * @default the consenting user's
   */
  market: absent(marketRule),
  /**
   * The function's memory in MiB. CPU scales with it: 1,769 MiB is one vCPU.
   * @default 512
   */
  memoryMiB: optional(memoryRule, 512),
  /**
   * The longest a run can take, in seconds. The next catch-up reads the playlists that are left over.
   * @default 900
   */
  timeoutSeconds: optional(timeoutRule, 900),
  ...logs,
  ...dataSwitches,
  ...alarms,
  /**
   * Changes resources inside the component, by key (see `nodes`): arguments to merge, or a function that gets arguments,
   * options and name.
   * @default no changes
   */
  transform: transforms<ExtractorResources>(),
};

/** The settings of a PlaylistTransformer. */
export const transformerSettings = {
  /** The bucket of the raw objects: an extractor's `rawBucket`, or the name of an existing one. */
  rawBucket: bucket(),
  /**
   * The name of an existing bucket for the tables' files. Nothing is set on it.
   * @default a new bucket
   */
  lakeBucket: optionalBucket(),
  /**
   * What notifies the transformer of a new raw object. `notification`: the bucket's own notification, of which S3 keeps one;
   * only for a bucket of this stack. `eventbridge`: a rule; an existing bucket must send its events to EventBridge. `none`:
   * whoever writes raw objects invokes the function with S3's event.
   * @default "notification" for a bucket of this stack, else "eventbridge"
   */
  trigger: plainSetting(triggerRule, () => undefined),
  /**
   * The database whose tables get each day's partitions as soon as its files are written: an AthenaCatalog's `databaseName`.
   * Transforms fail, and are tried again, until the database exists.
   * @default no days are registered: a crawler has to find them
   */
  databaseName: switching(databaseNameRule),
  ...catalogMode,
  /**
   * The schedule on which raw objects are written, such as the extractor's. An alarm fires if no object has been transformed
   * for longer than the schedule leaves between two runs.
   * @default no such alarm
   */
  schedule: switching(scheduleRule),
  /**
   * The function's memory in MiB. CPU scales with it: 1,769 MiB is one vCPU.
   * @default 1024
   */
  memoryMiB: optional(memoryRule, 1024),
  /**
   * The longest an invocation can take, in seconds.
   * @default 300
   */
  timeoutSeconds: optional(timeoutRule, 300),
  ...logs,
  ...dataSwitches,
  ...alarms,
  /**
   * Changes resources inside the component, by key (see `nodes`): arguments to merge, or a function that gets arguments,
   * options and name.
   * @default no changes
   */
  transform: transforms<TransformerResources>(),
};

/** The settings of an AthenaCatalog. */
export const catalogSettings = {
  /** The bucket of the tables' files: a transformer's `lakeBucket`, or the name of an existing one. */
  lakeBucket: bucket(),
  /**
   * The database's name. A transformer that registers its days needs the same name.
   * @default derived from the component's name and the stack's
   */
  databaseName: switching(databaseNameRule),
  ...catalogMode,
  /**
   * When the crawler runs, in EventBridge Scheduler's syntax; `"none"` for a declared catalog without a crawler. The crawler
   * adds days that the transformer did not register, and reports files that do not fit their table.
   * @default weekly (`cron(30 6 ? * SUN *)`) if declared, daily half an hour after the run if inferred
   */
  crawlSchedule: switching(scheduleRule, { rule: crawlScheduleRule, off: noCrawl }),
  /**
   * When Athena updates the compact copy of the history (the Iceberg table `compact_items`), in EventBridge Scheduler's
   * syntax: about an hour after the run.
   * @default no copy
   */
  compactSchedule: switching(scheduleRule),
  /**
   * An address that a digest is mailed to: what came and went in each playlist, and what became unavailable. Nothing is sent if
   * nothing changed. AWS first mails the address for its consent.
   * @default no digest, or one for `digestTopicArn`
   */
  digestEmail: switching(emailRule),
  /**
   * The ARN of an existing SNS topic that gets the digest.
   * @default no digest, or one for `digestEmail`
   */
  digestTopicArn: switching(topicArnRule),
  /**
   * When the digest is sent, in EventBridge Scheduler's syntax.
   * @default weekly (`cron(0 9 ? * MON *)`) if there is a digest
   */
  digestSchedule: switching(scheduleRule),
  ...times,
  /**
   * How long the results of queries are kept, in days.
   * @default 30
   */
  resultsRetentionDays: optional(wholeNumber(1, 36_500, 30), 30),
  /**
   * The most bytes that a query can scan. Athena cancels a query that scans more, and bills what it scanned. The minimum is
   * 10,485,760.
   * @default 10737418240
   */
  maxScannedBytesPerQuery: optional(wholeNumber(10_485_760, Number.MAX_SAFE_INTEGER, 10 * gibibyte), 10 * gibibyte),
  /**
   * Your own tables in the lake's database, by name: CSV files anywhere in S3.
   * @default {}
   */
  tables: ownTables(),
  ...alarms,
  /**
   * Changes resources inside the component, by key (see `nodes`): arguments to merge, or a function that gets arguments,
   * options and name.
   * @default no changes
   */
  transform: transforms<CatalogResources>(),
};
