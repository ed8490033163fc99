import { closeSync, openSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { localArn } from "../awsOutputs";
import { diskError, makeFolder } from "../files";
import type { Iam, Principal } from "../iam";
import { ofType, type Registered } from "../resources";
import type { LambdaFunction } from "./functions";

export interface LogLine {
  functionName: string;
  logGroup: string;
  logStream: string;
  line: string;
}

export interface LogOptions {
  resources: readonly Registered[];
  iam: Iam;
  /** Log groups become folders below it. */
  logsFolder: string;
  onLog: (line: LogLine) => void;
}

/** As in Lambda, lines that the function's role may not write are not stored, and the function runs on. */
function mayWrite(fn: LambdaFunction, stream: string, { resources, iam }: LogOptions): boolean {
  const group = localArn("logs", `log-group:${fn.logGroup}`);
  const groups = ofType(resources, "aws:cloudwatch/logGroup:LogGroup").map(({ outputs }) => outputs.name);
  const principal: Principal = { kind: "role", arn: fn.roleArn, session: fn.name };
  const hasGroup = groups.includes(fn.logGroup) || iam.allows(principal, "logs:CreateLogGroup", group);
  // Every call is asked for, so that every refusal is recorded.
  const allowed = ["CreateLogStream", "PutLogEvents"].map((call) =>
    iam.allows(principal, `logs:${call}`, `${group}:log-stream:${stream}`),
  );
  return hasGroup && allowed.every(Boolean);
}

function openFile(path: string): number {
  try {
    makeFolder(dirname(path));
    return openSync(path, "a");
  } catch (error) {
    throw diskError(error, path);
  }
}

export type LogStream = ReturnType<typeof openLogStream>;

/** Opens the log of a new process: a file if the role may write it, and always the run's `onLog`. */
export function openLogStream(fn: LambdaFunction, logStream: string, options: LogOptions) {
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
    write: (line: string): void => {
      store(line);
      options.onLog({ functionName: fn.name, logGroup: fn.logGroup, logStream, line });
    },
    /** The error, once a line could not be stored, such as on a full disk. */
    get problem(): unknown {
      return problem;
    },
    close,
  };
}

/** What the bootstrap writes at the end of an invocation's output. It does not occur in printed text. */
const endMark = "\u0000end";

/** Passes on a stream's lines; resolves at its end. */
function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  let rest = "";
  stream.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(onLine);
  });
  return new Promise((resolve) => {
    stream.once("close", () => {
      if (rest !== "") onLine(rest);
      resolve();
    });
  });
}

/**
 * Reads a process's streams line by line. The bootstrap writes a mark into each after every invocation. Marks are not lines.
 */
export function readOutput(streams: readonly Readable[], onLine: (line: string) => void) {
  /** Of the running invocation: there is one at a time. */
  let marks = 0;
  let onMark = () => {};

  function take(line: string): void {
    const isMarked = line.endsWith(endMark);
    // If the last line of output has no line end, the mark follows it directly.
    const printed = isMarked ? line.slice(0, -endMark.length) : line;
    if (!isMarked || printed !== "") onLine(printed);
    if (!isMarked) return;
    marks += 1;
    onMark();
  }

  const closed = Promise.all(streams.map((stream) => readLines(stream, take))).then(() => {});
  return {
    /** Resolves when no more output can come. */
    closed,
    /** Resolves when all output of the running invocation has been passed on, or no more can come. */
    ended: async (): Promise<void> => {
      const allSeen = new Promise<void>((resolve) => {
        onMark = () => {
          if (marks >= streams.length) resolve();
        };
        onMark();
      });
      await Promise.race([allSeen, closed]);
      marks = 0;
    },
  };
}
