import { execute } from "../../cli/main";

/** What a command printed, and its exit code. */
export interface Executed {
  exitCode: number;
  out: string;
  err: string;
}

/** Receives each text as it is printed. */
type Listener = (text: string) => void;

/** Runs a command line in this process, without a terminal. */
export async function run(
  words: readonly string[],
  {
    home,
    env = {},
    input = "",
    onErr,
    ask,
    columns,
  }: {
    home: string;
    env?: NodeJS.ProcessEnv;
    input?: string;
    onErr?: Listener;
    /** Answers questions like a user at a terminal. @default there is no terminal */
    ask?: (question: string) => Promise<string>;
    /** The terminal's width. @default output goes to a pipe */
    columns?: number;
  },
): Promise<Executed> {
  let out = "";
  let err = "";
  const exitCode = await execute(words, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
      onErr?.(text);
    },
    readInput: async () => Buffer.from(input),
    ...(ask === undefined ? {} : { ask }),
    isInteractive: false,
    columns,
    errColumns: columns,
    onStop: () => () => undefined,
    start: (options) => (options === undefined ? "npm start" : `npm start -- ${options}`),
    directory: home,
    home,
    env,
  });
  return { exitCode, out, err };
}

/** Progress without its times, which differ from run to run, and without the breaks that fit it into 80 columns. */
export function withoutTimes(progress: string): string {
  return progress.replace(/ {2}\(\d+\.\d s\)/g, "").replace(/\n {15}(?=\S)/g, " ");
}
