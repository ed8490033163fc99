import { existsSync, statSync } from "node:fs";
import path from "node:path";
import type { Host, Progress } from "../lake";
import { wrongUse } from "../lake/errors";

export { wrongUse } from "../lake/errors";

/** The terminal that a command prints to and runs in. It is an argument so that tests can replace it. */
export interface Terminal extends Host {
  /** Writes the result to standard output, which may be a pipe. */
  readonly out: (text: string) => void;
  /** Writes progress and errors to standard error. */
  readonly err: (text: string) => void;
  /** Reads all of standard input. */
  readonly readInput: () => Promise<Buffer>;
  /** Asks a question on the terminal and returns the typed line. Absent without a terminal. */
  readonly ask?: (question: string) => Promise<string>;
  /** The terminal's own streams, for a prompt; absent unless both ends are a terminal. */
  readonly prompt?: { readonly input: NodeJS.ReadableStream; readonly output: NodeJS.WritableStream };
  /**
   * Shows a text in the user's pager. Returns false if the text fits the screen or there is no pager. Absent if standard
   * output is not a terminal.
   */
  readonly page?: (text: string) => Promise<boolean>;
  /** Whether standard error is a terminal that takes colours and rewritten lines. */
  readonly isInteractive: boolean;
  /** The width of standard output if it is a terminal; undefined for a file or a pipe. */
  readonly columns: number | undefined;
  /** The width of standard error if it is a terminal; undefined for a file or a pipe. */
  readonly errColumns: number | undefined;
}

/** One call of a command. Its options are records by name, one for each kind. */
export interface Call {
  readonly command: string;
  /** The switches. */
  readonly is: Readonly<Record<string, boolean | undefined>>;
  /** The options with one value. */
  readonly text: Readonly<Record<string, string | undefined>>;
  /** The options that can be given several times. */
  readonly texts: Readonly<Record<string, readonly string[] | undefined>>;
  readonly positionals: readonly string[];
  readonly terminal: Terminal;
  /** Shows nothing but warnings with `--quiet`. */
  readonly progress: Progress;
}

/** One command of `playlake`. */
export interface Command {
  readonly summary: string;
  /** How it is called; a line for each way. */
  readonly usage: string;
  /** What it does. An empty line ends a paragraph; an indented paragraph keeps its lines. */
  readonly about: string;
  /** What each option does, by how it is typed: `quiet`, `out DIR`, or `param VALUE ...` if it can be given several times. */
  readonly options: Readonly<Record<string, string>>;
  readonly examples: readonly string[];
  /** Runs the command. Throws an Error of one line if it fails, a `wrongUse` if it was called wrongly. */
  readonly run: (call: Call) => Promise<void>;
}

const history = ["list", "show", "log", "diff", "find", "duplicates"];

/** The commands in the order of the help. */
export const commandNames = [
  ...["init", "run", "login", "transform", "import"],
  ...history,
  ...["sql", "report", "digest", "export", "crawl", "restore"],
  ...["redrive", "replay", "forget", "doctor", "lakes", "completion"],
];

/** Loads a command by its name. Most commands need modules that no other command needs. */
export function loadCommand(name: string): Command {
  const loaded: { command: Command } | { commands: Record<string, Command> } = require(
    history.includes(name) ? "./history/commands" : `./${name}`,
  );
  return "command" in loaded ? loaded.command : loaded.commands[name]!;
}

/** The name of an option, of how it is typed: `out` of `out DIR`. */
export function optionName(typed: string): string {
  return typed.split(" ")[0] ?? "";
}

/** The options of every command, for parsing. */
export const everyOption = {
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
} as const;

/** The options of most commands. */
export const commonOptions = {
  quiet: "prints problems only",
  json: "prints the result as JSON",
} satisfies Command["options"];

/** The options that name a lake to query, local or in a stack. */
export const placeOptions = {
  "state DIR": "the lake in this state folder (default: that of the last run)",
  "stack NAME": stackOption("the lake of the deployed stack NAME, by Athena"),
} satisfies Command["options"];

/** The options of every command that queries a lake. */
export const lakeOptions = { ...placeOptions, ...commonOptions };

/** The options of every command that works with a lake's pipeline and its settings. */
export const pipelineOptions = {
  "state DIR": placeOptions["state DIR"],
  "config KEY=VALUE ...": "a setting of the stack, as run takes it",
  "stack NAME": stackOption("the lake of the deployed stack NAME"),
  ...commonOptions,
} satisfies Command["options"];

/** @param says what a command does with the stack NAME */
export function stackOption(says: string): string {
  return `${says}. Needs AWS credentials and Pulumi's CLI`;
}

/** @throws wrong use if a command that takes no arguments gets one */
export function refuseWords({ command, positionals: [word] }: Call): void {
  if (word !== undefined) throw wrongUse(`${command}: "${word}" is not expected here`);
}

/** Prints a result with `--json` as JSON, else as text, unless `--quiet` is given. */
export function printResult(result: unknown, asText: string, { is, terminal }: Pick<Call, "is" | "terminal">): void {
  if (is.json) terminal.out(`${JSON.stringify(result, null, 2)}\n`);
  else if (!is.quiet) terminal.out(asText);
}

/** Prints a result, on a terminal through the user's pager if it is long. */
export async function showText(shown: string, { page, out }: Terminal): Promise<void> {
  if ((await page?.(shown)) !== true) out(shown);
}

/** The state folder that `--state` names; undefined if it is not given. @throws wrong use if it is a file or below one */
export function statePath({ text, terminal }: Call): string | undefined {
  if (text.state === undefined) return undefined;
  const folder = path.resolve(terminal.directory, text.state);
  let existing = folder;
  while (!existsSync(existing)) existing = path.dirname(existing);
  if (statSync(existing).isFile()) {
    throw wrongUse(`--state: ${existing} is a file; give the folder of a lake, which playlake lakes lists`);
  }
  return folder;
}

/** Reads `catalog=inferred` like Pulumi's config: a key belongs to the project unless it names another. */
export function readConfig(settings: readonly string[], project: string): Record<string, string> {
  const config: Record<string, string> = {};
  for (const setting of settings) {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
    if (key === undefined || value === undefined) {
      throw wrongUse(`--config: got "${setting}", expected KEY=VALUE such as catalog=inferred`);
    }
    if (/\[\d+\]$/.test(key)) {
      const whole = `${key.replace(/\[\d+\]$/, "")}=${JSON.stringify([value])}`;
      throw wrongUse(`--config: got "${setting}"; give all values of a list at once: --config '${whole}'`);
    }
    config[key.includes(":") ? key : `${project}:${key}`] = value;
  }
  return config;
}
