import type { Registered } from "../resources";

/** What happens to a function's asynchronous invocations. */
export interface AsyncConfig {
  /** Tries after the first one, 0 to 2. */
  maxRetries: number;
  /** How long an event may wait for its next try, in seconds. */
  maxAgeSeconds: number;
  onFailureArn?: string;
  onSuccessArn?: string;
  /** The function's dead-letter queue: gets the event alone. */
  deadLetterArn?: string;
}

interface EventInvokeInputs {
  functionName: string;
  maximumRetryAttempts?: number;
  maximumEventAgeInSeconds?: number;
  destinationConfig?: { onFailure?: { destination: string }; onSuccess?: { destination: string } };
}

/** A function's name from its name or ARN, with or without a qualifier. */
export function functionNameOf(nameOrArn: string): string {
  return nameOrArn.startsWith("arn:") ? (nameOrArn.split(":")[6] ?? nameOrArn) : (nameOrArn.split(":")[0] ?? nameOrArn);
}

/** Reads aws:lambda/functionEventInvokeConfig: gives each function's setting by its name, Lambda's defaults where there is none. */
export function readAsyncConfig(resources: readonly Registered[]): (functionName: string) => AsyncConfig {
  const declared = resources
    .filter(({ type }) => type === "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig")
    .map(({ inputs }) => inputs as unknown as EventInvokeInputs);
  return (functionName) => {
    const inputs = declared.find((candidate) => functionNameOf(candidate.functionName) === functionName);
    const onFailureArn = inputs?.destinationConfig?.onFailure?.destination;
    const onSuccessArn = inputs?.destinationConfig?.onSuccess?.destination;
    return {
      maxRetries: inputs?.maximumRetryAttempts ?? 2,
      maxAgeSeconds: inputs?.maximumEventAgeInSeconds ?? 6 * 3600,
      ...(onFailureArn === undefined ? {} : { onFailureArn }),
      ...(onSuccessArn === undefined ? {} : { onSuccessArn }),
    };
  };
}
