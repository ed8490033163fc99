import * as pulumi from "@pulumi/pulumi";
import { type ArgumentCheck, optional, problemsOf, switchRule } from "../arguments/validation";

/** What becomes of data when the stack lets go of it. It is lost only where both say so. */
export interface DataSwitchesArgs {
  /** Leaves the buckets that hold data in the account, settings and objects included. @default true */
  retainData?: boolean;
  /** Deletes a bucket's objects with it; without, a bucket that holds some stops the destroy. @default false */
  forceDestroy?: boolean;
  /**
   * Has Pulumi refuse to delete or replace the buckets and secrets, whatever the other two say, until
   * `pulumi state unprotect`. @default true, in a stack named dev false
   */
  protect?: boolean;
}

/** The switches with their defaults, as a bucket takes them. */
export interface DataSwitches {
  retain: boolean;
  forceDestroy: boolean;
  protect: boolean;
}

/** Whether what can't be had again is protected where nothing is said: a stack to try things in must be easy to leave. */
export function protectedByDefault(): boolean {
  return pulumi.getStack() !== "dev";
}

/** Why the two switches can't both be on. */
export const retainedFault = "data that is retained can't be deleted";

/** Reads the switches; notes where they contradict each other. */
export function checkDataSwitches(check: ArgumentCheck, args: DataSwitchesArgs): DataSwitches {
  const { retainData, forceDestroy, protect } = args;
  for (const [property, value] of Object.entries({ retainData, forceDestroy, protect })) {
    for (const problem of problemsOf(property, value, optional(switchRule))) check.problem(problem);
  }
  const switches = dataSwitches(args);
  if (switches.retain && switches.forceDestroy) {
    check.problem({
      property: "forceDestroy",
      got: "true",
      fault: retainedFault,
      example: "retainData: false, forceDestroy: true",
    });
  }
  return switches;
}

/** The switches with their defaults. */
export function dataSwitches({ retainData, forceDestroy, protect }: DataSwitchesArgs): DataSwitches {
  return {
    retain: retainData ?? true,
    forceDestroy: forceDestroy ?? false,
    protect: protect ?? protectedByDefault(),
  };
}
