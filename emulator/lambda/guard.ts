import { type ChildProcess, spawn } from "node:child_process";
import { Socket } from "node:net";

// Reads process groups from a pipe whose other end only this program holds. When the pipe closes, the program has ended.
// Only a busy function needs this: a waiting one notices that its channel is closed.
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

export type Guard = ReturnType<typeof createGuard>;

/**
 * Ends the functions' processes when this program ends, even by kill -9. The guard's process starts with the first process
 * that it watches.
 */
export function createGuard() {
  let shell: ChildProcess | undefined;

  function start(): ChildProcess {
    // In a separate session, so that Ctrl-C does not end the guard before the processes that it watches.
    const started = spawn("/bin/sh", ["-c", script], { stdio: ["pipe", "ignore", "ignore"], detached: true });
    // Without a shell, or if the guard is killed, functions still end with their channel.
    started.on("error", () => {});
    started.stdin?.on("error", () => {});
    started.unref();
    if (started.stdin instanceof Socket) started.stdin.unref();
    return started;
  }

  return {
    watch: (pid: number): void => {
      shell ??= start();
      shell.stdin?.write(`watch ${pid}\n`);
    },
    forget: (pid: number): void => {
      shell?.stdin?.write(`forget ${pid}\n`);
    },
    close: (): void => {
      shell?.stdin?.end();
      shell = undefined;
    },
  };
}
