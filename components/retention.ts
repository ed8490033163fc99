import type { ArgumentCheck } from "./validation";

/** What becomes of data when the stack lets go of it. It is lost only where both say so. */
export interface DataSwitchesArgs {
  /** Leaves the buckets that hold data in the account, settings and objects included. @default true */
  retainData?: boolean;
  /** Deletes a bucket's objects with it; without, a bucket that holds some stops the destroy. @default false */
  forceDestroy?: boolean;
}

/** The switches with their defaults, as a bucket takes them. */
export interface DataSwitches {
  retain: boolean;
  forceDestroy: boolean;
}

/** Why the two switches can't both be on. */
export const retainedFault = "data that is retained can't be deleted";

/** Reads the switches; notes where they contradict each other. */
export function checkDataSwitches(check: ArgumentCheck, args: DataSwitchesArgs): DataSwitches {
  const retain = args.retainData ?? true;
  const forceDestroy = args.forceDestroy ?? false;
  if (retain && forceDestroy) {
    check.problem({
      property: "forceDestroy",
      got: "true",
      fault: retainedFault,
      example: "retainData: false, forceDestroy: true",
    });
  }
  return { retain, forceDestroy };
}
