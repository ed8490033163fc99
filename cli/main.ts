import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline/promises";
import { buffer } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { nearest } from "../components/arguments/nearest";
import { packageVersion } from "../components/packageVersion";
import { diskError } from "../emulator/files";
import {
  type Call,
  type Command,
  commandNames,
  everyOption,
  loadCommand,
  optionName,
  type Terminal,
  wrongUse,
} from "./command";
import { helpOf } from "./help";
import { createProgress, messageText, pageWidth } from "./progress";
import { handleSignals } from "./stopping";

function overview(): string {
  const lines = commandNames.map((name) => `  ${name.padEnd(11)} ${loadCommand(name).summary}`);
  return `playlake keeps the history of Spotify playlists and answers SQL over it.

Usage: playlake [COMMAND] [OPTIONS]      (no command: run)

${lines.join("\n")}

  playlake COMMAND --help   the options of a command, with examples
  playlake version

Exit codes: 0 done, 1 it failed, 2 wrong use, 130 stopped by Ctrl-C, 143 by
SIGTERM.
`;
}

/** @throws wrong use if there is no such command */
function load(name: string): Command {
  if (commandNames.includes(name)) return loadCommand(name);
  const close = nearest(name, commandNames);
  const hint = close === undefined ? `commands: ${commandNames.join(", ")}` : `did you mean ${close}?`;
  throw wrongUse(`"${name}" is not a command; ${hint}`);
}

/** The command that the words name: the first word if it is a command, else `run`. */
function pick(words: readonly string[]): { command: Command; name: string | undefined; rest: readonly string[] } {
  const [first, ...rest] = words;
  if (first === "help") return pick([...rest, "--help"]);
  if (first === "version" && rest.length === 0) return pick(["--version"]);
  if (first === undefined || first.startsWith("-")) {
    const command = load("run");
    refuseLaterCommand(command, words);
    return { command, name: undefined, rest: words };
  }
  return { command: load(first), name: first, rest };
}

/** @throws wrong use if a command follows options; the value of an option of `run` is not one */
function refuseLaterCommand(run: Command, words: readonly string[]): void {
  const { values, positionals } = parseArgs({
    args: [...words],
    options: optionsOf(run),
    allowPositionals: true,
    strict: false,
  });
  const name = positionals.find((word) => commandNames.includes(word));
  if (name === undefined || values.help || values.version) return;
  const others = words
    .filter((_, i) => i !== words.indexOf(name))
    .map((word) => (/^[\w./:=-]+$/.test(word) ? word : `'${word}'`));
  throw wrongUse(`the command comes first: playlake ${[name, ...others].join(" ")}`);
}

function optionsOf(command: Command) {
  const options = Object.keys(command.options).map((typed) => {
    const name = optionName(typed);
    return [name, { type: typed === name ? "boolean" : "string", multiple: typed.endsWith("...") }] as const;
  });
  return { ...Object.fromEntries(options), ...everyOption };
}

/** A word such as "-- a remark" is SQL that begins with a comment. A line break before it keeps it from being an option. */
function asPositional(word: string): string {
  return /^--\s/.test(word) ? `\n${word}` : word;
}

function parse(command: Command, words: readonly string[]): Omit<Call, "command" | "terminal" | "progress"> {
  try {
    const { values, positionals } = parseArgs({
      args: words.map(asPositional),
      options: optionsOf(command),
      allowPositionals: true,
    });
    // Each option is read by its kind.
    const given = values as Record<string, never>;
    return { is: given, text: given, texts: given, positionals };
  } catch (error) {
    const { message } = error as Error;
    const [, unknown] = /^Unknown option '(-+[^']*)'/.exec(message) ?? [];
    // parseArgs explains at length how a dash may be escaped; its first sentence says what is wrong.
    if (unknown === undefined) throw wrongUse(message.split(/\. |\n/)[0] ?? "wrong options");
    const names = Object.keys(command.options).map(optionName);
    const close = nearest(unknown.replace(/^-+/, ""), names);
    throw wrongUse(`there is no option ${unknown}${close === undefined ? "" : `; did you mean --${close}?`}`);
  }
}

/** Without a command, in a folder that holds no project and no lake. */
const emptyFolder =
  'this folder is empty; "npx playlake init" writes a project into it, "npx playlake run" runs with sample playlists';

/** Runs one command line and returns its exit code. */
export async function execute(words: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const { command, name, rest } = pick(words);
    const given = parse(command, rest);
    if (given.is.version) terminal.out(`${packageVersion()}\n`);
    else if (words.length === 0 && (require("./init") as typeof import("./init")).isEmpty(terminal.home))
      throw wrongUse(emptyFolder);
    else if (given.is.help) terminal.out(`${name === undefined ? `${overview()}\n` : ""}${helpOf(command)}`);
    else {
      const progress = createProgress(terminal, given.is.quiet === true);
      await command.run({ command: name ?? "run", ...given, terminal, progress });
    }
    return 0;
  } catch (error) {
    return report(error, words[0] ?? "", terminal);
  }
}

