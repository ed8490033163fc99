import { closeSync, openSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
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
  onLog?: (line: LogLine) => void;
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
      options.onLog?.({ functionName: fn.name, logGroup: fn.logGroup, logStream, line });
    },
    /** The error, once a line could not be stored, such as on a full disk. */
    get problem(): unknown {
      return problem;
    },
    close,
  };
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

/**
 * Reads a process's streams line by line. The bootstrap writes a mark into each after every invocation. Marks are not lines.
 */
export function readOutput(streams: readonly Readable[], onLine: (line: string) => void) {
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
    /** Resolves when no more output can come. */
    closed,
    /** Resolves when all output up to the request's end has been passed on, or no more can come. */
    endOf: async (requestId: string): Promise<void> => {
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
