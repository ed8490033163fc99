import type * as pulumi from "@pulumi/pulumi";
import type { AthenaCatalog } from "../athenaCatalog";
import type { PlaylistTransformer } from "../playlistTransformer";
import type { SpotifyExtractor } from "../spotifyExtractor";

/** The outputs of `lakeOutputs` as `pulumi stack output` gives them, without those that are null. */
export interface StackOutputs {
  readonly rawBucket: string;
  readonly lakeBucket: string;
  readonly resultsBucket: string;
  readonly extractFunction: string;
  readonly transformFunction: string;
  /** Schedule names. `crawl` is absent without a crawler, `compact` without a compact copy. */
  readonly schedules: {
    readonly run: string;
    readonly crawl?: string;
    readonly compact?: string;
    readonly timezone: string;
  };
  readonly appParameterArn: string;
  readonly tokenParameterArn: string;
  /** The KMS key that encrypts the token. Absent in stacks of earlier versions. */
  readonly tokenKeyId?: string;
  readonly database: string;
  readonly workgroup: string;
  /** Absent without a crawler. */
  readonly crawler?: string;
  /** Absent without a digest. */
  readonly digest?: {
    readonly functionName: string;
    readonly scheduleName: string;
    readonly failureQueueUrl: string;
    readonly topicArn: string;
    /** Whether the address of a mailed digest has consented; absent for a topic of another stack. */
    readonly subscription?: string;
  };
  /** Queue URLs. `crawlSchedule` is absent without a crawler, `compactSchedule` without a compact copy. */
  readonly failureQueues: {
    readonly extract: string;
    readonly transform: string;
    readonly crawlSchedule?: string;
    readonly compactSchedule?: string;
  };
}

/** The three components of one lake. */
interface LakeParts {
  readonly extractor: SpotifyExtractor;
  readonly transformer: PlaylistTransformer;
  readonly athena: AthenaCatalog;
  /** The extractor's time zone. @default "UTC" */
  readonly timezone?: pulumi.Input<string> | undefined;
}

/**
 * The outputs in which the `playlake` commands find a program's lake, in AWS (`--stack NAME`) and locally. Export them under
 * these names.
 *
 * @example
 * export = lakeOutputs({ extractor, transformer, athena });
 */
export function lakeOutputs({ extractor, transformer, athena, timezone = "UTC" }: LakeParts) {
  return {
    rawBucket: extractor.rawBucket.name,
    lakeBucket: transformer.lakeBucket.name,
    resultsBucket: athena.resultsBucket.name,
    extractFunction: extractor.functionName,
    transformFunction: transformer.functionName,
    schedules: {
      run: extractor.runScheduleName,
      crawl: athena.crawlScheduleName,
      compact: athena.compactScheduleName,
      timezone,
    },
    appParameterArn: extractor.appParameterArn,
    tokenParameterArn: extractor.tokenParameterArn,
    tokenKeyId: extractor.tokenKeyId,
    database: athena.databaseName,
    workgroup: athena.workgroupName,
    crawler: athena.crawlerName ?? null, // Pulumi warns about an undefined output.
    digest: athena.digest ?? null,
    failureQueues: {
      extract: extractor.failureQueueUrl,
      transform: transformer.failureQueueUrl,
      crawlSchedule: athena.crawlFailureQueueUrl,
      compactSchedule: athena.compactFailureQueueUrl,
    },
  };
}
