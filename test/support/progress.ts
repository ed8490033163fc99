import type { Progress } from "../../lake";

/** Shows nothing. */
export const silent: Progress = {
  step: (_label, work) => work(() => undefined),
  note: () => undefined,
  warn: () => undefined,
};