function report(error: unknown, name: string, terminal: Terminal): number {
  const { code, stack, syscall, path: file } = error as NodeJS.ErrnoException;
  // An error with a system call is Node's own.
  const { message } = (syscall === undefined ? error : diskError(error, file ?? syscall)) as { message?: string };
  const isWrongUse = code === "WRONG_USE";
  terminal.err(`${messageText(`playlake: ${message ?? String(error)}`, terminal.errColumns)}\n`);
  if (isWrongUse) terminal.err(`See playlake ${commandNames.includes(name) ? `${name} ` : ""}--help.\n`);
  else if (terminal.env.DEBUG) terminal.err(`${stack}\n`);
  return isWrongUse ? 2 : 1;
}

/** Asks on standard error, so that standard output holds only the result. */
async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // Readline intercepts Ctrl-C.
  lines.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

/** Shows a text in a pager. Returns false if the text fits the screen or the pager cannot be started. */
async function page(text: string, pager: string | undefined, screenLines: number): Promise<boolean> {
  if (!pager || text.split("\n").length <= screenLines) return false;
  // Keys are the pager's, Ctrl-C among them. If this process ended first, the shell would read them, too.
  const ignore = () => undefined;
  process.on("SIGINT", ignore);
  const isReading = process.stdin.readableFlowing === true;
  if (isReading) process.stdin.pause();
  // As Git does: less shows colours, and leaves the text on the screen.
  const env = { LESS: "FRX", ...process.env };
  const child = spawn(pager, { shell: true, env, stdio: ["pipe", "inherit", "inherit"] });
  // The reader may leave before the end.
  child.stdin.on("error", () => undefined);
  child.stdin.end(text);
  const [exitCode] = await once(child, "close");
  process.off("SIGINT", ignore);
  if (isReading) process.stdin.resume();
  // The shell's code for a command that does not exist.
  return exitCode !== 127;
}

/** The command line of a run: the checkout's script, or the installed package's command. */
function startCommand(options: string): string {
  const isCheckout = existsSync(path.join(__dirname, "main.ts"));
  if (!isCheckout) return options === "" ? "npx playlake" : `npx playlake ${options}`;
  return options === "" ? "npm start" : `npm start -- ${options}`;
}

/** A stream's width; undefined if it is not a terminal. */
function widthOf({ isTTY, columns }: NodeJS.WriteStream): number | undefined {
  if (!isTTY) return undefined;
  // A terminal that does not report its width has 0 columns.
  return columns > 0 ? columns : pageWidth;
}

/** The entry of the command: the process's own terminal, and its exit code. */
export function main(words: readonly string[]): void {
  const { env, stdin, stdout, stderr } = process;
  stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
    // A reader that went away (`| head`) is not a failure.
    if (code === "EPIPE") process.exit(0);
    writeSync(2, `playlake: the output cannot be written: ${message}\n`);
    process.exit(1);
  });
  const isInteractive = stderr.isTTY === true && env.NO_COLOR === undefined && env.TERM !== "dumb";
  let isLoading = stderr.isTTY === true && stdout.isTTY === true && env.TERM !== "dumb";
  /** Clears the line that bin/playlake.js showed. */
  const clear = () => {
    if (isLoading) stderr.write("\x1b[2K");
    isLoading = false;
  };
  // On a terminal the current step's line is still open.
  const { onStop, isStopping } = handleSignals((line) =>
    stderr.write(`${isInteractive ? "\n" : ""}playlake: ${line}\n`),
  );
  const printer = (stream: NodeJS.WriteStream) => (text: string) => {
    if (isStopping()) return;
    clear();
    stream.write(text);
  };
  const pageOn = (text: string) => {
    clear();
    return page(text, env.PAGER, stdout.rows);
  };
  const terminal: Terminal = {
    out: printer(stdout),
    err: printer(stderr),
    readInput: () => buffer(stdin),
    ...(stdin.isTTY === true && stderr.isTTY === true ? { ask } : {}),
    ...(stdin.isTTY === true && stdout.isTTY === true ? { prompt: { input: stdin, output: stdout } } : {}),
    ...(stdout.isTTY === true ? { page: pageOn } : {}),
    isInteractive,
    columns: widthOf(stdout),
    errColumns: widthOf(stderr),
    onStop,
    start: (options = "") => startCommand(options),
    // npm runs scripts in the package's folder, but the user's paths are relative to their own.
    directory: env.npm_lifecycle_event === "start" ? (env.INIT_CWD ?? process.cwd()) : process.cwd(),
    home: process.cwd(),
    env,
  };
  execute(words, terminal).then((exitCode) => {
    clear();
    process.exitCode = exitCode;
  });
}
