const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;
/** Cleanup that takes longer than this is left to the operating system. */
const patienceMs = 5000;

type Clean = () => unknown;

/**
 * Ends the process by the signal. An exit would run the destructors of native code first: they wait for ever, or crash, if
 * DuckDB's threads are at work.
 */
function endBy(signal: NodeJS.Signals): never {
  if (process.stdin.isTTY) process.stdin.setRawMode(false);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  process.exit(exitCodes[signal as keyof typeof exitCodes]);
}

/**
 * Cleans up at a signal, prints a line and ends by that signal, for which shells show 130 and 143. A second signal ends
 * the process at once. So does the first if there is nothing to clean up: the system then ends the process even while it
 * loads modules.
 * @param say prints a line for the user
 */
export function handleSignals(say: (line: string) => void) {
  const cleans: Clean[] = [];
  let isStopping = false;

  async function stop(signal: NodeJS.Signals): Promise<never> {
    if (isStopping) endBy(signal);
    isStopping = true;
    setTimeout(() => endBy(signal), patienceMs).unref();
    for (const clean of [...cleans].reverse()) {
      try {
        await clean();
      } catch {
        // The process is about to exit, so a failed cleanup is ignored.
      }
    }
    say("stopped; run again to continue");
    endBy(signal);
  }

  const signals = Object.keys(exitCodes) as NodeJS.Signals[];
  return {
    /** True from the signal on. The command then writes nothing more. */
    isStopping: () => isStopping,
    /** Registers `clean`; the last one registered runs first. Returns a function that unregisters it. */
    onStop: (clean: Clean) => {
      if (cleans.length === 0) for (const signal of signals) process.on(signal, stop);
      cleans.push(clean);
      return () => {
        const place = cleans.indexOf(clean);
        if (place >= 0) cleans.splice(place, 1);
        if (cleans.length === 0 && !isStopping) for (const signal of signals) process.off(signal, stop);
      };
    },
  };
}
