export type Clock = ReturnType<typeof createClock>;

/** The time of a local run: the machine's, or an instant that a simulation sets. */
export function createClock() {
  let fixedMs: number | undefined;
  return {
    now: (): Date => (fixedMs === undefined ? new Date() : new Date(fixedMs)),
    /** Stops the clock at `instant`; `undefined` returns to the machine's time. */
    set: (instant: Date | undefined): void => {
      if (instant !== undefined && Number.isNaN(instant.getTime())) throw new RangeError("clock: not a valid date");
      fixedMs = instant?.getTime();
    },
    /** The instant at which it stands, in milliseconds since 1970; undefined while it shows the machine's time. */
    get fixedMs(): number | undefined {
      return fixedMs;
    },
  };
}
