import type { Clock } from "./clock";
import type { Iam } from "./iam";
import type { Registered } from "./resources";

/** What the services are made from. Each takes the parts that it needs. */
export interface ServiceOptions {
  readonly resources: readonly Registered[];
  readonly iam: Iam;
  readonly clock: Pick<Clock, "now">;
  /** Holds what outlives the process, each service in a separate folder. */
  readonly stateDir: string;
}
