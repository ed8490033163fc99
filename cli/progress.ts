import type { Progress } from "../lake";
import type { Terminal } from "./command";

const labelWidth = 12;
/** How often a step reports at most if nothing can be written over. */
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
      const tell = (text: string) => {
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
