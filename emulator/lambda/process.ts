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
import { type LogOptions, type LogStream, readOutput } from "./logs";
import type { Scratch } from "./scratch";

/** The programs of a function's process: plain JavaScript that runs without a build. */
const runtimeFolder = join(__dirname, "runtime");

export interface ProcessDeps {
  iam: Iam;
  clock: Clock;
  /** The run's temporary folder, created by the first call. */
  scratch: () => Promise<Scratch>;
  guard: Guard;
  logs: LogOptions;
  /** Addresses of the local services by environment variable, such as AWS_ENDPOINT_URL_S3. */
  endpoints: Readonly<Record<string, string>>;
}

interface HandedOut {
  requestId: string;
  functionArn: string;
  /** JSON text. */
  event: string;
  /** In the machine's time, milliseconds since 1970. */
  deadlineMs: number;
  /** The instant at which the process's clock stands; undefined for the machine's clock. */
  clockMs: number | undefined;
}

interface Reported {
  outcome: "response" | "error";
  /** JSON text: the result, or the error. */
  body: string;
  /** The process's peak resident memory so far, in KiB. */
  peakMemoryKib: number;
  /** Whether the process cannot take another event, as after an uncaught error. */
  processEnds: boolean;
}

/**
 * The environment of a function's process: the declared variables and those that Lambda sets. It inherits nothing from this
 * process, so that no function depends on the developer's shell.
 * @param folders variables that name folders
 */
function processEnvironment(
  fn: LambdaFunction,
  folders: Record<string, string>,
  credentials: Credentials,
  deps: ProcessDeps,
) {
  const region = fn.arn.split(":")[3] ?? "us-east-1";
  return {
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    PATH: "/usr/local/bin:/usr/bin:/bin",
    ...folders,
    ...sdkWarning(fn),
    ...deps.endpoints,
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
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    LAMBDA_RUNTIME_DIR: runtimeFolder,
  };
}

/** Silences the SDK's warning if the machine's Node is older than the function's: it does not apply in AWS. */
function sdkWarning(fn: LambdaFunction): Record<string, string> {
  const runtimeMajor = Number(/\d+/.exec(fn.runtime)?.[0]);
  const isOlder = Number(process.versions.node.split(".")[0]) < runtimeMajor;
  return isOlder ? { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" } : {};
}

/** Node's arguments: Lambda's flags for the function's memory, the clock's preload, the runtime. */
function processArguments(fn: LambdaFunction, clock: Clock): string[] {
  const requireModule = "--no-experimental-require-module";
  // Lambda disables `require()` of ES modules unless the function's NODE_OPTIONS enable it.
  const isDeclared = fn.environment.NODE_OPTIONS?.includes("require-module") ?? false;
  return [
    ...(!isDeclared && process.allowedNodeEnvironmentFlags.has(requireModule) ? [requireModule] : []),
    `--max-old-space-size=${Math.floor(fn.memoryMiB * 0.9)}`,
    `--max-semi-space-size=${Math.floor(fn.memoryMiB * 0.05)}`,
    "--require",
    join(runtimeFolder, "clock.js"),
    join(runtimeFolder, "bootstrap.js"),
    String(clock.fixedMs ?? ""),
  ];
}

const signalWords: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL: "killed",
  SIGABRT: "aborted",
  SIGTERM: "terminated",
};

/** Lambda's text for how a process ended. */
async function exitOf(child: ChildProcess): Promise<string> {
  const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  if (code === 0) return "Runtime exited without providing a reason";
  return `Runtime exited with error: ${signal === null ? `exit status ${code}` : `signal: ${signalWords[signal] ?? signal}`}`;
}

/** Starts Node; throws the system's error if it is out of file handles, processes or memory. */
async function spawnNode(args: string[], cwd: string, env: Record<string, string>) {
  // A separate process group: only the program handles Ctrl-C, and everything that the function starts ends with it.
  const child = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "pipe", "pipe", "ipc"], detached: true });
  const { pid, stdout, stderr } = child;
  if (pid === undefined || stdout === null || stderr === null) throw (await once(child, "error"))[0];
  return { child, pid, streams: [stdout, stderr] };
}

export type RuntimeProcess = Awaited<ReturnType<typeof startProcess>>;

/**
 * Starts a process of a function.
 * @param codeFolder the unpacked archive
 * @throws one line if Lambda may not assume the function's role, or the system cannot start a process
 */
export async function startProcess(
  fn: LambdaFunction,
  codeFolder: string,
  logStream: string,
  log: LogStream,
  deps: ProcessDeps,
) {
  const credentials = deps.iam.assume(fn.roleArn, "lambda.amazonaws.com", { session: fn.name });
  const { folder, sdkFolder } = await deps.scratch();
  // Otherwise the SDK would read the developer's ~/.aws, and Node the packages of a home folder.
  const home = folder(`home-${randomUUID()}`);
  await mkdir(home);
  const folders = {
    HOME: home,
    TMPDIR: home,
    NODE_PATH: sdkFolder,
  };
  const environment = {
    ...processEnvironment(fn, folders, credentials, deps),
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    LAMBDA_TASK_ROOT: codeFolder,
  };
  const args = processArguments(fn, deps.clock);
  const { child, pid, streams } = await spawnNode(args, codeFolder, environment).catch((error) => {
    throw diskError(error, `function ${fn.name}: no process can be started`);
  });
  deps.guard.watch(pid);
  const output = readOutput(streams, log.write);
  let alive = true;
  const exited = exitOf(child);
  const ended = exited.then(() => {
    alive = false;
    // As in Lambda's sandbox, child processes do not outlive the function.
    killGroup(pid);
    deps.guard.forget(pid);
  });
  return {
    pid,
    get alive(): boolean {
      return alive;
    },
    /** Resolves when the process waits for its first event; with an error (JSON) if loading failed, else with undefined. */
    initialised: nextMessage<{ initError?: string }>(child).then(({ initError }) => initError),
    /** Gives the process one event and resolves with its report. One at a time. */
    handOut: (event: HandedOut): Promise<Reported> => {
      const reported = nextMessage<Reported>(child);
      // A process that has ended takes no event. Its end is handled by `exited`.
      child.send(event, () => {});
      return reported;
    },
    output,
    /** Resolves when the process has ended, with Lambda's text for how it ended. */
    exited,
    /** Ends the process and everything that it started; resolves when it is gone. */
    kill: async (): Promise<void> => {
      if (alive) killGroup(pid);
      await ended;
    },
  };
}

/** The next message from a process: events go in, reports come out, as by Lambda's runtime API. */
async function nextMessage<T>(child: ChildProcess): Promise<T> {
  const [message] = await once(child, "message");
  return message as T;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The whole group has ended.
  }
}
