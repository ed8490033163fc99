import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Iam, Principal } from "../iam";
import type { Registered } from "../resources";
import type { LambdaFunction } from "./functions";

/** One line of a function's log. */
export interface LogLine {
  functionName: string;
  logGroup: string;
  logStream: string;
  line: string;
}

/** The log of one process. */
export interface LogStream {
  write(line: string): void;
  close(): void;
}

/** Where functions' logs go. */
export interface LogOptions {
  resources: readonly Registered[];
  iam: Iam;
  /** Log groups become folders below it. */
  logsFolder: string;
  onLog?: (line: LogLine) => void;
}

/** CloudWatch Logs as Lambda uses it: what the function's role may not write is not kept, and the function runs on. */
function mayWrite(fn: LambdaFunction, stream: string, { resources, iam }: LogOptions): boolean {
  const [, partition, , region, account] = fn.arn.split(":");
  const group = `arn:${partition}:logs:${region}:${account}:log-group:${fn.logGroup}`;
  const declared = resources.some(
    ({ type, outputs, name }) =>
      type === "aws:cloudwatch/logGroup:LogGroup" && String(outputs.name ?? name) === fn.logGroup,
  );
  const streamArn = `${group}:log-stream:${stream}`;
  const calls: [action: string, resource: string][] = [
    ...(declared ? [] : ([["logs:CreateLogGroup", group]] as [string, string][])),
    ["logs:CreateLogStream", streamArn],
    ["logs:PutLogEvents", streamArn],
  ];
  const principal: Principal = { kind: "role", arn: fn.roleArn, session: fn.name };
  const allowed = calls.map(([action, resource]) => {
    try {
      iam.authorize(principal, action, resource);
      return true;
    } catch {
      // Recorded by `iam`.
      return false;
    }
  });
  return allowed.every(Boolean);
}

/** Opens the log of a new process: a file, if the role may write it, and the run's `onLog` in any case. */
export function openLogStream(fn: LambdaFunction, logStream: string, options: LogOptions): LogStream {
  let file: number | undefined;
  if (mayWrite(fn, logStream, options)) {
    const path = join(options.logsFolder, fn.logGroup, `${logStream}.log`);
    mkdirSync(dirname(path), { recursive: true });
    file = openSync(path, "a");
  }
  return {
    write: (line) => {
      if (file !== undefined) writeSync(file, `${line}\n`);
      options.onLog?.({ functionName: fn.name, logGroup: fn.logGroup, logStream, line });
    },
    close: () => {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}
