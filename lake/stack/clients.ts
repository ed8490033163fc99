import { setTimeout as sleep } from "node:timers/promises";
import type * as athena from "@aws-sdk/client-athena";
import type * as cloudwatch from "@aws-sdk/client-cloudwatch";
import type * as eventbridge from "@aws-sdk/client-eventbridge";
import type * as glue from "@aws-sdk/client-glue";
import type * as lambda from "@aws-sdk/client-lambda";
import type * as s3 from "@aws-sdk/client-s3";
import type * as scheduler from "@aws-sdk/client-scheduler";
import type * as sqs from "@aws-sdk/client-sqs";
import type * as ssm from "@aws-sdk/client-ssm";

/** An SDK package, for its commands, and a client in the stack's region. */
export interface Service<Sdk, Client> {
  readonly sdk: Sdk;
  readonly client: Client;
}

/** The services of a deployed stack. */
export type Clients = ReturnType<typeof createClients>;

/** A function may run for 15 minutes before it answers, and a repeated call would run it twice. */
const oneLongCall = { maxAttempts: 1, requestHandler: { requestTimeout: 16 * 60_000, connectionTimeout: 10_000 } };

/** @throws one line if the package is not installed */
function loadSdk<Sdk>(name: string): Sdk {
  try {
    return require(name) as Sdk;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw new Error(`--stack needs ${name}: npm install ${name}`);
  }
}

/** Clients with the credentials of the user's environment, as AWS's own tools find them. Each package is loaded on first use. */
export function createClients(region: string) {
  const made = new Set<{ destroy(): void }>();
  function service<Sdk, Client extends { destroy(): void }>(
    name: string,
    make: (sdk: Sdk) => Client,
  ): () => Service<Sdk, Client> {
    let known: Service<Sdk, Client> | undefined;
    return () => {
      if (known !== undefined) return known;
      const sdk = loadSdk<Sdk>(`@aws-sdk/client-${name}`);
      known = { sdk, client: make(sdk) };
      made.add(known.client);
      return known;
    };
  }
  return {
    athena: service("athena", (sdk: typeof athena) => new sdk.AthenaClient({ region })),
    cloudwatch: service("cloudwatch", (sdk: typeof cloudwatch) => new sdk.CloudWatchClient({ region })),
    eventbridge: service("eventbridge", (sdk: typeof eventbridge) => new sdk.EventBridgeClient({ region })),
    glue: service("glue", (sdk: typeof glue) => new sdk.GlueClient({ region })),
    lambda: service("lambda", (sdk: typeof lambda) => new sdk.LambdaClient({ region, ...oneLongCall })),
    s3: service("s3", (sdk: typeof s3) => new sdk.S3Client({ region })),
    scheduler: service("scheduler", (sdk: typeof scheduler) => new sdk.SchedulerClient({ region })),
    // The service's address comes from the settings, not from the queue's URL.
    sqs: service("sqs", (sdk: typeof sqs) => new sdk.SQSClient({ region, useQueueUrlAsEndpoint: false })),
    ssm: service("ssm", (sdk: typeof ssm) => new sdk.SSMClient({ region })),
    /** Closes the connections. */
    close: () => {
      for (const client of made) client.destroy();
    },
  };
}

/** An AWS error as the SDK throws it. */
interface ServiceError extends Error {
  readonly $metadata: { readonly httpStatusCode?: number };
}

export function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "$metadata" in error;
}

/** An AWS error as one line with its code. Other errors are unchanged. */
export function explained(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const [line = ""] = error.message.split("\n");
  // The SDK also adds its metadata to connection errors.
  if (isServiceError(error) && error.name === "Error") {
    return new Error(`no connection to AWS: ${line}`, { cause: error });
  }
  if (isServiceError(error)) return new Error(`${error.name}: ${line}`, { cause: error });
  if (error.name === "CredentialsProviderError") {
    return new Error(`no AWS credentials: ${line} (set AWS_PROFILE, or log in with aws sso login)`, { cause: error });
  }
  return error;
}

const firstPauseMs = 100;
const longestPauseMs = 5000;

/**
 * Polls with growing pauses until there is an answer.
 * @param look returns undefined to be polled again
 * @returns undefined if there was no answer within `limitMs`
 */
export async function waitFor<T>(look: () => Promise<T | undefined>, limitMs: number): Promise<T | undefined> {
  const endMs = performance.now() + limitMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    const answer = await look();
    if (answer !== undefined || performance.now() > endMs) return answer;
    // Jitter: half of the pause is random, so that waiting calls do not all ask again at once.
    await sleep(pauseMs * (0.5 + Math.random() / 2));
  }
}
