import { ofType, type Registered, type Resource, refuseOthers } from "../resources";

type FunctionResource = Resource<"aws:lambda/function:Function">;
type AsyncConfigInputs = Resource<"aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig">["inputs"];

/** Names that Lambda sets itself and refuses in a declaration. */
const reservedName = new RegExp(
  "^(_HANDLER|_X_AMZN_TRACE_ID|LAMBDA_(TASK_ROOT|RUNTIME_DIR)|AWS_((DEFAULT_)?REGION|EXECUTION_ENV|ACCESS_KEY(_ID)?" +
    "|SECRET_ACCESS_KEY|SESSION_TOKEN|LAMBDA_(FUNCTION_.*|INITIALIZATION_TYPE|LOG_.*|RUNTIME_API)))$",
);
const environmentLimitBytes = 4096;
/** Lambda waits 1 and 2 minutes before its two retries. A younger limit would drop an event between them. */
const allRetriesSeconds = 180;

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
  if ((asynchronous?.maximumEventAgeInSeconds ?? 3600) < allRetriesSeconds) {
    refuse(`does not model a maximumEventAgeInSeconds under ${allRetriesSeconds}`);
  }
  if (asynchronous?.destinationConfig?.onSuccess !== undefined) refuse("does not model destinationConfig.onSuccess");
  if (!/^nodejs\d+\.x$/.test(inputs.runtime ?? "")) {
    refuse(`knows Node.js runtimes only, got ${inputs.runtime ?? "none"}`);
  }
}

/** A declared function, with AWS's defaults filled in. */
export type LambdaFunction = ReturnType<typeof readFunction>;

function readFunction(resource: FunctionResource, asyncConfigs: readonly AsyncConfigInputs[]) {
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
    /** The declared variables only, without those that Lambda adds. */
    environment: environment as Readonly<Record<string, string>>,
    /** The archive as the program created it; see `unpackArchive`. */
    code: inputs.code as unknown,
    logGroup: inputs.loggingConfig?.logGroup ?? `/aws/lambda/${name}`,
    /** What happens to asynchronous invocations. */
    asynchronous: {
      /** Attempts after the first, 0 to 2. */
      maxRetries: asynchronous?.maximumRetryAttempts ?? 2,
      /** The queue that receives the record of an invocation that finally failed. */
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
