import * as pulumi from "@pulumi/pulumi";

/** A value that cannot be used, or one that is missing. */
export interface Problem {
  property: string;
  /** The value as a message shows it. Absent for secrets and for missing values. */
  got?: string;
  fault: string;
  /** What to do, such as `expected e.g. "DE"`. */
  advice: string;
}

/** The error that names all problems, one per line. The CLI prints it without a stack trace. */
export function problemsError(subject: string, problems: readonly Problem[]): pulumi.RunError {
  const lines = problems.map(({ property, got, fault, advice }) => {
    return `  ${property}: ${got === undefined ? "" : `got ${got}: `}${fault}; ${advice}`;
  });
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return new pulumi.RunError([`${subject}: ${count}`, ...lines].join("\n"));
}

/** A value as an error shows it: JSON, cut after 200 characters. */
export function shown(value: unknown): string {
  const maxLength = 200;
  if (pulumi.Output.isInstance(value)) return "a value that is known later";
  if (pulumi.Resource.isInstance(value)) return "a resource";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}

/** Data that is kept cannot be deleted. `prefix` begins the names of the properties: `playlake:` in a stack's config. */
export function dataSwitchProblems(switches: { retainData: boolean; forceDestroy: boolean }, prefix = ""): Problem[] {
  if (!switches.retainData || !switches.forceDestroy) return [];
  const fault = "data that is retained cannot be deleted";
  return [{ property: `${prefix}forceDestroy`, got: "true", fault, advice: `set ${prefix}retainData: false too` }];
}

/** A digest has one destination. `prefix` begins the names of the properties. */
export function digestProblems(
  {
    digestEmail,
    digestTopicArn,
    digestSchedule,
  }: Partial<Record<`digest${"Email" | "TopicArn" | "Schedule"}`, unknown>>,
  prefix = "",
): Problem[] {
  if (digestEmail !== undefined && digestTopicArn !== undefined) {
    const advice = `subscribe the address to that topic, and unset ${prefix}digestEmail`;
    return [{ property: `${prefix}digestEmail`, fault: "digestTopicArn is given too", advice }];
  }
  if (digestSchedule === undefined || digestEmail !== undefined || digestTopicArn !== undefined) return [];
  const advice = `set ${prefix}digestEmail or ${prefix}digestTopicArn`;
  return [{ property: `${prefix}digestSchedule`, fault: "nobody gets the digest", advice }];
}
