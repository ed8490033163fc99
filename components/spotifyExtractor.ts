import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { isRunDay, runDaysOf } from "../schedule/runDays";
import { defaultSchedule, runOverdueHours } from "../schedule/schedules";
import { type DayResult, type Fetch, makeExtractDay } from "../spotify/extract";
import { statePrefix } from "../transforms/keys";
import { extractAlarms, runOverdue } from "./alarms/alarmSpecs";
import { type AlarmArgs, createAlarms } from "./alarms/alarms";
import { extractMetrics } from "./alarms/metrics";
import {
  type AlarmDetail,
  alarmsRule,
  alarmTopicsRule,
  checkArguments,
  checkComponentName,
  credentialRule,
  logRetentionRule,
  marketRule,
  memoryRule,
  optional,
  playlistsRule,
  problemsOf,
  scheduleRule,
  timeoutRule,
  timezoneRule,
} from "./arguments/validation";
import { type BucketArg, type BucketRef, bucketRef, checkBucket } from "./aws/bucketRef";
import { callbackLambda, logGroupOf } from "./aws/callbackLambda";
import { createSchedules } from "./aws/extractSchedules";
import { failureQueue } from "./aws/failureQueue";
import { hardenedBucket } from "./aws/hardenedBucket";
import { extractStatements } from "./aws/policies";
import { createParameters, type SpotifyParameters } from "./aws/spotifyParameters";
import { makeExtractHandler } from "./callbacks/extractHandler";
import { makeFunctionLog } from "./callbacks/functionLog";
import { makeObjectStore } from "./callbacks/objectStore";
import { makeParameterStore } from "./callbacks/parameterStore";
import { variable } from "./callbacks/variable";
import { checkDataSwitches, type DataSwitches, type DataSwitchesArgs } from "./stack/retention";

/** Arguments of a SpotifyExtractor. */
export interface SpotifyExtractorArgs extends DataSwitchesArgs, AlarmArgs {
  /** Ids, URIs or links; `me` stands for all that the consenting user owns or follows. */
  playlists: pulumi.Input<pulumi.Input<string>[]>;
  /** The Spotify app's client id. Kept, with the client secret, in an SSM SecureString parameter. */
  spotifyClientId: pulumi.Input<string>;
  /** The Spotify app's client secret. */
  spotifyClientSecret: pulumi.Input<string>;
  /** Where raw responses go: the name of a bucket that exists already. @default a bucket of its own */
  rawBucket?: BucketArg | undefined;
  /** When the playlists are read, in EventBridge Scheduler's syntax. @default "cron(0 6 * * ? *)" */
  schedule?: pulumi.Input<string>;
  /** The time zone of `schedule`, and of the days that snapshots are filed under. @default "UTC" */
  timezone?: pulumi.Input<string>;
  /** The country whose catalogue is read, ISO 3166-1 alpha-2. @default Spotify goes by the user's */
  market?: pulumi.Input<string | undefined>;
  /** @default 512 */
  memoryMiB?: pulumi.Input<number>;
  /** @default 900 */
  timeoutSeconds?: pulumi.Input<number>;
  /** How long the function's log is kept. @default 30 */
  logRetentionDays?: pulumi.Input<number>;
}

/** Stores each day what Spotify serves of the playlists: one raw object a playlist and day, verbatim. */
export class SpotifyExtractor extends pulumi.ComponentResource {
  /** Where raw objects are, and under `state/` what the extractor remembers. */
  readonly rawBucket: BucketRef;
  readonly functionName: pulumi.Output<string>;
  readonly functionArn: pulumi.Output<string>;
  /** The schedule of the daily run. */
  readonly runScheduleName: pulumi.Output<string>;
  /** The SSM parameter of the app's credentials; the stack owns its value. */
  readonly appParameterArn: pulumi.Output<string>;
  /** The SSM parameter of the user's refresh token; login and the extractor own its value, the stack all else. */
  readonly tokenParameterArn: pulumi.Output<string>;
  /** The queue of runs that failed to the last try, and of those that could not be started. */
  readonly failureQueueUrl: pulumi.Output<string>;
  readonly memoryMiB: pulumi.Output<number>;
  readonly logGroupName: pulumi.Output<string>;
  /** The ARNs of the alarms that tell somebody. */
  readonly alarmArns: readonly pulumi.Output<string>[];

