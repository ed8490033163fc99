import type { ChildProcess } from "node:child_process";

/** One event for a function's process. */
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

/** What the process reported for an event. */
export interface Reported {
  outcome: "response" | "error";
  /** JSON text: the result, or the error. */
  body: string;
  /** The process's peak resident memory so far, in KiB. */
  peakMemoryKib: number;
  /** Whether the process cannot take another event, as after an uncaught error. */
  processEnds: boolean;
}

/** The connection with a function's process: events go in, reports come out. In Lambda, it is the runtime API. */
export interface Channel {
  /** Resolves when the process waits for its first event; with an error (JSON) if loading failed, else with undefined. */
  initialised: Promise<string | undefined>;
  /** Gives the process one event and resolves with its report. One at a time. */
  handOut(event: HandedOut): Promise<Reported>;
}

/** Opens the channel of a process that was started with one. The process ends itself when this program has ended. */
export function openChannel(child: ChildProcess): Channel {
  let report: (reported: Reported) => void = () => {};
  const initialised = new Promise<string | undefined>((resolve) => {
    child.on("message", (message: Reported | { initError?: string }) => {
      if ("outcome" in message) report(message);
      else resolve(message.initError);
    });
  });
  return {
    initialised,
    handOut: (event) =>
      new Promise((resolve) => {
        report = resolve;
        // A process that has ended takes no event. Its end is handled by `exited`.
        child.send(event, () => {});
      }),
  };
}
