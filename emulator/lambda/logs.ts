import { closeSync, openSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { diskError, makeFolder } from "../files";
import type { Iam, Principal } from "../iam";
import { ofType, type Registered } from "../resources";
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
  /** The error, once a line could not be stored, such as on a full disk. */
  readonly problem: unknown;
  close(): void;
}

/** The options of functions' logs. */
export interface LogOptions {
  resources: readonly Registered[];
  iam: Iam;
  /** Log groups become folders below it. */
  logsFolder: string;
  onLog?: (line: LogLine) => void;
}

/** As in Lambda, lines that the function's role may not write are not stored, and the function runs on. */
function mayWrite(fn: LambdaFunction, stream: string, { resources, iam }: LogOptions): boolean {
  const [, partition, , region, account] = fn.arn.split(":");
  const group = `arn:${partition}:logs:${region}:${account}:log-group:${fn.logGroup}`;
  const declared = ofType(resources, "aws:cloudwatch/logGroup:LogGroup").some(
    ({ outputs }) => outputs.name === fn.logGroup,
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
      // `iam` records the refusal.
      return false;
    }
  });
  return allowed.every(Boolean);
}

function openFile(path: string): number {
  try {
    makeFolder(dirname(path));
    return openSync(path, "a");
  } catch (error) {
    throw diskError(error, path);
  }
}

/** Opens the log of a new process: a file if the role may write it, and always the run's `onLog`. */
export function openLogStream(fn: LambdaFunction, logStream: string, options: LogOptions): LogStream {
  const path = join(options.logsFolder, fn.logGroup, `${logStream}.log`);
  let file: number | undefined;
  let problem: unknown;
  if (mayWrite(fn, logStream, options)) file = openFile(path);

  function close(): void {
    if (file !== undefined) closeSync(file);
    file = undefined;
  }

  /** Called as output arrives, when no caller could catch an error. The running invocation fails instead. */
  function store(line: string): void {
    if (file === undefined) return;
    try {
      writeSync(file, `${line}\n`);
    } catch (error) {
      problem = diskError(error, path);
      close();
    }
  }

  return {
    write: (line) => {
      store(line);
      options.onLog?.({ functionName: fn.name, logGroup: fn.logGroup, logStream, line });
    },
    get problem() {
      return problem;
    },
    close,
  };
}

/** Reads a process's output line by line, and finds the end of an invocation's output. */
export interface OutputReader {
  /** Resolves when all output up to the request's end has been passed on, or no more can come. */
  endOf(requestId: string): Promise<void>;
  /** Resolves when no more output can come. */
  closed: Promise<void>;
}

/** What the bootstrap writes before the request id. It does not occur in printed text. */
const endMark = "\u0000end ";

/** Passes on a stream's lines; resolves at its end. */
function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  stream.on("data", (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(onLine);
  });
  return new Promise((resolve) => {
    stream.once("close", () => {
      rest += decoder.end();
      if (rest !== "") onLine(rest);
      resolve();
    });
  });
}

/** Reads a process's streams. The bootstrap writes a mark into each after every invocation. Marks are not lines. */
export function readOutput(streams: readonly Readable[], onLine: (line: string) => void): OutputReader {
  /** Marks seen, by request. Invocations run one at a time, so it never holds more than the last one. */
  const seen = new Map<string, number>();
  let onSeen: () => void = () => {};

  function take(line: string): void {
    const at = line.lastIndexOf(endMark);
    // If the last line of output has no line end, the mark follows it directly.
    const printed = at < 0 ? line : line.slice(0, at);
    if (at !== 0) onLine(printed);
    if (at < 0) return;
    const requestId = line.slice(at + endMark.length);
    seen.set(requestId, (seen.get(requestId) ?? 0) + 1);
    onSeen();
  }

  const closed = Promise.all(streams.map((stream) => readLines(stream, take))).then(() => {});
  return {
    closed,
    endOf: async (requestId) => {
      const allSeen = new Promise<void>((resolve) => {
        onSeen = () => {
          if (seen.get(requestId) === streams.length) resolve();
        };
        onSeen();
      });
      await Promise.race([allSeen, closed]);
      seen.clear();
    },
  };
}
