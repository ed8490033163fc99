import type { Terminal } from "./command";

/** A line a step, with what it did and how long it took. */
export interface Progress {
  /** Runs `work`; `describe` says in a few words what it did. A failure ends the line and is thrown on. */
  step<T>(label: string, work: () => Promise<T>, describe: (result: T) => string): Promise<T>;
  /** A line of its own that matters to the reader. */
  warn(message: string): void;
}

const labelWidth = 12;

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
      begin(label);
      try {
        const result = await work();
        end(label, `${describe(result)}  (${((performance.now() - startedMs) / 1000).toFixed(1)} s)`);
        return result;
      } catch (error) {
        end(label, "failed");
        throw error;
      }
    },
    warn: (message) => terminal.err(terminal.isInteractive ? `\x1b[33m! ${message}\x1b[0m\n` : `! ${message}\n`),
  };
}
