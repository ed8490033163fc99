/** The time of a local run: the machine's, or an instant that a simulation sets. */
export interface Clock {
  /** The set instant, or the machine's time if none is set. */
  now(): Date;
  /** Stops the clock at `instant`; `undefined` returns to the machine's time. */
  set(instant: Date | undefined): void;
  /** True while an instant is set. */
  readonly shifted: boolean;
}

/** A clock that shows the machine's time until an instant is set. */
export function createClock(): Clock {
  let fixedMs: number | undefined;
  return {
    now: () => (fixedMs === undefined ? new Date() : new Date(fixedMs)),
    set: (instant) => {
      if (instant !== undefined && Number.isNaN(instant.getTime())) throw new RangeError("clock: not a valid date");
      fixedMs = instant?.getTime();
    },
    get shifted() {
      return fixedMs !== undefined;
    },
  };
}
