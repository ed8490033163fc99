import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import type { Clock } from "../clock";
import type { Iam } from "../iam";
import type { LambdaFunction } from "./functions";
import type { Guard } from "./guard";
import type { LogOptions, LogStream } from "./logs";
import { type OutputReader, readOutput } from "./output";
import { processArguments, processEnvironment } from "./process";
import { listenRuntimeApi, type RuntimeApi } from "./runtimeApi";
import type { Scratch } from "./scratch";

/** What every process of a run needs. */
export interface ChildDeps {
  iam: Iam;
  clock: Clock;
  scratch: Scratch;
  guard: Guard;
  logs: LogOptions;
  /** Addresses of the local services by environment variable. */
  endpoints: Readonly<Record<string, string>>;
}

/** A running process of a function with the API that serves it. */
export interface RuntimeChild {
  pid: number;
  readonly alive: boolean;
  api: RuntimeApi;
  output: OutputReader;
  /** Resolves when the process has ended, with how it ended in Lambda's words. */
  exited: Promise<string>;
  /** Ends the process and what it started; resolves when it is gone. */
  kill(): Promise<void>;
}

const signalWords: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL: "killed",
  SIGABRT: "aborted",
  SIGTERM: "terminated",
};

function exitOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(`Runtime could not be started: ${error.message}`));
    child.once("exit", (code, signal) => {
      if (signal !== null) resolve(`Runtime exited with error: signal: ${signalWords[signal] ?? signal}`);
      else if (code === 0) resolve("Runtime exited without providing a reason");
      else resolve(`Runtime exited with error: exit status ${code}`);
    });
  });
}

/** The instant at which functions' clocks stand, or undefined while they go by the machine's. */
export function simulatedMs(clock: Clock): number | undefined {
  return clock.shifted ? clock.now().getTime() : undefined;
}

/**
 * Starts a process of a function.
 * @param codeFolder the unpacked archive
 * @throws where Lambda may not assume the function's role, or the runtime API finds no port
 */
export async function startChild(
  fn: LambdaFunction,
  codeFolder: string,
  logStream: string,
  log: LogStream,
  deps: ChildDeps,
): Promise<RuntimeChild> {
  const credentials = deps.iam.assume(fn.roleArn, "lambda.amazonaws.com", { session: fn.name });
  const homeFolder = deps.scratch.folder(`home-${randomUUID()}`);
  const [api] = await Promise.all([listenRuntimeApi(), mkdir(homeFolder)]);
  const setting = {
    codeFolder,
    sdkFolder: deps.scratch.sdkFolder,
    homeFolder,
    credentials,
    endpoints: deps.endpoints,
    runtimeApi: api.address,
    logStream,
    clockMs: simulatedMs(deps.clock),
  };
  const child = spawn(process.execPath, processArguments(fn, setting), {
    cwd: codeFolder,
    env: processEnvironment(fn, setting),
    stdio: ["ignore", "pipe", "pipe"],
    // A process group of its own: Ctrl-C is the program's to handle, and what the function starts ends with it.
    detached: true,
  });
  const output = readOutput([child.stdout, child.stderr], log.write);
  let alive = true;
  const exited = exitOf(child);
  const ended = exited.then(() => {
    alive = false;
    api.close();
    if (child.pid !== undefined) deps.guard.forget(child.pid);
  });
  if (child.pid !== undefined) deps.guard.watch(child.pid);
  return {
    pid: child.pid ?? -1,
    get alive() {
      return alive;
    },
    api,
    output,
    exited,
    kill: async () => {
      if (alive && child.pid !== undefined) killGroup(child.pid);
      await ended;
    },
  };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself in this moment.
  }
}
