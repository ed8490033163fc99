import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../clock";
import { diskError } from "../files";
import type { Credentials, Iam } from "../iam";
import type { LambdaFunction } from "./functions";
import type { Guard } from "./guard";
import { type LogOptions, type LogStream, type OutputReader, readOutput } from "./logs";
import { listenRuntimeApi, type RuntimeApi } from "./runtimeApi";
import type { Scratch } from "./scratch";

/** The programs of a function's process: plain JavaScript, run as they are. */
const runtimeFolder = join(__dirname, "runtime");

/** What every process of a run needs. */
export interface ProcessDeps {
  iam: Iam;
  clock: Clock;
  scratch: Scratch;
  guard: Guard;
  logs: LogOptions;
  /** Addresses of the local services by environment variable, such as AWS_ENDPOINT_URL_S3. */
  endpoints: Readonly<Record<string, string>>;
}

/** A running process of a function with the API that serves it. */
export interface RuntimeProcess {
  pid: number;
  readonly alive: boolean;
  api: RuntimeApi;
  output: OutputReader;
  /** Resolves when the process has ended, with how it ended in Lambda's words. */
  exited: Promise<string>;
  /** Ends the process and what it started; resolves when it is gone. */
  kill(): Promise<void>;
}

/** What a process is started with, beside the function's declaration. */
interface ProcessSetting {
  codeFolder: string;
  sdkFolder: string;
  /** Made for this process alone: its home and its temporary files. */
  homeFolder: string;
  credentials: Credentials;
  endpoints: Readonly<Record<string, string>>;
  runtimeApi: string;
  logStream: string;
  /** The instant at which the process's clock stands while its code is loaded; undefined: the machine's clock. */
  clockMs: number | undefined;
}

/**
 * The environment of a function's process: the declaration's, and the names that Lambda sets. Nothing of this process's
 * own environment gets in: what works here works without the developer's shell.
 */
function processEnvironment(fn: LambdaFunction, setting: ProcessSetting): Record<string, string> {
  const region = fn.arn.split(":")[3] ?? "us-east-1";
  return {
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    PATH: "/usr/local/bin:/usr/bin:/bin",
    // Otherwise the SDK would read the developer's ~/.aws, and Node the packages of a home folder.
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
    AWS_ACCESS_KEY_ID: setting.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: setting.credentials.secretAccessKey,
    AWS_SESSION_TOKEN: setting.credentials.sessionToken,
    AWS_LAMBDA_RUNTIME_API: setting.runtimeApi,
    LAMBDA_TASK_ROOT: setting.codeFolder,
    LAMBDA_RUNTIME_DIR: runtimeFolder,
  };
}

/** The SDK warns if the machine's Node is older than the function's; deployed, it has no reason to. */
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
function processArguments(fn: LambdaFunction, setting: ProcessSetting): string[] {
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

/** The instant at which functions' clocks stand; undefined while they follow the machine's. */
export function simulatedMs(clock: Clock): number | undefined {
  return clock.shifted ? clock.now().getTime() : undefined;
}

const signalWords: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL: "killed",
  SIGABRT: "aborted",
  SIGTERM: "terminated",
};

function exitOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      if (signal !== null) resolve(`Runtime exited with error: signal: ${signalWords[signal] ?? signal}`);
      else if (code === 0) resolve("Runtime exited without providing a reason");
      else resolve(`Runtime exited with error: exit status ${code}`);
    });
  });
}

/** Starts a process; throws one line if the system has no file handle, process or memory left for it. */
async function spawnNode(fn: LambdaFunction, setting: ProcessSetting): Promise<ChildProcess & { pid: number }> {
  try {
    const child = spawn(process.execPath, processArguments(fn, setting), {
      cwd: setting.codeFolder,
      env: processEnvironment(fn, setting),
      stdio: ["ignore", "pipe", "pipe"],
      // A process group of its own: Ctrl-C is the program's to handle, and what the function starts ends with it.
      detached: true,
    });
    if (child.pid === undefined) throw (await once(child, "error"))[0];
    return child as ChildProcess & { pid: number };
  } catch (error) {
    throw diskError(error, `function ${fn.name}: no process can be started`);
  }
}

/**
 * Starts a process of a function.
 * @param codeFolder the unpacked archive
 * @throws one line if Lambda may not assume the function's role, or the system can start no process or listen on no port
 */
export async function startProcess(
  fn: LambdaFunction,
  codeFolder: string,
  logStream: string,
  log: LogStream,
  deps: ProcessDeps,
): Promise<RuntimeProcess> {
  const credentials = deps.iam.assume(fn.roleArn, "lambda.amazonaws.com", { session: fn.name });
  const homeFolder = deps.scratch.folder(`home-${randomUUID()}`);
  await mkdir(homeFolder);
  const api = await listenRuntimeApi();
  const child = await spawnNode(fn, {
    codeFolder,
    sdkFolder: deps.scratch.sdkFolder,
    homeFolder,
    credentials,
    endpoints: deps.endpoints,
    runtimeApi: api.address,
    logStream,
    clockMs: simulatedMs(deps.clock),
  }).catch(async (error) => {
    await api.close();
    throw error;
  });
  const { pid } = child;
  deps.guard.watch(pid);
  const output = readOutput([child.stdout!, child.stderr!], log.write);
  let alive = true;
  const exited = exitOf(child);
  const ended = exited.then(async () => {
    alive = false;
    // What the function started does not outlive it, as in Lambda's sandbox.
    killGroup(pid);
    deps.guard.forget(pid);
    await api.close();
  });
  return {
    pid,
    get alive() {
      return alive;
    },
    api,
    output,
    exited,
    kill: async () => {
      if (alive) killGroup(pid);
      await ended;
    },
  };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing of it runs any more.
  }
}
