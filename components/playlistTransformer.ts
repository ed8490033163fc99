import { tmpdir } from "node:os";
import type { Readable } from "node:stream";
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { runOverdueHours } from "../schedule/schedules";
import type { TableName } from "../transforms/schema";
import { makeTransform } from "../transforms/transform";
import { transformAlarms, transformOverdue } from "./alarms/alarmSpecs";
import { createAlarms } from "./alarms/alarms";
import { transformMetrics } from "./alarms/metrics";
import { dataSwitchProblems } from "./arguments/problems";
import { otherBucketRule, problemsOf } from "./arguments/rules";
import { type ArgsOf, type CheckedOf, checkArguments } from "./arguments/setting";
import { transformerSettings } from "./arguments/settings";
import { glueDatabaseArn } from "./aws/arns";
import { type BucketRef, bucketRef, nameOf } from "./aws/bucketRef";
import { callbackLambda, logGroupOf } from "./aws/callbackLambda";
import { failureQueue } from "./aws/failureQueue";
import { hardenedBucket } from "./aws/hardenedBucket";
import { innerResources, type Nodes } from "./aws/innerResources";
import { type RegisteredDays, transformStatements } from "./aws/policies";
import { createTrigger, triggerOf, triggerProblems } from "./aws/rawTrigger";
import type { TransformerResources } from "./aws/resourceKeys";
import { makeDayPartitions } from "./callbacks/dayPartitions";
import { makeKeepEvent } from "./callbacks/failureRecord";
import { makeFunctionLog } from "./callbacks/functionLog";
import { makeLakeWriter } from "./callbacks/lakeWriter";
import type { RawEvent } from "./callbacks/rawEvents";
import { makeTableFiles } from "./callbacks/tableFiles";
import { makeTransformHandler, type RefusedObject, type TransformedPlaylist } from "./callbacks/transformHandler";
import { optionalVariable, variable } from "./callbacks/variable";
import { declaredTables } from "./catalog/catalogTables";

/** Arguments of a PlaylistTransformer. */
export interface PlaylistTransformerArgs extends ArgsOf<typeof transformerSettings> {}

type Settings = CheckedOf<typeof transformerSettings>;

/**
 * Turns each raw object into the files of the lake's nine tables.
 *
 * @example
 * const transformer = new PlaylistTransformer("playlists", {
 *   rawBucket: extractor.rawBucket,
 *   memoryMiB: 1769,
 * });
 */
export class PlaylistTransformer extends pulumi.ComponentResource {
  /**
   * The resources inside, by key: the rest of the logical name and the type, in camel case. `transform` takes the same keys.
   *
   * @example
   * const transformer = new PlaylistTransformer("playlists", {
   *   rawBucket: extractor.rawBucket,
   *   transform: { transformLogGroup: { logGroupClass: "INFREQUENT_ACCESS" } },
   * });
   * export const policyName = transformer.nodes.transformRolePolicy.name;
   */
  readonly nodes: Nodes<TransformerResources>;
  /** The bucket of the tables' files. */
  readonly lakeBucket: BucketRef;
  /** The database whose tables get each day's partitions; undefined if there is none. */
  readonly databaseName: pulumi.Output<string> | undefined;
  /** The name of the function that writes the tables' files. */
  readonly functionName: pulumi.Output<string>;
  /** The ARN of that function. */
  readonly functionArn: pulumi.Output<string>;
  /** The queue of events whose transform failed on every try, or whose objects are not Spotify responses. */
  readonly failureQueueUrl: pulumi.Output<string>;
  /** The function's memory in MiB. */
  readonly memoryMiB: pulumi.Output<number>;
  /** The log group of the function. */
  readonly logGroupName: pulumi.Output<string>;
  /** The ARNs of the alarms. */
  readonly alarmArns: readonly pulumi.Output<string>[];

  constructor(name: string, args: PlaylistTransformerArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = readArgs(name, args);
    const inner = innerResources("PlaylistTransformer", name, settings.transform, opts);
    super("playlake:index:PlaylistTransformer", name, {}, inner.options);

    const failures = failureQueue(`${name}-transform-failures`, this);
    const rawBucket = bucketRef(settings.rawBucket, failures.arn);
    const lakeBucket = createLake(name, settings, failures, this);
    const lambda = createFunction(name, { rawBucket, lakeBucket, failures }, settings, this);
    const trigger = triggerOf(settings.trigger, settings.rawBucket);
    createTrigger(name, trigger, { rawBucket, lambda, failures }, this);
    const alarms = createAlarms(name, settings, this);
    for (const spec of transformAlarms({ ...settings, lambda, failures }, alarms.isDetailed)) alarms.add(spec);
    if (settings.schedule) alarms.addOverdue(transformOverdue(lambda, settings.schedule.apply(runOverdueHours)));
    inner.finish();

    this.nodes = inner.nodes as Nodes<TransformerResources>;
    this.lakeBucket = lakeBucket;
    this.databaseName = settings.databaseName;
    this.functionName = lambda.name;
    this.functionArn = lambda.arn;
    this.failureQueueUrl = failures.url;
    this.memoryMiB = settings.memoryMiB;
    this.logGroupName = logGroupOf(lambda);
    this.alarmArns = alarms.arns;
    this.registerOutputs({
      lakeBucket: this.lakeBucket,
      databaseName: this.databaseName,
      functionName: this.functionName,
      functionArn: this.functionArn,
      failureQueueUrl: this.failureQueueUrl,
      memoryMiB: this.memoryMiB,
      logGroupName: this.logGroupName,
      alarmArns: this.alarmArns,
    });
  }
}