  constructor(name: string, args: SpotifyExtractorArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = readArgs(name, args);
    super("playlake:index:SpotifyExtractor", name, {}, opts);

    const failures = failureQueue(`${name}-extract-failures`, this);
    const rawBucket = createRaw(name, settings.rawBucket ?? settings.data, failures, this);
    const parameters = createParameters(name, { ...settings, protect: settings.data.protect }, this);
    const lambda = createFunction(name, { rawBucket, parameters, failures }, settings, this);
    const run = createSchedules(name, lambda, { ...settings, failures }, this);
    const alarms = createAlarms(name, settings, this);
    for (const spec of extractAlarms({ ...settings, lambda, failures }, alarms.isDetailed)) alarms.add(spec);
    alarms.addOverdue(runOverdue(lambda, settings.schedule.apply(runOverdueHours)));

    this.rawBucket = rawBucket;
    this.functionName = lambda.name;
    this.functionArn = lambda.arn;
    this.runScheduleName = run.name;
    this.appParameterArn = parameters.app.arn;
    this.tokenParameterArn = parameters.token.arn;
    this.failureQueueUrl = failures.url;
    this.memoryMiB = settings.memoryMiB;
    this.logGroupName = logGroupOf(lambda);
    this.alarmArns = alarms.arns;
    this.registerOutputs({
      rawBucket: this.rawBucket,
      functionName: this.functionName,
      functionArn: this.functionArn,
      runScheduleName: this.runScheduleName,
      appParameterArn: this.appParameterArn,
      tokenParameterArn: this.tokenParameterArn,
      failureQueueUrl: this.failureQueueUrl,
      memoryMiB: this.memoryMiB,
      logGroupName: this.logGroupName,
      alarmArns: this.alarmArns,
    });
  }
}

interface Settings {
  data: DataSwitches;
  rawBucket: BucketArg | undefined;
  clientId: pulumi.Output<string>;
  clientSecret: pulumi.Output<string>;
  alarmTopicArns: pulumi.Output<string[]>;
  alarms: AlarmDetail;
  playlists: pulumi.Output<readonly string[]>;
  schedule: pulumi.Output<string>;
  timezone: pulumi.Output<string>;
  market: pulumi.Output<string | undefined>;
  memoryMiB: pulumi.Output<number>;
  timeoutSeconds: pulumi.Output<number>;
  logRetentionDays: pulumi.Output<number>;
}

function readArgs(name: string, args: Partial<SpotifyExtractorArgs> = {}): Settings {
  checkComponentName("SpotifyExtractor", name);
  const check = checkArguments(`SpotifyExtractor "${name}"`);
  const alarms = args.alarms ?? "default";
  for (const problem of problemsOf("alarms", alarms, alarmsRule)) check.problem(problem);
  const settings = {
    alarms,
    data: checkDataSwitches(check, args),
    rawBucket: args.rawBucket == null ? undefined : checkBucket(check, "rawBucket", args.rawBucket),
    clientId: check.argument("spotifyClientId", args.spotifyClientId as pulumi.Input<string>, credentialRule),
    clientSecret: check.argument(
      "spotifyClientSecret",
      args.spotifyClientSecret as pulumi.Input<string>,
      credentialRule,
    ),
    alarmTopicArns: check.argument("alarmTopicArns", args.alarmTopicArns ?? [], alarmTopicsRule),
    playlists: check.argument("playlists", args.playlists as pulumi.Input<readonly string[]>, playlistsRule),
    schedule: check.argument("schedule", args.schedule ?? defaultSchedule, scheduleRule),
    timezone: check.argument("timezone", args.timezone ?? "UTC", timezoneRule),
    market: check.argument("market", args.market, optional(marketRule)),
    memoryMiB: check.argument("memoryMiB", args.memoryMiB ?? 512, memoryRule),
    timeoutSeconds: check.argument("timeoutSeconds", args.timeoutSeconds ?? 900, timeoutRule),
    logRetentionDays: check.argument("logRetentionDays", args.logRetentionDays ?? 30, logRetentionRule),
  };
  check.finish();
  return settings;
}

