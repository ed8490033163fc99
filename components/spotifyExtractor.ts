import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { isRunDay, type RunDays, runDaysOf } from "../schedule/runDays";
import { runOverdueHours } from "../schedule/schedules";
import { type DayResult, type Fetch, makeExtractDay } from "../spotify/extract";
import { isSpotifyOwned, parsePlaylistId } from "../spotify/playlistId";
import { statePrefix } from "../transforms/keys";
import { extractAlarms, runOverdue } from "./alarms/alarmSpecs";
import { createAlarms } from "./alarms/alarms";
import { extractMetrics } from "./alarms/metrics";
import { dataSwitchProblems } from "./arguments/problems";
import { parameterNameRule, problemsOf } from "./arguments/rules";
import { type ArgsOf, type CheckedOf, checkArguments } from "./arguments/setting";
import { extractorSettings } from "./arguments/settings";
import { type BucketRef, bucketRef } from "./aws/bucketRef";
import { callbackLambda, logGroupOf } from "./aws/callbackLambda";
import { createSchedules } from "./aws/extractSchedules";
import { failureQueue } from "./aws/failureQueue";
import { hardenedBucket } from "./aws/hardenedBucket";
import { innerResources, type Nodes } from "./aws/innerResources";
import { extractStatements } from "./aws/policies";
import type { ExtractorResources } from "./aws/resourceKeys";
import { createParameters, type SpotifyParameters } from "./aws/spotifyParameters";
import { makeExtractHandler } from "./callbacks/extractHandler";
import { makeFunctionLog } from "./callbacks/functionLog";
import { makeObjectStore } from "./callbacks/objectStore";
import { makeParameterStore } from "./callbacks/parameterStore";
import { readSettings } from "./callbacks/settingsFile";
import { variable } from "./callbacks/variable";

/** Arguments of a SpotifyExtractor. */
export interface SpotifyExtractorArgs extends ArgsOf<typeof extractorSettings> {}

type Settings = CheckedOf<typeof extractorSettings>;

/**
 * Stores Spotify's responses for the playlists each day, unchanged: one raw object per playlist and day.
 *
 * @example
 * const extractor = new SpotifyExtractor("playlists", {
 *   playlists: ["3cEYpjA9oz9GiPac4AsH4n"],
 *   spotifyClientId: config.requireSecret("spotifyClientId"),
 *   spotifyClientSecret: config.requireSecret("spotifyClientSecret"),
 *   timezone: "Europe/Berlin",
 * });
 */
export class SpotifyExtractor extends pulumi.ComponentResource {
  /**
   * The resources inside, by key: the rest of the logical name and the type, in camel case. `transform` takes the same keys.
   *
   * @example
   * const extractor = new SpotifyExtractor("playlists", {
   *   playlists: ["me"],
   *   spotifyClientId: config.requireSecret("spotifyClientId"),
   *   spotifyClientSecret: config.requireSecret("spotifyClientSecret"),
   *   transform: {
   *     extractFunction: { reservedConcurrentExecutions: 1 },
   *     rawBucket: (args, opts) => {
   *       args.tags = { ...args.tags, team: "music" };
   *       opts.protect = true;
   *     },
   *   },
   * });
   * export const roleArn = extractor.nodes.extractRole.arn;
   */
  readonly nodes: Nodes<ExtractorResources>;
  /** The bucket of raw objects, and of the extractor's state under `state/`. */
  readonly rawBucket: BucketRef;
  /** The name of the function that reads the playlists. */
  readonly functionName: pulumi.Output<string>;
  /** The ARN of that function. */
  readonly functionArn: pulumi.Output<string>;
  /** The schedule of the daily run. */
  readonly runScheduleName: pulumi.Output<string>;
  /** The SSM parameter of the app's credentials; the stack owns its value. */
  readonly appParameterArn: pulumi.Output<string>;
  /** The SSM parameter of the user's refresh token; login and the extractor own its value, the stack everything else. */
  readonly tokenParameterArn: pulumi.Output<string>;
  /** The KMS key that encrypts the refresh token. */
  readonly tokenKeyId: pulumi.Output<string>;
  /** The queue of runs that failed on every try, and of those that could not be started. */
  readonly failureQueueUrl: pulumi.Output<string>;
  /** The function's memory in MiB. */
  readonly memoryMiB: pulumi.Output<number>;
  /** The log group of the function. */
  readonly logGroupName: pulumi.Output<string>;
  /** The ARNs of the alarms. */
  readonly alarmArns: readonly pulumi.Output<string>[];

