/** Processes that hold folders on demand. */
import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

export interface LockWorker {
  readonly pid: number;
  /** `held`, `busy PID` or `failed: MESSAGE`. */
  take(folder: string): Promise<string>;
  release(): Promise<void>;
  kill(): Promise<void>;
}

const preload = ["-r", path.join(__dirname, "../../../../scripts/register.js")];
const program = path.join(__dirname, "lockWorker.ts");

/** The arguments of Node for a process that holds the folder in the next argument. */
export const workerCommand: readonly string[] = [...preload, program];

export async function startWorker(): Promise<LockWorker> {
  const child = fork(program, { execArgv: preload });
  await once(child, "message");
  const ask = async (message: object) => {
    const answer = once(child, "message");
    child.send(message);
    return String((await answer)[0]);
  };
  return {
    pid: child.pid!,
    take: (folder) => ask({ take: folder }),
    release: async () => void (await ask({})),
    kill: async () => {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}
