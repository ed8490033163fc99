import { ofType, type Registered, type Resource } from "../resources";

/** A declared function, with AWS's defaults filled in. */
export interface LambdaFunction {
  name: string;
  arn: string;
  roleArn: string;
  handler: string;
  runtime: string;
  memoryMiB: number;
  timeoutSeconds: number;
  /** The declared variables only, without those that Lambda adds. */
  environment: Readonly<Record<string, string>>;
  /** The archive as the program created it; see `unpackArchive`. */
  code: unknown;
  logGroup: string;
  asynchronous: AsyncConfig;
}

/** What happens to a function's asynchronous invocations. */
export interface AsyncConfig {
  /** Attempts after the first, 0 to 2. */
  maxRetries: number;
  /** How long an event can wait for its next attempt, in seconds. */
  maxAgeSeconds: number;
  /** The queue that receives the record of an invocation that finally failed. */
  onFailureArn: string | undefined;
}

type FunctionResource = Resource<"aws:lambda/function:Function">;
type AsyncConfigInputs = Resource<"aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig">["inputs"];

const notModelled = [
  "deadLetterConfig",
  "fileSystemConfig",
  "imageUri",
  "layers",
  "reservedConcurrentExecutions",
  "s3Bucket",
  "snapStart",
  "vpcConfig",
] as const;

/** Names that Lambda sets itself and refuses in a declaration. */
const reservedNames = new Set([
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_DEFAULT_REGION",
  "AWS_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_LAMBDA_RUNTIME_API",
  "LAMBDA_TASK_ROOT",
  "LAMBDA_RUNTIME_DIR",
]);
const environmentLimitBytes = 4096;

/** A function's name from its name or ARN, with or without a qualifier. */
export function functionNameOf(nameOrArn: string): string {
  return nameOrArn.startsWith("arn:") ? (nameOrArn.split(":")[6] ?? nameOrArn) : (nameOrArn.split(":")[0] ?? nameOrArn);
}

function checkEnvironment(name: string, variables: Readonly<Record<string, string>>): void {
  const reserved = Object.keys(variables).filter((key) => reservedNames.has(key));
  if (reserved.length > 0) {
    throw new Error(`function ${name}: Lambda reserves these environment variables: ${reserved.join(", ")}`);
  }
  const bytes = Buffer.byteLength(JSON.stringify(variables));
  if (bytes > environmentLimitBytes) {
    throw new Error(`function ${name}: the environment takes ${bytes} bytes, Lambda allows ${environmentLimitBytes}`);
  }
}

function checkModelled(name: string, inputs: FunctionResource["inputs"], asynchronous?: AsyncConfigInputs): void {
  const isSet = (value: unknown) => value !== undefined && !(Array.isArray(value) && value.length === 0);
  const used: string[] = notModelled.filter((property) => isSet(inputs[property]));
  if ((inputs.loggingConfig?.logFormat ?? "Text") !== "Text") used.push("loggingConfig.logFormat JSON");
  if (isSet(asynchronous?.destinationConfig?.onSuccess)) used.push("destinationConfig.onSuccess");
  if (used.length > 0) throw new Error(`function ${name}: the local run does not model ${used.join(", ")}`);
  if (!/^nodejs\d+\.x$/.test(inputs.runtime ?? "")) {
    throw new Error(`function ${name}: the local run knows Node.js runtimes only, got ${inputs.runtime ?? "none"}`);
  }
}

function readFunction(
  { inputs, outputs }: FunctionResource,
  asyncConfigs: readonly AsyncConfigInputs[],
): LambdaFunction {
  const { name } = outputs;
  const asynchronous = asyncConfigs.find(({ functionName }) => functionNameOf(functionName) === name);
  checkModelled(name, inputs, asynchronous);
  const environment = inputs.environment?.variables ?? {};
  checkEnvironment(name, environment);
  return {
    name,
    arn: outputs.arn,
    roleArn: inputs.role,
    handler: inputs.handler ?? "index.handler",
    runtime: inputs.runtime ?? "",
    memoryMiB: inputs.memorySize ?? 128,
    timeoutSeconds: inputs.timeout ?? 3,
    environment,
    code: inputs.code,
    logGroup: inputs.loggingConfig?.logGroup ?? `/aws/lambda/${name}`,
    asynchronous: {
      maxRetries: asynchronous?.maximumRetryAttempts ?? 2,
      maxAgeSeconds: asynchronous?.maximumEventAgeInSeconds ?? 6 * 3600,
      onFailureArn: asynchronous?.destinationConfig?.onFailure?.destination,
    },
  };
}

/**
 * The functions that a program declares, in the program's order.
 * @throws one line naming the function if a declaration is not modelled, or Lambda would refuse it
 */
export function readFunctions(resources: readonly Registered[]): LambdaFunction[] {
  const asyncConfigs = ofType(resources, "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig").map(
    ({ inputs }) => inputs,
  );
  return ofType(resources, "aws:lambda/function:Function").map((resource) => readFunction(resource, asyncConfigs));
}
