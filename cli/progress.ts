import type { Terminal } from "./command";

/** Says how far a step is: on a terminal in its line, else in a line of its own now and then. */
export type Tell = (text: string) => void;

/** A line a step, with what it did and how long it took. */
export interface Progress {
  /** Runs `work`; `describe` says in a few words what it did. A failure ends the line and is thrown on. */
  step<T>(label: string, work: (tell: Tell) => Promise<T>, describe: (result: T) => string): Promise<T>;
  /** A line below a step's own. */
  note(text: string): void;
  /** A line of its own that matters to the reader. */
  warn(message: string): void;
}

const labelWidth = 12;
/** Where nothing can be written over, a step tells of itself this often at most. */
const tellEveryMs = 10_000;

/** Progress on standard error: the step under way is shown at once on a terminal, else each step when it is done. */
export function createProgress(terminal: Terminal, isQuiet: boolean): Progress {
  const show = (text: string) => {
    if (!isQuiet) terminal.err(text);
  };
  const begin = (label: string) => {
    if (terminal.isInteractive) show(`  ${label.padEnd(labelWidth)} …`);
  };
  const end = (label: string, text: string) => {
    const rewind = terminal.isInteractive ? "\r\x1b[2K" : "";
    show(`${rewind}  ${label.padEnd(labelWidth)} ${text}\n`);
  };
  return {
    async step(label, work, describe) {
      const startedMs = performance.now();
      let toldMs = startedMs;
      const tell: Tell = (text) => {
        if (terminal.isInteractive) show(`\r\x1b[2K  ${label.padEnd(labelWidth)} ${text} …`);
        else if (performance.now() - toldMs >= tellEveryMs) {
          toldMs = performance.now();
          show(`  ${label.padEnd(labelWidth)} ${text} …\n`);
        }
      };
      begin(label);
      try {
        const result = await work(tell);
        end(label, `${describe(result)}  (${((performance.now() - startedMs) / 1000).toFixed(1)} s)`);
        return result;
      } catch (error) {
        end(label, "failed");
        throw error;
      }
    },
    note: (text) => show(`  ${"".padEnd(labelWidth)} ${text}\n`),
    warn: (message) => terminal.err(terminal.isInteractive ? `\x1b[33m! ${message}\x1b[0m\n` : `! ${message}\n`),
  };
}