function readArgs(name: string, args: PlaylistTransformerArgs): Settings {
  return checkArguments("PlaylistTransformer", name, transformerSettings, args, (checked, check) => {
    const [raw, lake] = [nameOf(args?.rawBucket), nameOf(args?.lakeBucket)];
    const problems = [
      ...dataSwitchProblems(checked),
      ...triggerProblems(checked.trigger, checked.rawBucket),
      // Of two outputs only the same one is known to be the same name.
      ...(lake == null ? [] : problemsOf("lakeBucket", lake, otherBucketRule(raw))),
    ];
    for (const problem of problems) check.problem(problem);
  });
}

/** The lake can be made again from raw, so old versions are not kept. */
function createLake(name: string, settings: Settings, { arn }: aws.sqs.Queue, parent: pulumi.Resource): BucketRef {
  if (settings.lakeBucket !== undefined) return bucketRef(settings.lakeBucket, arn);
  return hardenedBucket(`${name}-lake`, { ...settings, versioned: false }, parent);
}

function createFunction(
  name: string,
  { rawBucket, lakeBucket, failures }: { rawBucket: BucketRef; lakeBucket: BucketRef; failures: aws.sqs.Queue },
  { databaseName, catalog, memoryMiB, timeoutSeconds, logRetentionDays }: Settings,
  parent: pulumi.Resource,
): aws.lambda.Function {
  const tables = declaredTables(catalog);
  const days: RegisteredDays | undefined = databaseName && {
    database: glueDatabaseArn(failures.arn, databaseName),
    tables,
  };
  return callbackLambda<RawEvent, (TransformedPlaylist | RefusedObject)[]>(
    `${name}-transform`,
    {
      description: "Turns a raw playlist into the files of the lake's tables.",
      callbackFactory: () => {
        const sdk = require("@aws-sdk/client-s3") as typeof import("@aws-sdk/client-s3");
        const glueSdk = require("@aws-sdk/client-glue") as typeof import("@aws-sdk/client-glue");
        const s3 = new sdk.S3Client({});
        const { begin, emit, log } = makeFunctionLog({
          write: (line) => process.stdout.write(line),
          now: () => Date.now(),
          functionName: variable("AWS_LAMBDA_FUNCTION_NAME"),
          units: transformMetrics,
        });
        const databaseName = optionalVariable("CATALOG_DATABASE");
        const register =
          databaseName === undefined
            ? undefined
            : makeDayPartitions(glueSdk, new glueSdk.GlueClient({}), {
                databaseName,
                lakeBucket: variable("LAKE_BUCKET"),
                tables: variable("CATALOG_TABLES").split(",") as TableName[],
              });
        const handle = makeTransformHandler({
          transform: makeTransform(),
          async read({ bucket, key }) {
            try {
              const { Body } = await s3.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: key }));
              return Body as Readable;
            } catch (error) {
              if ((error as Error).name === "NoSuchKey") return undefined;
              throw error;
            }
          },
          files: makeTableFiles({ folder: `${tmpdir()}/playlake-tables` }),
          write: makeLakeWriter(sdk, s3, variable("LAKE_BUCKET")),
          register,
          // Loaded only if it is needed: most invocations refuse nothing.
          keepRefused: async (event, reason) => {
            const sqsSdk = require("@aws-sdk/client-sqs") as typeof import("@aws-sdk/client-sqs");
            const keep = makeKeepEvent(sqsSdk, new sqsSdk.SQSClient({ useQueueUrlAsEndpoint: false }), {
              queueUrl: variable("FAILURE_QUEUE_URL"),
              functionName: variable("AWS_LAMBDA_FUNCTION_NAME"),
              errorType: "INVALID_RAW",
              now: () => Date.now(),
            });
            await keep(event, reason);
          },
          log,
          emit,
        });
        return async (event, context) => {
          begin(context.awsRequestId);
          return handle(event, context);
        };
      },
      environment: {
        LAKE_BUCKET: lakeBucket.name,
        FAILURE_QUEUE_URL: failures.url,
        CATALOG_DATABASE: databaseName,
        CATALOG_TABLES: databaseName && tables.join(","),
      },
      failures,
      statements: transformStatements({ rawBucket: rawBucket.arn, lakeBucket: lakeBucket.arn }, days),
      memoryMiB,
      timeoutSeconds,
      logRetentionDays,
    },
    parent,
  );
}
