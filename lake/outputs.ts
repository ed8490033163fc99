import type { Unwrap } from "@pulumi/pulumi";
import type { StackOutputs } from "../components/stack/outputs";

/** The exports of `index.ts`, with outputs resolved. */
type Exported = Unwrap<typeof import("../index")>;

/** Outputs as the program exports them: an absent optional one is null or undefined. */
type Nullable<T> = T extends string
  ? string
  : { [Name in keyof T]: Nullable<NonNullable<T[Name]>> | (undefined extends T[Name] ? null | undefined : never) };

const needed = [
  ...["rawBucket", "lakeBucket", "resultsBucket", "extractFunction", "transformFunction", "schedules"],
  ...["appParameterArn", "tokenParameterArn", "database", "workgroup", "failureQueues"],
] as const;

/** An output of another type comes from another program. */
const typeOf = (key: string) => (["schedules", "failureQueues"].includes(key) ? "object" : "string");

/** The program's outputs without those that are null. Does not compile if the exports of `index.ts` differ. */
export function stackOutputs(exported: Record<string, unknown>): StackOutputs {
  const outputs: Nullable<StackOutputs> = exported as unknown as Exported;
  return Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== null)) as unknown as StackOutputs;
}

/** The commands that alarms name, which work for a component alone, too. All other commands need all outputs. */
const neededAlone: Readonly<Record<string, readonly string[]>> = {
  login: ["appParameterArn", "tokenParameterArn"],
  run: ["extractFunction", "failureQueues"],
  replay: ["rawBucket", "transformFunction", "failureQueues"],
  crawl: ["database", "failureQueues"],
  redrive: ["failureQueues"],
};

/** What takes the calls of a failure queue. */
const takers: Readonly<Record<string, string>> = {
  ...{ extract: "extractFunction", transform: "transformFunction", crawlSchedule: "crawler" },
};

/** The outputs that a command needs; undefined for all. */
export function outputsFor(command: string, exported: Record<string, unknown>): readonly string[] | undefined {
  const own = neededAlone[command];
  if (own === undefined || command !== "redrive") return own;
  return [...own, ...Object.keys(exported.failureQueues ?? {}).flatMap((queue) => takers[queue] ?? [])];
}

/**
 * Checks that a program exports what the commands need.
 * @param wanted what one command needs
 * @returns `all`, or the names of those that are missing
 */
export function missingOutputs(
  exported: Record<string, unknown>,
  wanted: readonly string[] = needed,
): "all" | readonly string[] {
  const missing = wanted.filter((key) => exported[key] === null || typeof exported[key] !== typeOf(key));
  return missing.length === wanted.length ? "all" : missing;
}
