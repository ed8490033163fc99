import { randomUUID } from "node:crypto";
import { type ChildDeps, type RuntimeChild, simulatedMs, startChild } from "./child";
import type { LambdaFunction } from "./functions";
import { openLogStream } from "./logs";
import { endLines, startLine } from "./platformLines";
import type { Reported } from "./runtimeApi";
import { within } from "./within";

/** What came of an invocation. */
export interface InvokeResult {
  /** The handler's result; where `functionError` is set, Lambda's description of the error. */
  payload: unknown;
  /** `Unhandled` where the function threw, was too slow or ended; absent where it returned. */
  functionError?: "Unhandled";
}

/** One invocation for a function's process. */
export interface InvocationRequest {
  requestId: string;
  /** JSON text. */
  event: string;
}

/** One execution environment: a process of a function, kept for many invocations, one at a time. */
export interface Environment {
  readonly pid: number;
  /** False once the process can't take another invocation. */
  readonly usable: boolean;
  /** Whatever goes wrong in the function is the result. Throws only where the process can't be started anew. */
  invoke(request: InvocationRequest): Promise<InvokeResult>;
  close(): Promise<void>;
}

/** How an invocation ended; `initError` where the code could not be loaded. */
type Ending =
  | { kind: "reported"; reported: Reported }
  | { kind: "initError"; body: string }
  | { kind: "exit"; how: string }
  | { kind: "timeout" };

/** Lambda's limit for loading a function's code, after which it starts anew, within the function's timeout. */
const initLimitMs = 10_000;
const maxResponseBytes = 6 * 1024 * 1024;
/** For the end of output whose streams something else holds open. */
const outputLimitMs = 1000;

interface Failure {
  errorType: string;
  errorMessage: string;
}

function failureOf(fn: LambdaFunction, requestId: string, ending: Ending): Failure | undefined {
  const about = `RequestId: ${requestId} Error: `;
  switch (ending.kind) {
    case "timeout":
      return { errorType: "Sandbox.Timedout", errorMessage: about + timeoutText(fn) };
    case "exit":
      return { errorType: "Runtime.ExitError", errorMessage: about + ending.how };
    case "initError":
      return JSON.parse(ending.body) as Failure;
    case "reported": {
      const { outcome, body } = ending.reported;
      if (outcome === "error") return JSON.parse(body) as Failure;
      if (Buffer.byteLength(body) <= maxResponseBytes) return undefined;
      const errorMessage = `Response payload size exceeded maximum allowed payload size (${maxResponseBytes} bytes).`;
      return { errorType: "Function.ResponseSizeTooLarge", errorMessage };
    }
  }
}

function timeoutText(fn: LambdaFunction): string {
  return `Task timed out after ${fn.timeoutSeconds.toFixed(2)} seconds`;
}

/** Waits for the function's result, its end or its time limit, whichever comes first. */
async function runOnce(
  fn: LambdaFunction,
  child: RuntimeChild,
  { requestId, event }: InvocationRequest,
  clockMs: number | undefined,
): Promise<Ending> {
  const limitMs = fn.timeoutSeconds * 1000;
  const handedOut = { requestId, event, functionArn: fn.arn, deadlineMs: Date.now() + limitMs, clockMs };
  const work = child.api.initialised.then(async (initError): Promise<Ending> => {
    if (initError !== undefined) return { kind: "initError", body: initError };
    return { kind: "reported", reported: await child.api.handOut(handedOut) };
  });
  const exit = child.exited.then((how): Ending => ({ kind: "exit", how }));
  return (await within(Promise.race([work, exit]), limitMs)) ?? { kind: "timeout" };
}

/**
 * Starts an execution environment of a function.
 * @param codeFolder the unpacked archive
 * @throws where Lambda may not assume the function's role, or the runtime API finds no port
 */
export async function startEnvironment(fn: LambdaFunction, codeFolder: string, deps: ChildDeps): Promise<Environment> {
  const { clock } = deps;
  const day = clock.now().toISOString().slice(0, 10).replace(/-/g, "/");
  const logStream = `${day}/[$LATEST]${randomUUID().replace(/-/g, "")}`;
  const log = openLogStream(fn, logStream, deps.logs);
  const start = () => startChild(fn, codeFolder, logStream, log, deps);
  let child = await start();
  let usable = true;
  /** How long loading took, until an invocation has reported it. */
  let initMs: number | undefined;

  async function initialise(): Promise<void> {
    const startedAt = performance.now();
    const inTime = await within(
      Promise.race([child.api.initialised, child.exited]).then(() => true),
      initLimitMs,
    );
    initMs = performance.now() - startedAt;
    if (inTime) return;
    log.write(`INIT_REPORT Init Duration: ${initMs.toFixed(2)} ms\tPhase: init\tStatus: timeout`);
    await child.kill();
    child = await start();
  }
  let initialised: Promise<void> | undefined = initialise();

  /** Sees to it that all that was printed is in the log, and that a process which is no use any more is gone. */
  async function settle(requestId: string, ending: Ending): Promise<void> {
    if (ending.kind !== "reported" || ending.reported.processEnds) {
      usable = false;
      await child.kill();
    }
    await within(child.output.endOf(requestId), outputLimitMs);
    if (ending.kind === "timeout") log.write(`${clock.now().toISOString()} ${requestId} ${timeoutText(fn)}`);
  }

  async function invoke(request: InvocationRequest): Promise<InvokeResult> {
    const { requestId } = request;
    await initialised;
    log.write(startLine(fn, requestId, clock.now()));
    const startedAt = performance.now();
    const ending = await runOnce(fn, child, request, simulatedMs(clock));
    const durationMs = performance.now() - startedAt;
    await settle(requestId, ending);
    const failure = failureOf(fn, requestId, ending);
    const report = {
      requestId,
      durationMs: ending.kind === "timeout" ? fn.timeoutSeconds * 1000 : durationMs,
      initMs: initialised === undefined ? undefined : initMs,
      maxMemoryMiB: ending.kind === "reported" ? Math.ceil(ending.reported.maxRssKib / 1024) : 0,
      status: failure === undefined ? "success" : ending.kind === "timeout" ? "timeout" : "error",
      errorType: failure?.errorType,
    } as const;
    initialised = undefined;
    for (const line of endLines(fn, report, clock.now())) log.write(line);
    if (failure !== undefined) return { payload: failure, functionError: "Unhandled" };
    return { payload: JSON.parse((ending as { reported: Reported }).reported.body) };
  }

  return {
    get pid() {
      return child.pid;
    },
    get usable() {
      return usable && child.alive;
    },
    invoke,
    close: async () => {
      usable = false;
      await child.kill();
      await within(child.output.closed, outputLimitMs);
      log.close();
    },
  };
}
