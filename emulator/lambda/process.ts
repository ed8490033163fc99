import { join } from "node:path";
import type { Credentials } from "../iam";
import type { LambdaFunction } from "./functions";

/** Where the programs of a function's process lie: plain JavaScript, run as they are. */
export const runtimeFolder = join(__dirname, "runtime");

/** What a function's process is started with, beside its declaration. */
export interface ProcessSetting {
  codeFolder: string;
  sdkFolder: string;
  /** Made for this process alone: its home and its temporary files. */
  homeFolder: string;
  credentials: Credentials;
  /** Addresses of the local services by environment variable, such as AWS_ENDPOINT_URL_S3. */
  endpoints: Readonly<Record<string, string>>;
  /** host:port of the runtime API. */
  runtimeApi: string;
  logStream: string;
  /** The instant at which the process's clock stands while its code is loaded; undefined: the machine's clock. */
  clockMs: number | undefined;
}

/**
 * The environment of a function's process: the declaration's, and the names that Lambda sets. Nothing of this process's
 * own environment gets in: what works here works without the developer's shell.
 */
export function processEnvironment(fn: LambdaFunction, setting: ProcessSetting): Record<string, string> {
  const region = fn.arn.split(":")[3] ?? "us-east-1";
  return {
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    PATH: "/usr/local/bin:/usr/bin:/bin",
    // The SDK would read the developer's ~/.aws, and Node packages of a home folder.
    HOME: setting.homeFolder,
    TMPDIR: setting.homeFolder,
    NODE_PATH: setting.sdkFolder,
    ...sdkWarning(fn),
    ...setting.endpoints,
    ...fn.environment,
    _HANDLER: fn.handler,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${fn.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMiB),
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: fn.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: setting.logStream,
    ...(fn.logFormat === "JSON" ? { AWS_LAMBDA_LOG_FORMAT: "JSON" } : {}),
    ...(fn.logLevel === undefined ? {} : { AWS_LAMBDA_LOG_LEVEL: fn.logLevel }),
    AWS_ACCESS_KEY_ID: setting.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: setting.credentials.secretAccessKey,
    AWS_SESSION_TOKEN: setting.credentials.sessionToken,
    AWS_LAMBDA_RUNTIME_API: setting.runtimeApi,
    LAMBDA_TASK_ROOT: setting.codeFolder,
    LAMBDA_RUNTIME_DIR: runtimeFolder,
  };
}

/** The SDK warns of the machine's Node where it is older than the function's; deployed, it has no reason to. */
function sdkWarning(fn: LambdaFunction): Record<string, string> {
  const runtimeMajor = Number(/\d+/.exec(fn.runtime)?.[0]);
  const isOlder = Number(process.versions.node.split(".")[0]) < runtimeMajor;
  return isOlder ? { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" } : {};
}

/** Lambda switches `require()` of ES modules off, unless the function's NODE_OPTIONS ask for it. */
function requireModuleFlags(fn: LambdaFunction): string[] {
  const flag = "--no-experimental-require-module";
  const declared = fn.environment.NODE_OPTIONS?.includes("require-module") ?? false;
  return !declared && process.allowedNodeEnvironmentFlags.has(flag) ? [flag] : [];
}

/** Node's arguments: the flags that Lambda gives for the function's memory, the clock's preload, the runtime. */
export function processArguments(fn: LambdaFunction, setting: ProcessSetting): string[] {
  return [
    ...requireModuleFlags(fn),
    `--max-old-space-size=${Math.floor(fn.memoryMiB * 0.9)}`,
    `--max-semi-space-size=${Math.floor(fn.memoryMiB * 0.05)}`,
    "--require",
    join(runtimeFolder, "clock.js"),
    join(runtimeFolder, "bootstrap.js"),
    setting.clockMs === undefined ? "" : String(setting.clockMs),
  ];
}
