import path from "node:path";
import type { ParseArgsConfig } from "node:util";
import { wrongUse } from "../lake/wrongUse";

export { wrongUse } from "../lake/wrongUse";

/** What a command prints and where it runs; given so that a test can stand in for the terminal. */
export interface Terminal {
  /** Writes the result, which may be piped on: standard output. */
  readonly out: (text: string) => void;
  /** Writes progress and errors: standard error. */
  readonly err: (text: string) => void;
  /** Reads all of standard input. */
  readonly readInput: () => Promise<string>;
  /** Asks a question on the terminal and gives the line that was typed; absent where there is none to ask on. */
  readonly ask?: (question: string) => Promise<string>;
  /** Whether standard error is a terminal that takes colours and rewritten lines. */
  readonly isInteractive: boolean;
  /** The width of standard output where it is a terminal; undefined where it is a file or a pipe. */
  readonly columns: number | undefined;
  /**
   * Has `clean` called where the user ends the command (Ctrl-C), the last one given first, before the process ends.
   * Gives a function that takes it back.
   */
  readonly onStop: (clean: () => unknown) => () => void;
  /** Where relative paths of the user start. */
  readonly directory: string;
  /** The folder that holds `.playlake`. */
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
}

export type OptionValues = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

/** One command of `playlake`. */
export interface Command {
  readonly summary: string;
  /** The lines of `playlake COMMAND --help`. */
  readonly help: string;
  readonly options: NonNullable<ParseArgsConfig["options"]>;
  /** Does the work. Throws an Error of one line where it failed, a `wrongUse` where it was called wrongly. */
  readonly run: (values: OptionValues, positionals: readonly string[], terminal: Terminal) => Promise<void>;
}

/** The options of every command that asks a lake, of this machine or of a stack. */
export const lakeOptions = {
  state: { type: "string" },
  stack: { type: "string" },
  quiet: { type: "boolean" },
  json: { type: "boolean" },
} satisfies Command["options"];

/** The options of every command that works with the pipeline of a lake, which has settings. */
export const pipelineOptions = {
  ...lakeOptions,
  config: { type: "string", multiple: true },
} satisfies Command["options"];

/** @throws wrong use, where a word stands behind a command that takes none */
export function refuseWords(command: string, [word]: readonly string[]): void {
  if (word !== undefined) throw wrongUse(`${command}: "${word}" is not expected here`);
}

/** The value of an option that takes one text. */
export function text(values: OptionValues, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
}

/** The values of an option that may be given several times. */
export function texts(values: OptionValues, name: string): string[] {
  const value = values[name];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

/** The state folder that `--state` names; undefined where it is not given. */
export function statePath(values: OptionValues, terminal: Terminal): string | undefined {
  const given = text(values, "state");
  return given === undefined ? undefined : path.resolve(terminal.directory, given);
}

/**
 * The stack that `--stack` names; undefined where the command is for this machine.
 * @param localOptions options that only this machine knows
 * @throws wrong use, where one of these is given too
 */
export function stackName(command: string, values: OptionValues, localOptions: readonly string[]): string | undefined {
  const name = text(values, "stack");
  if (name === undefined) return undefined;
  const other = localOptions.find((option) => values[option] !== undefined);
  if (other !== undefined) throw wrongUse(`${command}: --${other} does not go with --stack`);
  if (!/^[\w.-]+(\/[\w.-]+){0,2}$/.test(name) || name.startsWith("-")) {
    throw wrongUse(`--stack: got "${name}", expected a stack's name such as dev`);
  }
  return name;
}
