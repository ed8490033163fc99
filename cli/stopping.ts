const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;
/** Cleanup that takes longer than this is left to the operating system. */
const patienceMs = 5000;

type Clean = () => unknown;

/** Registers cleanup for a command that is ended by Ctrl-C or SIGTERM. */
export interface Stopping {
  /** Registers `clean`; the last one registered runs first. Returns a function that unregisters it. */
  onStop(clean: Clean): () => void;
  /** True from the signal on. The command then writes nothing more. */
  isStopping(): boolean;
}

/**
 * Handles the process's signals: cleans up, prints a line and exits with the code that shells expect (130, 143). A second
 * signal ends the process at once.
 * @param say prints a line for the user
 */
export function handleSignals(say: (line: string) => void): Stopping {
  const cleans: Clean[] = [];
  let isStopping = false;

  async function cleanUp(): Promise<void> {
    for (const clean of [...cleans].reverse()) {
      try {
        await clean();
      } catch {
        // The process is about to exit, so a failed cleanup is ignored.
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
