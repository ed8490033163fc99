import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { ReadStream } from "node:tty";
import { type LakeSql, replaceFile } from "../lake";
import { showText, type Terminal } from "./command";
import { askedValues } from "./queryValues";
import { completeSql, describeNames } from "./sqlNames";

const mostRemembered = 500;
const first = "sql> ";
const further = "  -> ";

const usage = `End a statement with ; and complete names with Tab.
Commands: .tables, .queries, .named NAME, .help, .exit
`;

/** Runs a statement with values for its question marks, and prints its answer. */
type Show = (sql: string, values?: readonly string[]) => Promise<void>;

/**
 * Asks for statements until the end of the input. A failed one prints its error, and the prompt goes on.
 */
export async function promptForSql(lake: LakeSql, show: Show, terminal: Terminal): Promise<void> {
  const { input, output } = terminal.prompt ?? {};
  if (input === undefined) return;
  const historyFile = path.join(terminal.home, ".playlake", "sql-history");
  const history = existsSync(historyFile) ? readFileSync(historyFile, "utf8").split("\n").filter(Boolean) : [];
  // Outside raw mode Ctrl-C is a signal, which works even while a table is being laid out.
  const setRawMode = (isRaw: boolean) => (input as Partial<ReadStream>).setRawMode?.(isRaw);
  const lines = createInterface({
    ...{ input, output, history, historySize: mostRemembered, removeHistoryDuplicates: true, prompt: first },
    completer: completeSql,
  });
  let statement = "";
  let isBusy = false;
  let isClosed = false;
  lines.on("close", () => {
    isClosed = true;
  });
  const ask = () => {
    if (isClosed) return;
    lines.setPrompt(statement === "" ? first : further);
    lines.prompt();
  };
  lines.on("history", (kept: string[]) => replaceFile(historyFile, kept.map((line) => `${line}\n`).join(""), 0o600));
  lines.on("SIGINT", () => {
    // The key was read before the mode changed.
    if (isBusy) process.kill(process.pid, "SIGINT");
    else if (statement + lines.line === "") lines.close();
    else {
      statement = "";
      terminal.err("\n");
      lines.write(null, { ctrl: true, name: "e" });
      lines.write(null, { ctrl: true, name: "u" });
      ask();
    }
  });
  const run = async (work: () => Promise<void>) => {
    isBusy = true;
    setRawMode(false);
    try {
      await work();
    } catch (error) {
      terminal.err(`${(error as Error).message}\n`);
    }
    isBusy = false;
    if (!isClosed) setRawMode(true);
  };
  const runCommand = async ([command, name, ...words]: readonly string[]) => {
    if (command === ".tables" || command === ".queries") {
      await showText(describeNames(command === ".tables" ? "tables" : "queries", terminal.columns), terminal);
    } else if (command === ".named" && name !== undefined) {
      const saved = await lake.namedQuery(name);
      const say = (remark: string) => terminal.err(`${remark}\n`);
      await show(saved, await askedValues(lake, name, saved, joined(words), say, ""));
    } else if (command === ".help") terminal.err(usage);
    else throw new Error(`${command} is not a command; there are .tables, .queries, .named NAME, .help and .exit`);
  };
  terminal.err(`${lake.title}, ${lake.engine}.\n${usage}`);
  ask();
  for await (const line of lines) {
    const words = statement === "" ? commandOf(line) : [];
    if (/^\.(exit|quit)$/.test(words[0] ?? "")) break;
    if (/^[.\\]/.test(words[0] ?? "")) await run(() => runCommand(words));
    else {
      statement = statement === "" ? line.trimStart() : `${statement}\n${line}`;
      if (/;\s*$/.test(statement)) {
        const whole = statement;
        statement = "";
        // Files can have changed since the last statement.
        lake.refresh?.();
        await run(() => show(whole));
      }
    }
    ask();
  }
  lines.close();
  terminal.err("\n");
}

/** The words of a line. Other prompts know `exit`, `quit` and `help` without a dot, which begin no statement. */
function commandOf(line: string): string[] {
  const [, bare] = /^(exit|quit|help)\s*;?$/i.exec(line.trim()) ?? [];
  return bare === undefined ? line.trim().split(/\s+/) : [`.${bare.toLowerCase()}`];
}

/** `words=golden hour` is one value, split at its space. */
function joined(words: readonly string[]): string[] {
  return words
    .join(" ")
    .split(/ (?=[a-z]+=)/)
    .filter(Boolean);
}
