const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;
/** What does not end by itself within this time is left to the operating system. */
const patienceMs = 5000;

type Clean = () => unknown;

/** What a command has open, to be let go where the user ends it by Ctrl-C, or the system by SIGTERM. */
export interface Stopping {
  /** Has `clean` called then, the last one given first; gives a function that takes it back. */
  onStop(clean: Clean): () => void;
  /** True from the signal on: what the command still says of it then is no news. */
  isStopping(): boolean;
}

/**
 * Handles the process's signals: cleans up, says a word and exits as a shell expects it (130, 143). A second signal ends
 * the process at once.
 * @param say writes a line for the user
 */
export function handleSignals(say: (line: string) => void): Stopping {
  const cleans: Clean[] = [];
  let isStopping = false;

  async function cleanUp(): Promise<void> {
    for (const clean of [...cleans].reverse()) {
      try {
        await clean();
      } catch {
        // What can't be let go now ends with the process.
      }
    }
  }

  async function stop(signal: keyof typeof exitCodes): Promise<never> {
    const exitCode = exitCodes[signal];
    if (isStopping) process.exit(exitCode);
    isStopping = true;
    const hasWork = cleans.length > 0;
    setTimeout(() => process.exit(exitCode), patienceMs).unref();
    await cleanUp();
    say(hasWork ? "stopped; run again to go on" : "stopped");
    process.exit(exitCode);
  }

  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void stop(signal));
  return {
    isStopping: () => isStopping,
    onStop: (clean) => {
      cleans.push(clean);
      return () => {
        const place = cleans.indexOf(clean);
        if (place >= 0) cleans.splice(place, 1);
      };
    },
  };
}
