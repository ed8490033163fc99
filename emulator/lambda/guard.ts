import { type ChildProcess, spawn } from "node:child_process";

/** Ends the functions' processes when this program ends in whatever way, kill -9 included. */
export interface Guard {
  watch(pid: number): void;
  forget(pid: number): void;
  close(): void;
}

// Reads the process groups to end from a pipe whose other end only this program holds; the pipe's end is the program's.
// It is needed for a function that is busy: a waiting one notices by itself that the runtime API is gone.
const script = `
pids=" "
while read -r what pid; do
  case $what in
    watch) pids="$pids-$pid " ;;
    forget) pids="\${pids%% -$pid *} \${pids#* -$pid }" ;;
  esac
done
[ "$pids" = " " ] || kill -s KILL -- $pids 2>/dev/null
`;

/** The guard's own process is started with the first one that it watches. */
export function createGuard(): Guard {
  let shell: ChildProcess | undefined;

  function start(): ChildProcess {
    // In a session of its own, so that Ctrl-C on the terminal doesn't end the guard before what it guards.
    const started = spawn("/bin/sh", ["-c", script], { stdio: ["pipe", "ignore", "ignore"], detached: true });
    // Without a shell, or when somebody ends it, functions still end with the runtime API.
    started.on("error", () => {});
    started.stdin?.on("error", () => {});
    started.unref();
    (started.stdin as unknown as { unref?: () => void } | null)?.unref?.();
    return started;
  }

  return {
    watch: (pid) => {
      shell ??= start();
      shell.stdin?.write(`watch ${pid}\n`);
    },
    forget: (pid) => {
      shell?.stdin?.write(`forget ${pid}\n`);
    },
    close: () => {
      shell?.stdin?.end();
      shell = undefined;
    },
  };
}
