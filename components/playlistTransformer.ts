import type { Readable } from "node:stream";
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { makeTransform } from "../transforms/transform";
import { type BucketArg, type BucketRef, bucketRef } from "./bucketRef";
import { callbackLambda } from "./callbackLambda";
import type { RawEvent } from "./callbacks/rawEvents";
import { makeTransformHandler, type TransformedPlaylist } from "./callbacks/transformHandler";
import { variable } from "./callbacks/variable";
import { failureQueue } from "./failureQueue";
import { hardenedBucket } from "./hardenedBucket";
import { transformStatements } from "./policies";
import { checkTrigger, createTrigger, type Trigger } from "./rawTrigger";
import { checkDataSwitches, type DataSwitches, type DataSwitchesArgs } from "./retention";
import { checkArguments, checkComponentName, logRetentionRule, memoryRule, timeoutRule } from "./validation";

/** Arguments of a PlaylistTransformer. */
export interface PlaylistTransformerArgs extends DataSwitchesArgs {
  /** Where raw objects are: an extractor's `rawBucket`, or the name of a bucket that exists already. */
  rawBucket: BucketArg;
  /** Where the tables' files go: the name of a bucket that exists already. @default a bucket of its own */
  lakeBucket?: BucketArg;
  /**
   * What tells the transformer of a new raw object. `notification`: the bucket's own setting, of which S3 keeps one; only
   * for a bucket of this stack. `eventbridge`: a rule; somebody else's bucket must send its events to EventBridge.
   * `none`: whoever writes raw objects invokes the function with S3's event.
   * @default "notification" for a bucket of this stack, else "eventbridge"
   */
  trigger?: Trigger;
  /** Memory, and with it processor: 1,769 MiB are a whole one. @default 1024 */
  memoryMiB?: pulumi.Input<number>;
  /** @default 300 */
  timeoutSeconds?: pulumi.Input<number>;
  /** How long the function's log is kept. @default 30 */
  logRetentionDays?: pulumi.Input<number>;
}

/** Turns each raw object into the files of the lake's nine tables. */
export class PlaylistTransformer extends pulumi.ComponentResource {
  /** Where the tables' files are. */
  readonly lakeBucket: BucketRef;
  readonly functionName: pulumi.Output<string>;
  readonly functionArn: pulumi.Output<string>;
  /** The queue of events whose transform failed to the last try. */
  readonly failureQueueUrl: pulumi.Output<string>;

  constructor(name: string, args: PlaylistTransformerArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = readArgs(name, args);
    super("playlake:index:PlaylistTransformer", name, {}, opts);

    const failures = failureQueue(`${name}-transform-failures`, this);
    const rawBucket = bucketRef(args.rawBucket, failures.arn);
    const lakeBucket = createLake(name, args.lakeBucket ?? settings.data, failures, this);
    const lambda = createFunction(name, { rawBucket, lakeBucket, failures }, settings, this);
    createTrigger(name, settings.trigger, { rawBucket, lambda, failures }, this);

    this.lakeBucket = lakeBucket;
    this.functionName = lambda.name;
    this.functionArn = lambda.arn;
    this.failureQueueUrl = failures.url;
    this.registerOutputs({
      lakeBucket: this.lakeBucket,
      functionName: this.functionName,
      functionArn: this.functionArn,
      failureQueueUrl: this.failureQueueUrl,
    });
  }
}

interface Settings {
  data: DataSwitches;
  trigger: Trigger;
  memoryMiB: pulumi.Output<number>;
  timeoutSeconds: pulumi.Output<number>;
  logRetentionDays: pulumi.Output<number>;
}

function readArgs(name: string, args: PlaylistTransformerArgs): Settings {
  checkComponentName("PlaylistTransformer", name);
  const check = checkArguments(`PlaylistTransformer "${name}"`);
  const settings = {
    data: checkDataSwitches(check, args),
    trigger: checkTrigger(check, args.trigger, args.rawBucket),
    memoryMiB: check.argument("memoryMiB", args.memoryMiB ?? 1024, memoryRule),
    timeoutSeconds: check.argument("timeoutSeconds", args.timeoutSeconds ?? 300, timeoutRule),
    logRetentionDays: check.argument("logRetentionDays", args.logRetentionDays ?? 30, logRetentionRule),
  };
  check.finish();
  return settings;
}

/** The lake can be made again from raw, so its old versions are not worth keeping. */
function createLake(
  name: string,
  lake: BucketArg | DataSwitches,
  { arn }: aws.sqs.Queue,
  parent: pulumi.Resource,
): BucketRef {
  if (typeof lake === "object" && "retain" in lake) {
    return hardenedBucket(`${name}-lake`, { versioned: false, ...lake }, parent);
  }
  return bucketRef(lake, arn);
}

function createFunction(
  name: string,
  { rawBucket, lakeBucket, failures }: { rawBucket: BucketRef; lakeBucket: BucketRef; failures: aws.sqs.Queue },
  { memoryMiB, timeoutSeconds, logRetentionDays }: Settings,
  parent: pulumi.Resource,
): aws.lambda.CallbackFunction<RawEvent, TransformedPlaylist[]> {
  return callbackLambda<RawEvent, TransformedPlaylist[]>(
    `${name}-transform`,
    {
      description: "Turns a raw playlist into the files of the lake's tables.",
      callbackFactory: () => {
        const sdk = require("@aws-sdk/client-s3") as typeof import("@aws-sdk/client-s3");
        const s3 = new sdk.S3Client({});
        const lake = variable("LAKE_BUCKET");
        return makeTransformHandler({
          transform: makeTransform(),
          async read({ bucket, key }) {
            const { Body } = await s3.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: key }));
            return Body as Readable;
          },
          write: (key, csv) =>
            s3.send(new sdk.PutObjectCommand({ Bucket: lake, Key: key, Body: csv, ContentType: "text/csv" })),
          log: (record) => console.log(JSON.stringify(record)),
        });
      },
      excludePackages: ["@aws-sdk/client-s3", "@aws-sdk/client-secrets-manager", "node-fetch"],
      environment: { LAKE_BUCKET: lakeBucket.name },
      failures,
      statements: transformStatements({ rawBucket: rawBucket.arn, lakeBucket: lakeBucket.arn }),
      memoryMiB,
      timeoutSeconds,
      logRetentionDays,
    },
    parent,
  );
}
