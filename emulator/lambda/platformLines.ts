import type { LambdaFunction } from "./functions";

/** What the report of an invocation says. */
export interface InvocationReport {
  requestId: string;
  durationMs: number;
  /** How long loading the function took, where this invocation started the process. */
  initMs: number | undefined;
  /** 0 where the process could not tell any more. */
  maxMemoryMiB: number;
  status: "success" | "error" | "timeout";
  /** Where the status is not success. */
  errorType: string | undefined;
}

function event(time: Date, type: string, record: object): string {
  return JSON.stringify({ time: time.toISOString(), type, record });
}

/** The line with which an invocation begins. */
export function startLine(fn: LambdaFunction, requestId: string, time: Date): string {
  if (fn.logFormat === "JSON") return event(time, "platform.start", { requestId, version: "$LATEST" });
  return `START RequestId: ${requestId} Version: $LATEST`;
}

function textReport(fn: LambdaFunction, report: InvocationReport): string {
  const billedMs = Math.ceil(report.durationMs + (report.initMs ?? 0));
  const parts = [
    `REPORT RequestId: ${report.requestId}`,
    `Duration: ${report.durationMs.toFixed(2)} ms`,
    `Billed Duration: ${billedMs} ms`,
    `Memory Size: ${fn.memoryMiB} MB`,
    `Max Memory Used: ${report.maxMemoryMiB} MB`,
    ...(report.initMs === undefined ? [] : [`Init Duration: ${report.initMs.toFixed(2)} ms`]),
    ...(report.status === "success" ? [] : [`Status: ${report.status}`]),
    ...(report.status === "error" && report.errorType !== undefined ? [`Error Type: ${report.errorType}`] : []),
  ];
  return `${parts.join("\t")}\t`;
}

/** The lines with which an invocation ends. */
export function endLines(fn: LambdaFunction, report: InvocationReport, time: Date): string[] {
  const { requestId, durationMs, initMs, maxMemoryMiB, status, errorType } = report;
  if (fn.logFormat === "JSON") {
    const metrics = {
      durationMs: Number(durationMs.toFixed(3)),
      billedDurationMs: Math.ceil(durationMs + (initMs ?? 0)),
      memorySizeMB: fn.memoryMiB,
      maxMemoryUsedMB: maxMemoryMiB,
      ...(initMs === undefined ? {} : { initDurationMs: Number(initMs.toFixed(3)) }),
    };
    return [event(time, "platform.report", { requestId, metrics, status, ...(errorType ? { errorType } : {}) })];
  }
  return [`END RequestId: ${requestId}`, textReport(fn, report)];
}
