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
