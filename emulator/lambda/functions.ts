import { notModelled, ofType, type Registered, type Resource, refuseOthers } from "../resources";

type FunctionResource = Resource<"aws:lambda/function:Function">;
type AsyncConfigInputs = Resource<"aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig">["inputs"];

/** Lambda waits 1 and 2 minutes before its two retries. A younger limit would drop an event between them. */
const allRetriesSeconds = 180;

/** A function's name from its name or ARN, with or without a qualifier. */
export function functionNameOf(nameOrArn: string): string {
  return nameOrArn.startsWith("arn:") ? (nameOrArn.split(":")[6] ?? nameOrArn) : (nameOrArn.split(":")[0] ?? nameOrArn);
}

const readInputs = ["environment", "handler", "loggingConfig", "memorySize", "role", "runtime", "timeout"] as const;

function checkModelled(resource: FunctionResource, asynchronous?: AsyncConfigInputs): void {
  const { loggingConfig, runtime = "none" } = resource.inputs;
  refuseOthers(resource, [...readInputs, "architectures", "code"]);
  const isYoung = (asynchronous?.maximumEventAgeInSeconds ?? allRetriesSeconds) < allRetriesSeconds;
  const used = [
    ["loggingConfig.logFormat JSON", loggingConfig?.logFormat === "JSON"],
    [`a maximumEventAgeInSeconds under ${allRetriesSeconds}`, isYoung],
    ["destinationConfig.onSuccess", asynchronous?.destinationConfig?.onSuccess !== undefined],
    [`the runtime ${runtime}`, !/^nodejs\d+\.x$/.test(runtime)],
  ] as const;
  for (const [what, isUsed] of used) if (isUsed) throw notModelled(resource, what);
}

export type LambdaFunction = ReturnType<typeof readFunction>;

function readFunction(resource: FunctionResource, asyncConfigs: readonly AsyncConfigInputs[]) {
  const { inputs, outputs } = resource;
  const { name } = outputs;
  const asynchronous = asyncConfigs.find(({ functionName }) => functionNameOf(functionName) === name);
  checkModelled(resource, asynchronous);
  return {
    name,
    arn: outputs.arn,
    roleArn: inputs.role,
    handler: inputs.handler ?? "index.handler",
    runtime: inputs.runtime ?? "",
    memoryMiB: inputs.memorySize ?? 128,
    timeoutSeconds: inputs.timeout ?? 3,
    /** The declared variables only, without those that Lambda adds. */
    environment: (inputs.environment?.variables ?? {}) as Readonly<Record<string, string>>,
    /** The archive as the program created it; see `unpackArchive`. */
    code: inputs.code as unknown,
    logGroup: inputs.loggingConfig?.logGroup ?? `/aws/lambda/${name}`,
    /** Attempts of an asynchronous invocation after the first, 0 to 2. */
    maxRetries: asynchronous?.maximumRetryAttempts ?? 2,
    /** The queue that receives the record of an invocation that finally failed. */
    onFailureArn: asynchronous?.destinationConfig?.onFailure?.destination,
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
