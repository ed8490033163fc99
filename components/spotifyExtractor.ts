import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type DayResult, type Fetch, makeExtractDay } from "../spotify/extract";
import { statePrefix } from "../transforms/keys";
import { type BucketArg, type BucketRef, bucketRef } from "./bucketRef";
import { callbackLambda } from "./callbackLambda";
import { makeObjectStore } from "./callbacks/objectStore";
import { makeSecretStore } from "./callbacks/secretStore";
import { variable } from "./callbacks/variable";
import { failureQueue } from "./failureQueue";
import { hardenedBucket } from "./hardenedBucket";
import { extractStatements } from "./policies";
import { checkDataSwitches, type DataSwitches, type DataSwitchesArgs } from "./retention";
import { scheduledCall } from "./scheduledCall";
import { catchUpSchedule, defaultSchedule } from "./schedules";
import {
  checkArguments,
  checkComponentName,
  logRetentionRule,
  marketRule,
  memoryRule,
  optional,
  playlistsRule,
  scheduleRule,
  timeoutRule,
  timezoneRule,
} from "./validation";

/** Arguments of a SpotifyExtractor. */
export interface SpotifyExtractorArgs extends DataSwitchesArgs {
  /** Ids, URIs or links; `me` stands for all that the consenting user owns or follows. */
  playlists: pulumi.Input<pulumi.Input<string>[]>;
  /** The Spotify app's client id. Kept as a secret. */
  spotifyClientId: pulumi.Input<string>;
  /** The Spotify app's client secret. */
  spotifyClientSecret: pulumi.Input<string>;
  /** Where raw responses go: the name of a bucket that exists already. @default a bucket of its own */
  rawBucket?: BucketArg;
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
  /** The secret that holds the app's credentials; its value is this stack's. */
  readonly appSecretArn: pulumi.Output<string>;
  /** The secret for the user's refresh token: this stack owns the container, login and the extractor its value. */
  readonly tokenSecretArn: pulumi.Output<string>;
  /** The queue of runs that failed to the last try. */
  readonly failureQueueUrl: pulumi.Output<string>;
  /** The queue of runs that could not be started. */
  readonly scheduleFailureQueueUrl: pulumi.Output<string>;

  constructor(name: string, args: SpotifyExtractorArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = readArgs(name, args);
    super("playlake:index:SpotifyExtractor", name, {}, opts);

    const failures = failureQueue(`${name}-extract-failures`, this);
    const rawBucket = createRaw(name, args.rawBucket ?? settings.data, failures, this);
    const secrets = createSecrets(name, args, this);
    const lambda = createFunction(name, { rawBucket, secrets, failures }, settings, this);
    const schedules = createSchedules(name, lambda, settings, this);

    this.rawBucket = rawBucket;
    this.functionName = lambda.name;
    this.functionArn = lambda.arn;
    this.runScheduleName = schedules.run.name;
    this.appSecretArn = secrets.app;
    this.tokenSecretArn = secrets.token;
    this.failureQueueUrl = failures.url;
    this.scheduleFailureQueueUrl = schedules.failures.url;
    this.registerOutputs({
      rawBucket: this.rawBucket,
      functionName: this.functionName,
      functionArn: this.functionArn,
      runScheduleName: this.runScheduleName,
      appSecretArn: this.appSecretArn,
      tokenSecretArn: this.tokenSecretArn,
      failureQueueUrl: this.failureQueueUrl,
      scheduleFailureQueueUrl: this.scheduleFailureQueueUrl,
    });
  }
}

interface Settings {
  data: DataSwitches;
  playlists: pulumi.Output<readonly string[]>;
  schedule: pulumi.Output<string>;
  timezone: pulumi.Output<string>;
  market: pulumi.Output<string | undefined>;
  memoryMiB: pulumi.Output<number>;
  timeoutSeconds: pulumi.Output<number>;
  logRetentionDays: pulumi.Output<number>;
}

interface SecretArns {
  app: pulumi.Output<string>;
  token: pulumi.Output<string>;
}

