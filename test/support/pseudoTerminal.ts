// A command on a pseudo-terminal, made by `script` of util-linux.
import { spawn, spawnSync } from "node:child_process";
import path from "node:path";
import { projectFolder } from "./commandLine";

/** Why no pseudo-terminal can be made; undefined if one can. */
export const noTerminal = /util-linux/.test(spawnSync("script", ["--version"], { encoding: "utf8" }).stdout ?? "")
  ? undefined
  : "there is no `script` of util-linux";

/** What Ctrl-C sends. */
export const ctrlC = "\x03";

/** `playlake` on a terminal of 80 columns and 24 lines. */
export interface OnTerminal {
  /** Waits until a text is shown, after those waited for before. Throws with the whole screen if the command ends first. */
  shows(text: string): Promise<void>;
  /** Types keys. Enter is `\r`. */
  type(keys: string): void;
  /** Waits for the end. `shown` is all that was written, with LF line ends. */
  end(): Promise<{ exitCode: number | null; shown: string }>;
}

/** Starts `playlake` on its own terminal. */
export function startOnTerminal(
  words: readonly string[],
  { cwd, env = {} }: { cwd: string; env?: Record<string, string> },
): OnTerminal {
  const command = [process.execPath, path.join(projectFolder, "bin", "playlake.js"), ...words];
  const quoted = command.map((word) => `'${word.replace(/'/g, "'\\''")}'`).join(" ");
  const { SPOTIFY_CLIENT_ID, SPOTIFY_CLIENT_SECRET, SPOTIFY_REFRESH_TOKEN, PAGER, NO_COLOR, ...own } = process.env;
  const child = spawn("script", ["-qefc", `stty cols 80 rows 24; exec ${quoted}`, "/dev/null"], {
    cwd,
    env: { ...own, TERM: "xterm", SHELL: "/bin/sh", ...env },
  });
  let shown = "";
  let from = 0;
  let look = () => {};
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    shown += text.replace(/\r+\n/g, "\n");
    look();
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  return {
    shows: (text) =>
      new Promise((resolve, reject) => {
        look = () => {
          const at = shown.indexOf(text, from);
          if (at < 0) return;
          from = at + text.length;
          look = () => {};
          resolve();
        };
        look();
        void ended.then(() => reject(new Error(`"${text}" was not shown: ${JSON.stringify(shown)}`)));
      }),
    type: (keys) => void child.stdin.write(keys),
    end: async () => ({ exitCode: await ended, shown }),
  };
}
