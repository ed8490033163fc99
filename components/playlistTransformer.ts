import { tmpdir } from "node:os";
import type { Readable } from "node:stream";
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { runOverdueHours } from "../schedule/schedules";
import type { TableName } from "../transforms/schema";
import { makeTransform } from "../transforms/transform";
import { transformAlarms, transformOverdue } from "./alarms/alarmSpecs";
import { type AlarmArgs, createAlarms } from "./alarms/alarms";
import { transformMetrics } from "./alarms/metrics";
import {
  type AlarmDetail,
  type ArgumentCheck,
  alarmsRule,
  alarmTopicsRule,
  type CatalogMode,
  catalogRule,
  checkArguments,
  checkComponentName,
  databaseNameRule,
  logRetentionRule,
  memoryRule,
  otherBucketRule,
  problemsOf,
  scheduleRule,
  timeoutRule,
} from "./arguments/validation";
import { glueDatabaseArn } from "./aws/arns";
import { type BucketArg, type BucketRef, bucketRef, checkBucket } from "./aws/bucketRef";
import { callbackLambda, logGroupOf } from "./aws/callbackLambda";
import { failureQueue } from "./aws/failureQueue";
import { hardenedBucket } from "./aws/hardenedBucket";
import { type RegisteredDays, transformStatements } from "./aws/policies";
import { checkTrigger, createTrigger, type Trigger } from "./aws/rawTrigger";
import { makeDayPartitions } from "./callbacks/dayPartitions";
import { makeFunctionLog } from "./callbacks/functionLog";
import { makeLakeWriter } from "./callbacks/lakeWriter";
import type { RawEvent } from "./callbacks/rawEvents";
import { makeTableFiles } from "./callbacks/tableFiles";
import { makeTransformHandler, type TransformedPlaylist } from "./callbacks/transformHandler";
import { optionalVariable, variable } from "./callbacks/variable";
import { declaredTables } from "./catalog/catalogTables";
import { checkDataSwitches, type DataSwitches, type DataSwitchesArgs } from "./stack/retention";

/** Arguments of a PlaylistTransformer. */
export interface PlaylistTransformerArgs extends DataSwitchesArgs, AlarmArgs {
  /** Where raw objects are: an extractor's `rawBucket`, or the name of a bucket that exists already. */
  rawBucket: BucketArg;
  /** Where the tables' files go: the name of a bucket that exists already. @default a bucket of its own */
  lakeBucket?: BucketArg | undefined;
  /**
   * What tells the transformer of a new raw object. `notification`: the bucket's own setting, of which S3 keeps one; only
   * for a bucket of this stack. `eventbridge`: a rule; somebody else's bucket must send its events to EventBridge.
   * `none`: whoever writes raw objects invokes the function with S3's event.
   * @default "notification" for a bucket of this stack, else "eventbridge"
   */
  trigger?: Trigger;
  /**
   * The database whose tables get each day's partitions as soon as its files are written: an AthenaCatalog's
   * `databaseName`. If the database does not exist yet, transforms fail, and Lambda tries again.
   * @default no days are registered: a crawler has to find them
   */
  databaseName?: pulumi.Input<string> | undefined;
  /** The `catalog` of that AthenaCatalog: days of tables that a crawler makes are left to it. @default "declared" */
  catalog?: CatalogMode;
  /**
   * The schedule by which raw objects are written, such as the extractor's: an alarm fires if none has been transformed for
   * longer than it leaves between two runs. @default no such alarm
   */
  schedule?: pulumi.Input<string> | undefined;
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
  readonly memoryMiB: pulumi.Output<number>;
  readonly logGroupName: pulumi.Output<string>;
  /** The ARNs of the alarms. */
  readonly alarmArns: readonly pulumi.Output<string>[];