  constructor(name: string, args: SpotifyExtractorArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = readArgs(name, args);
    const inner = innerResources("SpotifyExtractor", name, settings.transform, opts);
    super("playlake:index:SpotifyExtractor", name, {}, inner.options);
    warnOfSpotifyOwned(settings.playlists, this);

    const failures = failureQueue(`${name}-extract-failures`, this);
    const rawBucket = createRaw(name, settings, failures, this);
    const { spotifyClientId: clientId, spotifyClientSecret: clientSecret, protect } = settings;
    const parameters = createParameters(name, { clientId, clientSecret, protect }, this);
    const lambda = createFunction(name, { rawBucket, parameters, failures }, settings, this);
    const run = createSchedules(name, lambda, { ...settings, failures }, this);
    const alarms = createAlarms(name, settings, this);
    for (const spec of extractAlarms({ ...settings, lambda, failures }, alarms.isDetailed)) alarms.add(spec);
    alarms.addOverdue(runOverdue(lambda, settings.schedule.apply(runOverdueHours)));
    inner.finish();

    this.nodes = inner.nodes as Nodes<ExtractorResources>;
    this.rawBucket = rawBucket;
    this.functionName = lambda.name;
    this.functionArn = lambda.arn;
    this.runScheduleName = run.name;
    this.appParameterArn = parameters.app.arn;
    this.tokenParameterArn = parameters.token.arn;
    this.tokenKeyId = parameters.token.keyId;
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
      tokenKeyId: this.tokenKeyId,
      failureQueueUrl: this.failureQueueUrl,
      memoryMiB: this.memoryMiB,
      logGroupName: this.logGroupName,
      alarmArns: this.alarmArns,
    });
  }
}

function readArgs(name: string, args: SpotifyExtractorArgs): Settings {
  return checkArguments("SpotifyExtractor", name, extractorSettings, args, (checked, check) => {
    for (const problem of [...problemsOf("name", name, parameterNameRule), ...dataSwitchProblems(checked)]) {
      check.problem(problem);
    }
  });
}

/** Spotify closed its own playlists to new apps. A preview can only warn, because older apps can still read them. */
function warnOfSpotifyOwned(playlists: pulumi.Output<readonly string[]>, component: pulumi.Resource): void {
  playlists.apply((given) => {
    const closed = given.filter((playlist) => isSpotifyOwned(parsePlaylistId(playlist) ?? ""));
    for (const playlist of closed) {
      const text = `${playlist} belongs to Spotify. Apps registered since 2024-11-27 cannot read such playlists: it is then reported as unavailable each day.`;
      pulumi.log.warn(text, component);
    }
  });
}

/** Raw cannot be fetched again: every version stays. Only the extractor's state is overwritten, daily. */
function createRaw(name: string, settings: Settings, { arn }: aws.sqs.Queue, parent: pulumi.Resource): BucketRef {
  if (settings.rawBucket !== undefined) return bucketRef(settings.rawBucket, arn);
  const oldState = {
    id: "old-state",
    status: "Enabled",
    filter: { prefix: statePrefix },
    noncurrentVersionExpiration: { noncurrentDays: 30 },
  };
  return hardenedBucket(`${name}-raw`, { ...settings, versioned: true, expiry: [oldState] }, parent);
}

/** What the function reads from `settings.json`. */
interface DaySettings {
  playlists: readonly string[];
  timezone: string;
  /** Absent: Spotify uses the user's country. */
  market?: string;
  /** Absent: every day has a run. */
  runDays?: RunDays;
}

function createFunction(
  name: string,
  { rawBucket, parameters, failures }: { rawBucket: BucketRef; parameters: SpotifyParameters; failures: aws.sqs.Queue },
  { playlists, schedule, timezone, market, memoryMiB, timeoutSeconds, logRetentionDays }: Settings,
  parent: pulumi.Resource,
): aws.lambda.Function {
  const day = { playlists, timezone, market, runDays: schedule.apply(runDaysOf) };
  return callbackLambda<unknown, DayResult>(
    `${name}-extract`,
    {
      description: playlists.apply(
        ({ length }) => `Stores Spotify's responses for the playlists: ${length} in settings.json.`,
      ),
      settings: day,
      callbackFactory: () => {
        const s3Sdk = require("@aws-sdk/client-s3") as typeof import("@aws-sdk/client-s3");
        const ssmSdk = require("@aws-sdk/client-ssm") as typeof import("@aws-sdk/client-ssm");
        // An ES module, which Lambda's require cannot load.
        const nodeFetch = import("node-fetch");
        const { env } = process;
        const { playlists, timezone, market, runDays } = readSettings<DaySettings>();
        const { begin, emit, log } = makeFunctionLog({
          write: (line) => process.stdout.write(line),
          now: () => Date.now(),
          functionName: variable("AWS_LAMBDA_FUNCTION_NAME"),
          units: extractMetrics,
        });
        const names = {
          app: variable("APP_PARAMETER_NAME"),
          token: variable("TOKEN_PARAMETER_NAME"),
          tokenKey: env.KMS_KEY_ID,
        };
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
            playlists,
            timezone,
            isRunDay: (date) => isRunDay(runDays, date),
            ...(market === undefined ? {} : { market }),
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
        KMS_KEY_ID: parameters.token.keyId,
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
