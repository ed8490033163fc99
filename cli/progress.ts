import type { Progress } from "../lake";
import type { Terminal } from "./command";

const labelWidth = 12;
const timeWidth = "  (10.0 s)".length;
/** The shortest time between a step's reports if lines cannot be overwritten. */
const tellEveryMs = 10_000;

/** Progress on standard error. A terminal shows the current step; otherwise each step is shown when it ends. */
export function createProgress(terminal: Terminal, isQuiet: boolean): Progress {
  const show = (text: string) => {
    if (!isQuiet) terminal.err(text);
  };
  const rewind = terminal.isInteractive ? "\r\x1b[2K" : "";
  const lines = (label: string, text: string) => labelled(`  ${label}`, text, labelWidth + 3, pageWidth - timeWidth);
  const end = (label: string, text: string, time = "") => show(`${rewind}${lines(label, text).trimEnd()}${time}\n`);
  return {
    async step(label, work, describe) {
      const startedMs = performance.now();
      let toldMs = startedMs;
      const tell = (text: string) => {
        if (terminal.isInteractive) show(`${rewind}  ${label.padEnd(labelWidth)} ${text} …`);
        else if (performance.now() - toldMs >= tellEveryMs) {
          toldMs = performance.now();
          show(`  ${label.padEnd(labelWidth)} ${text} …\n`);
        }
      };
      if (terminal.isInteractive) show(`  ${label.padEnd(labelWidth)} …`);
      try {
        const result = await work(tell);
        end(label, describe(result), `  (${((performance.now() - startedMs) / 1000).toFixed(1)} s)`);
        return result;
      } catch (error) {
        end(label, "failed");
        throw error;
      }
    },
    note: (text, label = "") => show(lines(label, text)),
    warn: (message) => warn(message, terminal),
  };
}

/** Prints a line that matters to the reader. */
export function warn(message: string, terminal: Pick<Terminal, "err" | "isInteractive" | "errColumns">): void {
  const shown = messageText(`! ${message}`, terminal.errColumns);
  terminal.err(terminal.isInteractive ? `\x1b[33m${shown}\x1b[0m\n` : `${shown}\n`);
}

/**
 * A message whose lines are wrapped to a terminal's width, except for the text of a statement with a caret below, and for
 * a command to copy, which gets a separate line.
 * @param columns undefined for a file or pipe, whose reader takes a line for a message
 */
export function messageText(message: string, columns: number | undefined): string {
  if (columns === undefined || /^\s*\^\s*$/m.test(message)) return message;
  const lines = message.split("\n").flatMap((line) => {
    if (line.length <= columns) return line;
    const [indent = ""] = /^ */.exec(line) ?? [];
    const [, before, command] = /^(.*; run:) (.+)$/.exec(line) ?? [];
    if (before !== undefined) return [messageText(before, columns), `${indent}  ${command}`];
    return wrapped(line.slice(indent.length), columns, indent, `${indent}  `);
  });
  return lines.join("\n");
}

/** A width that fits every terminal. */
export const pageWidth = 80;

/** Wraps a text at spaces, to lines of at most `width` columns, with an indentation of the first and of the further ones. */
export function wrapped(text: string, width: number, indent = "", further = indent): string[] {
  const [first = "", ...words] = text.split(" ");
  const lines = [`${indent}${first}`];
  for (const word of words) {
    const longer = `${lines.at(-1)} ${word}`;
    if (longer.length > width) lines.push(`${further}${word}`);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

/** A text, wrapped, beside a label of `labelWidth` columns; ends with a line end. */
export function labelled(label: string, text: string, labelWidth: number, width = pageWidth): string {
  const lines = wrapped(text, width, " ".repeat(labelWidth)).join("\n");
  return `${label.padEnd(labelWidth - 1)} ${lines.slice(labelWidth)}\n`;
}