/** Raw can't be had again: every version stays. Only what the extractor remembers is written over, daily. */
function createRaw(
  name: string,
  raw: BucketArg | DataSwitches,
  { arn }: aws.sqs.Queue,
  parent: pulumi.Resource,
): BucketRef {
  if (typeof raw !== "object" || !("retain" in raw)) return bucketRef(raw, arn);
  const oldState = {
    id: "old-state",
    status: "Enabled",
    filter: { prefix: statePrefix },
    noncurrentVersionExpiration: { noncurrentDays: 30 },
  };
  return hardenedBucket(`${name}-raw`, { versioned: true, expiry: [oldState], ...raw }, parent);
}

function createFunction(
  name: string,
  { rawBucket, parameters, failures }: { rawBucket: BucketRef; parameters: SpotifyParameters; failures: aws.sqs.Queue },
  { playlists, schedule, timezone, market, memoryMiB, timeoutSeconds, logRetentionDays }: Settings,
  parent: pulumi.Resource,
): aws.lambda.Function {
  const runDays = schedule.apply(runDaysOf);
  return callbackLambda<unknown, DayResult>(
    `${name}-extract`,
    {
      description: "Stores what Spotify serves of the day's playlists.",
      callbackFactory: () => {
        const s3Sdk = require("@aws-sdk/client-s3") as typeof import("@aws-sdk/client-s3");
        const ssmSdk = require("@aws-sdk/client-ssm") as typeof import("@aws-sdk/client-ssm");
        // An ES module, which Lambda's require does not take.
        const nodeFetch = import("node-fetch");
        const { env } = process;
        const { begin, emit, log } = makeFunctionLog({
          write: (line) => process.stdout.write(line),
          now: () => Date.now(),
          functionName: variable("AWS_LAMBDA_FUNCTION_NAME"),
          units: extractMetrics,
        });
        const names = { app: variable("APP_PARAMETER_NAME"), token: variable("TOKEN_PARAMETER_NAME") };
        const { readApp, token } = makeParameterStore(ssmSdk, new ssmSdk.SSMClient({}), names);
        const extractDay = makeExtractDay(
          {
            fetch: async (...request: Parameters<Fetch>) => (await nodeFetch).default(...request),
            now: () => Date.now(),
            sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
            random: () => Math.random(),
            log,
            store: makeObjectStore(s3Sdk, new s3Sdk.S3Client({}), variable("RAW_BUCKET")),
            app: readApp,
            tokens: token,
          },
          {
            playlists: playlists.get(),
            timezone: variable("TIMEZONE"),
            isRunDay: (date) => isRunDay(runDays.get(), date),
            ...(env.MARKET === undefined ? {} : { market: env.MARKET }),
            ...(env.SPOTIFY_API_URL === undefined ? {} : { apiUrl: env.SPOTIFY_API_URL }),
            ...(env.SPOTIFY_ACCOUNTS_URL === undefined ? {} : { accountsUrl: env.SPOTIFY_ACCOUNTS_URL }),
          },
        );
        return makeExtractHandler(extractDay, { begin, emit });
      },
      environment: {
        RAW_BUCKET: rawBucket.name,
        APP_PARAMETER_NAME: parameters.app.name,
        TOKEN_PARAMETER_NAME: parameters.token.name,
        TIMEZONE: timezone,
        MARKET: market,
      },
      failures,
      statements: extractStatements({
        rawBucket: rawBucket.arn,
        appParameter: parameters.app.arn,
        tokenParameter: parameters.token.arn,
      }),
      memoryMiB,
      timeoutSeconds,
      logRetentionDays,
    },
    parent,
  );
}