  constructor(name: string, args: PlaylistTransformerArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = readArgs(name, args);
    super("playlake:index:PlaylistTransformer", name, {}, opts);

    const failures = failureQueue(`${name}-transform-failures`, this);
    const rawBucket = bucketRef(settings.rawBucket, failures.arn);
    const lakeBucket = createLake(name, settings.lakeBucket ?? settings.data, failures, this);
    const lambda = createFunction(name, { rawBucket, lakeBucket, failures }, settings, this);
    createTrigger(name, settings.trigger, { rawBucket, lambda, failures }, this);
    const alarms = createAlarms(name, settings, this);
    for (const spec of transformAlarms({ ...settings, lambda, failures }, alarms.isDetailed)) alarms.add(spec);
    if (settings.schedule) alarms.addOverdue(transformOverdue(lambda, settings.schedule.apply(runOverdueHours)));

    this.lakeBucket = lakeBucket;
    this.functionName = lambda.name;
    this.functionArn = lambda.arn;
    this.failureQueueUrl = failures.url;
    this.memoryMiB = settings.memoryMiB;
    this.logGroupName = logGroupOf(lambda);
    this.alarmArns = alarms.arns;
    this.registerOutputs({
      lakeBucket: this.lakeBucket,
      functionName: this.functionName,
      functionArn: this.functionArn,
      failureQueueUrl: this.failureQueueUrl,
      memoryMiB: this.memoryMiB,
      logGroupName: this.logGroupName,
      alarmArns: this.alarmArns,
    });
  }
}

interface Settings {
  data: DataSwitches;
  rawBucket: BucketArg;
  lakeBucket: BucketArg | undefined;
  alarmTopicArns: pulumi.Output<string[]>;
  alarms: AlarmDetail;
  schedule: pulumi.Output<string> | undefined;
  trigger: Trigger;
  databaseName: pulumi.Output<string> | undefined;
  catalog: CatalogMode;
  memoryMiB: pulumi.Output<number>;
  timeoutSeconds: pulumi.Output<number>;
  logRetentionDays: pulumi.Output<number>;
}

function readArgs(name: string, args: Partial<PlaylistTransformerArgs> = {}): Settings {
  checkComponentName("PlaylistTransformer", name);
  const check = checkArguments(`PlaylistTransformer "${name}"`);
  const catalog = args.catalog ?? "declared";
  for (const problem of problemsOf("catalog", catalog, catalogRule)) check.problem(problem);
  const alarms = args.alarms ?? "default";
  for (const problem of problemsOf("alarms", alarms, alarmsRule)) check.problem(problem);
  const settings = {
    alarms,
    schedule: args.schedule === undefined ? undefined : check.argument("schedule", args.schedule, scheduleRule),
    catalog,
    databaseName:
      args.databaseName === undefined ? undefined : check.argument("databaseName", args.databaseName, databaseNameRule),
    data: checkDataSwitches(check, args),
    rawBucket: checkBucket(check, "rawBucket", args.rawBucket as BucketArg),
    lakeBucket: args.lakeBucket == null ? undefined : checkBucket(check, "lakeBucket", args.lakeBucket),
    alarmTopicArns: check.argument("alarmTopicArns", args.alarmTopicArns ?? [], alarmTopicsRule),
    trigger: checkTrigger(check, args.trigger, args.rawBucket),
    memoryMiB: check.argument("memoryMiB", args.memoryMiB ?? 1024, memoryRule),
    timeoutSeconds: check.argument("timeoutSeconds", args.timeoutSeconds ?? 300, timeoutRule),
    logRetentionDays: check.argument("logRetentionDays", args.logRetentionDays ?? 30, logRetentionRule),
  };
  checkOtherBucket(check, args);
  check.finish();
  return settings;
}

/** Names known beforehand: of a bucket that this stack makes there is no second. */
function checkOtherBucket(check: ArgumentCheck, { rawBucket, lakeBucket }: Partial<PlaylistTransformerArgs>): void {
  if (typeof rawBucket !== "string" || typeof lakeBucket !== "string") return;
  for (const problem of problemsOf("lakeBucket", lakeBucket, otherBucketRule(rawBucket))) check.problem(problem);
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
  { databaseName, catalog, memoryMiB, timeoutSeconds, logRetentionDays }: Settings,
  parent: pulumi.Resource,
): aws.lambda.Function {
  const tables = declaredTables(catalog);
  const days: RegisteredDays | undefined = databaseName && {
    database: glueDatabaseArn(failures.arn, databaseName),
    tables,
  };
  return callbackLambda<RawEvent, TransformedPlaylist[]>(
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
