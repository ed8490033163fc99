import { ofType, type Registered, type Resource, refuseOthers } from "../resources";

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
interface AsyncConfig {
  /** Attempts after the first, 0 to 2. */
  maxRetries: number;
  /** How long an event can wait for its next attempt, in seconds. */
  maxAgeSeconds: number;
  /** The queue that receives the record of an invocation that finally failed. */
  onFailureArn: string | undefined;
}

type FunctionResource = Resource<"aws:lambda/function:Function">;
type AsyncConfigInputs = Resource<"aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig">["inputs"];

/** Names that Lambda sets itself and refuses in a declaration. */
const reservedName = new RegExp(
  "^(_HANDLER|_X_AMZN_TRACE_ID|LAMBDA_(TASK_ROOT|RUNTIME_DIR)|AWS_((DEFAULT_)?REGION|EXECUTION_ENV|ACCESS_KEY(_ID)?" +
    "|SECRET_ACCESS_KEY|SESSION_TOKEN|LAMBDA_(FUNCTION_.*|INITIALIZATION_TYPE|LOG_.*|RUNTIME_API)))$",
);
const environmentLimitBytes = 4096;

/** A function's name from its name or ARN, with or without a qualifier. */
export function functionNameOf(nameOrArn: string): string {
  return nameOrArn.startsWith("arn:") ? (nameOrArn.split(":")[6] ?? nameOrArn) : (nameOrArn.split(":")[0] ?? nameOrArn);
}

function checkEnvironment(name: string, variables: Readonly<Record<string, string>>): void {
  const reserved = Object.keys(variables).filter((key) => reservedName.test(key));
  if (reserved.length > 0) {
    throw new Error(`function ${name}: Lambda reserves these environment variables: ${reserved.join(", ")}`);
  }
  const bytes = Buffer.byteLength(JSON.stringify(variables));
  if (bytes > environmentLimitBytes) {
    throw new Error(`function ${name}: the environment takes ${bytes} bytes, Lambda allows ${environmentLimitBytes}`);
  }
}

const readInputs = ["environment", "handler", "loggingConfig", "memorySize", "role", "runtime", "timeout"] as const;

function checkModelled(resource: FunctionResource, asynchronous?: AsyncConfigInputs): void {
  const { inputs, outputs } = resource;
  refuseOthers(resource, [...readInputs, "architectures", "code"]);
  const refuse = (what: string) => {
    throw new Error(`function ${outputs.name}: the local run ${what}`);
  };
  if ((inputs.loggingConfig?.logFormat ?? "Text") !== "Text") refuse("does not model loggingConfig.logFormat JSON");
  if (asynchronous?.destinationConfig?.onSuccess !== undefined) refuse("does not model destinationConfig.onSuccess");
  if (!/^nodejs\d+\.x$/.test(inputs.runtime ?? "")) {
    refuse(`knows Node.js runtimes only, got ${inputs.runtime ?? "none"}`);
  }
}

function readFunction(resource: FunctionResource, asyncConfigs: readonly AsyncConfigInputs[]): LambdaFunction {
  const { inputs, outputs } = resource;
  const { name } = outputs;
  const asynchronous = asyncConfigs.find(({ functionName }) => functionNameOf(functionName) === name);
  checkModelled(resource, asynchronous);
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
