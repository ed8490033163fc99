import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

/** What a process prints, line by line, and where the output of an invocation ends. */
export interface OutputReader {
  /** Resolves when all that was printed up to the request's end has been given out, or nothing more can come. */
  endOf(requestId: string): Promise<void>;
  /** Resolves when nothing more can come. */
  closed: Promise<void>;
}

/** What the bootstrap puts before the request id; no text that people print holds it. */
const endMark = "\u0000end ";

/** Gives out a stream's lines; resolves at its end. */
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

/** Reads a process's streams. The bootstrap writes a mark into each of them after every invocation; marks are not lines. */
export function readOutput(streams: readonly Readable[], onLine: (line: string) => void): OutputReader {
  /** Marks seen by request; invocations come one at a time, so it never holds more than the last one. */
  const seen = new Map<string, number>();
  let onSeen: () => void = () => {};

  function take(line: string): void {
    const at = line.lastIndexOf(endMark);
    // A mark follows directly on output whose last line has no end.
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
