import { randomUUID } from "node:crypto";
import type { LambdaFunction } from "./functions";
import { openLogStream } from "./logs";
import { type ProcessDeps, type RuntimeProcess, startProcess } from "./process";

export interface InvokeResult {
  /** The handler's result, or Lambda's description of the error if `functionError` is set. */
  payload: unknown;
  /** `Unhandled` if the function threw, timed out or exited; absent if it returned. */
  functionError?: "Unhandled";
}

export interface InvocationRequest {
  requestId: string;
  /** JSON text. */
  event: string;
}

interface Failure {
  errorType: string;
  errorMessage: string;
}

interface Ending {
  status: "success" | "error" | "timeout";
  /** The handler's result if the status is `success`, otherwise a {@link Failure}. */
  payload: unknown;
  /** Peak resident memory; 0 if the process has ended. */
  memoryKib: number;
  isUsable: boolean;
}

/** How long to wait for the end of output if another process holds the streams open. */
const outputLimitMs = 1000;

/** Waits for `promise`, at most `limitMs` milliseconds; undefined if it took longer. */
function within<T>(promise: Promise<T>, limitMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, limitMs, undefined);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function timeoutText(fn: LambdaFunction): string {
  return `Task timed out after ${fn.timeoutSeconds.toFixed(2)} seconds`;
}

/** Lambda's last line of an invocation. `initMs` is undefined unless this invocation started the process. */
function reportLine(
  fn: LambdaFunction,
  requestId: string,
  { status, payload, memoryKib }: Ending,
  durationMs: number,
  initMs: number | undefined,
): string {
  const parts = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(durationMs + (initMs ?? 0))} ms`,
    `Memory Size: ${fn.memoryMiB} MB`,
    `Max Memory Used: ${Math.ceil(memoryKib / 1024)} MB`,
    ...(initMs === undefined ? [] : [`Init Duration: ${initMs.toFixed(2)} ms`]),
    ...(status === "success" ? [] : [`Status: ${status}`]),
    ...(status === "error" ? [`Error Type: ${(payload as Failure).errorType}`] : []),
  ];
  return `${parts.join("\t")}\t`;
}

/** Waits for the function's result, its end or its time limit, whichever comes first. */
async function runOnce(
  fn: LambdaFunction,
  child: RuntimeProcess,
  { requestId, event }: InvocationRequest,
  clockMs: number | undefined,
): Promise<Ending> {
  const limitMs = fn.timeoutSeconds * 1000;
  const handedOut = { requestId, event, functionArn: fn.arn, deadlineMs: Date.now() + limitMs, clockMs };
  const ended = (status: "error" | "timeout", errorType: string, text: string): Ending => {
    const payload: Failure = { errorType, errorMessage: `RequestId: ${requestId} Error: ${text}` };
    return { status, payload, memoryKib: 0, isUsable: false };
  };
  const work = child.initialised.then(async (initError): Promise<Ending> => {
    if (initError !== undefined) {
      return { status: "error", payload: JSON.parse(initError), memoryKib: 0, isUsable: false };
    }
    const { outcome, body, peakMemoryKib: memoryKib, processEnds } = await child.handOut(handedOut);
    const status = outcome === "error" ? "error" : "success";
    return { status, payload: JSON.parse(body), memoryKib, isUsable: !processEnds };
  });
  const exit = child.exited.then((how) => ended("error", "Runtime.ExitError", how));
  const ending = await within(Promise.race([work, exit]), limitMs);
  return ending ?? ended("timeout", "Sandbox.Timedout", timeoutText(fn));
}

export type Environment = Awaited<ReturnType<typeof startEnvironment>>;

/**
 * Starts an execution environment of a function: a process, kept for many invocations, one at a time.
 * @param codeFolder the unpacked archive
 * @throws as `startProcess` does
 */
export async function startEnvironment(fn: LambdaFunction, codeFolder: string, deps: ProcessDeps) {
  const { clock } = deps;
  const day = clock.now().toISOString().slice(0, 10).replace(/-/g, "/");
  const logStream = `${day}/[$LATEST]${randomUUID().replace(/-/g, "")}`;
  const log = openLogStream(fn, logStream, deps.logs);
  const child = await startProcess(fn, codeFolder, logStream, log, deps).catch((error) => {
    log.close();
    throw error;
  });
  let usable = true;
  const initStartedAt = performance.now();
  /** Resolves with how long loading took, at most the function's timeout; undefined after an invocation has reported it. */
  let initialised: Promise<number> | undefined = within(
    Promise.race([child.initialised, child.exited]),
    fn.timeoutSeconds * 1000,
  ).then(() => performance.now() - initStartedAt);

  /** An error in the function is a result. Throws one line if the machine cannot run the function or store its log. */
  async function invoke(request: InvocationRequest): Promise<InvokeResult> {
    const { requestId } = request;
    const initMs = await initialised;
    initialised = undefined;
    log.write(`START RequestId: ${requestId} Version: $LATEST`);
    const startedAt = performance.now();
    const ending = await runOnce(fn, child, request, clock.fixedMs);
    const durationMs = ending.status === "timeout" ? fn.timeoutSeconds * 1000 : performance.now() - startedAt;
    usable = ending.isUsable;
    if (!usable) await child.kill();
    await within(child.output.ended(), outputLimitMs);
    if (ending.status === "timeout") log.write(`${clock.now().toISOString()} ${requestId} ${timeoutText(fn)}`);
    log.write(`END RequestId: ${requestId}`);
    log.write(reportLine(fn, requestId, ending, durationMs, initMs));
    if (log.problem !== undefined) throw log.problem;
    const { status, payload } = ending;
    return status === "success" ? { payload } : { payload, functionError: "Unhandled" };
  }

  return {
    pid: child.pid,
    /** False once the process cannot take another invocation, or its log cannot be stored. */
    get usable(): boolean {
      return usable && child.alive && log.problem === undefined;
    },
    invoke,
    close: async (): Promise<void> => {
      usable = false;
      await child.kill();
      await within(child.output.closed, outputLimitMs);
      log.close();
    },
  };
}
