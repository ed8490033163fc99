import { setTimeout as sleep } from "node:timers/promises";
import type { AthenaClient } from "@aws-sdk/client-athena";
import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { GlueClient } from "@aws-sdk/client-glue";
import type { LambdaClient } from "@aws-sdk/client-lambda";
import type { S3Client } from "@aws-sdk/client-s3";
import type { SchedulerClient } from "@aws-sdk/client-scheduler";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { SSMClient } from "@aws-sdk/client-ssm";

/** An SDK package, for its commands, and a client in the stack's region. */
export interface Service<Sdk, Client> {
  readonly sdk: Sdk;
  readonly client: Client;
}

/** The services of a deployed stack. Each package is loaded on first use. */
export interface Clients {
  athena(): Service<typeof import("@aws-sdk/client-athena"), AthenaClient>;
  cloudwatch(): Service<typeof import("@aws-sdk/client-cloudwatch"), CloudWatchClient>;
  eventbridge(): Service<typeof import("@aws-sdk/client-eventbridge"), EventBridgeClient>;
  glue(): Service<typeof import("@aws-sdk/client-glue"), GlueClient>;
  lambda(): Service<typeof import("@aws-sdk/client-lambda"), LambdaClient>;
  s3(): Service<typeof import("@aws-sdk/client-s3"), S3Client>;
  scheduler(): Service<typeof import("@aws-sdk/client-scheduler"), SchedulerClient>;
  sqs(): Service<typeof import("@aws-sdk/client-sqs"), SQSClient>;
  ssm(): Service<typeof import("@aws-sdk/client-ssm"), SSMClient>;
  /** Closes the connections. */
  close(): void;
}

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

/** Clients with the credentials of the user's environment, as AWS's own tools find them. */
export function createClients(region: string): Clients {
  const made = new Map<string, Service<unknown, { destroy(): void }>>();
  function service<Sdk, Client extends { destroy(): void }>(
    name: string,
    make: (sdk: Sdk) => Client,
  ): Service<Sdk, Client> {
    const known = made.get(name) as Service<Sdk, Client> | undefined;
    if (known !== undefined) return known;
    const sdk = loadSdk<Sdk>(`@aws-sdk/client-${name}`);
    const one = { sdk, client: make(sdk) };
    made.set(name, one);
    return one;
  }
  return {
    athena: () => service("athena", (sdk) => new sdk.AthenaClient({ region })),
    cloudwatch: () => service("cloudwatch", (sdk) => new sdk.CloudWatchClient({ region })),
    eventbridge: () => service("eventbridge", (sdk) => new sdk.EventBridgeClient({ region })),
    glue: () => service("glue", (sdk) => new sdk.GlueClient({ region })),
    lambda: () => service("lambda", (sdk) => new sdk.LambdaClient({ region, ...oneLongCall })),
    s3: () => service("s3", (sdk) => new sdk.S3Client({ region })),
    scheduler: () => service("scheduler", (sdk) => new sdk.SchedulerClient({ region })),
    // The service's address comes from the settings, not from the queue's URL.
    sqs: () => service("sqs", (sdk) => new sdk.SQSClient({ region, useQueueUrlAsEndpoint: false })),
    ssm: () => service("ssm", (sdk) => new sdk.SSMClient({ region })),
    close: () => {
      for (const { client } of made.values()) client.destroy();
      made.clear();
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
    await sleep(pauseMs);
  }
}