function readArgs(name: string, args: SpotifyExtractorArgs): Settings {
  checkComponentName("SpotifyExtractor", name);
  const check = checkArguments(`SpotifyExtractor "${name}"`);
  const settings = {
    data: checkDataSwitches(check, args),
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

function createSecrets(name: string, args: SpotifyExtractorArgs, parent: pulumi.Resource): SecretArns {
  const recoveryWindowInDays = 7;
  const appArgs = { description: "The Spotify app's credentials.", recoveryWindowInDays };
  const app = new aws.secretsmanager.Secret(`${name}-app`, appArgs, { parent });
  const credentials = { clientId: args.spotifyClientId, clientSecret: args.spotifyClientSecret };
  const secretString = pulumi.secret(pulumi.jsonStringify(credentials));
  new aws.secretsmanager.SecretVersion(`${name}-app`, { secretId: app.arn, secretString }, { parent });
  // Rotated by the extractor: a value that the stack owned too would fight it.
  const tokenArgs = {
    description: "The Spotify user's refresh token, put by its owner, rotated by the extractor.",
    recoveryWindowInDays,
  };
  const token = new aws.secretsmanager.Secret(`${name}-token`, tokenArgs, { parent });
  return { app: app.arn, token: token.arn };
}

function createFunction(
  name: string,
  { rawBucket, secrets, failures }: { rawBucket: BucketRef; secrets: SecretArns; failures: aws.sqs.Queue },
  { playlists, timezone, market, memoryMiB, timeoutSeconds, logRetentionDays }: Settings,
  parent: pulumi.Resource,
): aws.lambda.CallbackFunction<unknown, DayResult> {
  return callbackLambda<unknown, DayResult>(
    `${name}-extract`,
    {
      description: "Stores what Spotify serves of the day's playlists.",
      callbackFactory: () => {
        const s3Sdk = require("@aws-sdk/client-s3") as typeof import("@aws-sdk/client-s3");
        const secretsSdk =
          require("@aws-sdk/client-secrets-manager") as typeof import("@aws-sdk/client-secrets-manager");
        // An ES module, which Lambda's require does not take.
        const nodeFetch = import("node-fetch");
        const { env } = process;
        const arns = { app: variable("APP_SECRET_ARN"), token: variable("TOKEN_SECRET_ARN") };
        const { readApp, token } = makeSecretStore(secretsSdk, new secretsSdk.SecretsManagerClient({}), arns);
        const extractDay = makeExtractDay(
          {
            fetch: async (...request: Parameters<Fetch>) => (await nodeFetch).default(...request),
            now: () => Date.now(),
            sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
            random: () => Math.random(),
            log: (record) => console.log(JSON.stringify(record)),
            store: makeObjectStore(s3Sdk, new s3Sdk.S3Client({}), variable("RAW_BUCKET")),
            app: readApp,
            tokens: token,
          },
          {
            playlists: playlists.get(),
            timezone: variable("TIMEZONE"),
            ...(env.MARKET === undefined ? {} : { market: env.MARKET }),
            ...(env.SPOTIFY_API_URL === undefined ? {} : { apiUrl: env.SPOTIFY_API_URL }),
            ...(env.SPOTIFY_ACCOUNTS_URL === undefined ? {} : { accountsUrl: env.SPOTIFY_ACCOUNTS_URL }),
          },
        );
        return async (_event, context) => extractDay({ remainingMs: () => context.getRemainingTimeInMillis() });
      },
      excludePackages: [
        "@aws-sdk/client-s3",
        "@aws-sdk/client-secrets-manager",
        "papaparse",
        // node-fetch asks for it only where the runtime has no streams of its own.
        "web-streams-polyfill",
      ],
      environment: {
        RAW_BUCKET: rawBucket.name,
        APP_SECRET_ARN: secrets.app,
        TOKEN_SECRET_ARN: secrets.token,
        TIMEZONE: timezone,
        MARKET: market,
      },
      failures,
      statements: extractStatements({
        rawBucket: rawBucket.arn,
        appSecret: secrets.app,
        tokenSecret: secrets.token,
      }),
      memoryMiB,
      timeoutSeconds,
      logRetentionDays,
    },
    parent,
  );
}

function createSchedules(
  name: string,
  lambda: aws.lambda.Function,
  { schedule, timezone }: Settings,
  parent: pulumi.Resource,
): { run: aws.scheduler.Schedule; failures: aws.sqs.Queue } {
  const call = scheduledCall(
    `${name}-schedule`,
    { targetArn: lambda.arn, action: "lambda:InvokeFunction", resourceArn: lambda.arn, timezone },
    parent,
  );
  const run = call.schedule(`${name}-run`, {
    description: "Reads the playlists.",
    expression: schedule,
    input: JSON.stringify({ source: "run" }),
  });
  call.schedule(`${name}-catch-up`, {
    description: "Reads what the day still lacks; ends at once where it lacks nothing.",
    expression: schedule.apply(catchUpSchedule),
    input: JSON.stringify({ source: "catch-up" }),
  });
  return { run, failures: call.failures };
}
