import type { Registered } from "../resources";
import { type AsyncConfig, readAsyncConfig } from "./asyncConfig";

/** One declared function, read from its resource: names as AWS has them, units in the names, AWS's defaults filled in. */
export interface LambdaFunction {
  name: string;
  arn: string;
  roleArn: string;
  handler: string;
  runtime: string;
  memoryMiB: number;
  timeoutSeconds: number;
  /** The declared variables alone, without those that Lambda adds. */
  environment: Readonly<Record<string, string>>;
  /** The archive as the program made it; see `unpackArchive`. */
  code: unknown;
  logGroup: string;
  logFormat: "Text" | "JSON";
  logLevel: string | undefined;
  /** How many invocations may run at a time, undefined: no limit of its own; 0: none. */
  reservedConcurrency: number | undefined;
  asynchronous: AsyncConfig;
}

/** A resource's inputs of aws:lambda/function:Function, as far as they are read here. */
interface FunctionInputs {
  name?: string;
  role?: string;
  handler?: string;
  runtime?: string;
  memorySize?: number;
  timeout?: number;
  environment?: { variables?: Record<string, string> };
  code?: unknown;
  loggingConfig?: { logGroup?: string; logFormat?: string; applicationLogLevel?: string };
  reservedConcurrentExecutions?: number;
  deadLetterConfig?: { targetArn: string };
}

const notModelled = ["imageUri", "s3Bucket", "layers", "fileSystemConfig", "vpcConfig", "snapStart"] as const;

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

function checkModelled(name: string, inputs: FunctionInputs): void {
  for (const property of notModelled) {
    const value = (inputs as Record<string, unknown>)[property];
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) {
      throw new Error(`function ${name}: the local run does not model ${property}`);
    }
  }
  if (!/^nodejs\d+\.x$/.test(inputs.runtime ?? "")) {
    throw new Error(`function ${name}: the local run knows Node.js runtimes only, got ${inputs.runtime ?? "none"}`);
  }
}

function readFunction(resource: Registered, asynchronousOf: (functionName: string) => AsyncConfig): LambdaFunction {
  const inputs = resource.inputs as FunctionInputs;
  const name = String(resource.outputs.name ?? inputs.name ?? resource.name);
  checkModelled(name, inputs);
  const environment = inputs.environment?.variables ?? {};
  checkEnvironment(name, environment);
  if (inputs.role === undefined) throw new Error(`function ${name}: has no role`);
  const asynchronous = asynchronousOf(name);
  return {
    name,
    arn: String(resource.outputs.arn),
    roleArn: inputs.role,
    handler: inputs.handler ?? "index.handler",
    runtime: inputs.runtime ?? "",
    memoryMiB: inputs.memorySize ?? 128,
    timeoutSeconds: inputs.timeout ?? 3,
    environment,
    code: inputs.code,
    logGroup: inputs.loggingConfig?.logGroup ?? `/aws/lambda/${name}`,
    logFormat: inputs.loggingConfig?.logFormat === "JSON" ? "JSON" : "Text",
    logLevel: inputs.loggingConfig?.applicationLogLevel,
    // The provider's -1 stands for "no reservation".
    reservedConcurrency:
      (inputs.reservedConcurrentExecutions ?? -1) < 0 ? undefined : inputs.reservedConcurrentExecutions,
    asynchronous:
      inputs.deadLetterConfig === undefined
        ? asynchronous
        : { ...asynchronous, deadLetterArn: inputs.deadLetterConfig.targetArn },
  };
}

/**
 * The functions that a program declares, in its order.
 * Throws one line naming the function where the local run can't honour a declaration, or Lambda would refuse it.
 */
export function readFunctions(resources: readonly Registered[]): LambdaFunction[] {
  const asynchronousOf = readAsyncConfig(resources);
  return resources
    .filter((resource) => resource.type === "aws:lambda/function:Function")
    .map((resource) => readFunction(resource, asynchronousOf));
}
