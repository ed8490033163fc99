/** How a rule about a resource's inputs is built. */
import type { Registered } from "../../../emulator/resources";

/** A resource as rules see it. */
export interface Subject extends Pick<Registered, "type" | "name" | "inputs"> {
  /** Where the stack is deployed. */
  place: Place;
}

export interface Place {
  partition: string;
  region: string;
}

/** One thing that the provider or the service refuses. */
export interface Rule {
  /** The last part of the resource's type, or `*`. */
  type: string;
  what: string;
  /** `preview`: the provider refuses it in the preview. `later`: the service refuses it after the preview, or it never works. */
  refused: "preview" | "later";
  /** Where the rule is documented. */
  source: string;
  /** The values that break the rule. */
  faults(subject: Subject): unknown[];
  /** Inputs that must break the rule; with a name if the rule is about names. */
  bad: readonly Bad[];
}

export interface Bad {
  name?: string;
  inputs: Record<string, unknown>;
}

export const engine = "seen with Pulumi's engine 3.248 and the AWS provider";
export const design = "seen with Pulumi's engine 3.248, the AWS provider and a made-up cloud";

/** The values at a path such as `rules.*.status`; `*` stands for every element. Missing ones are left out. */
export function at(value: unknown, path: string): unknown[] {
  let values = [value];
  for (const key of path.split(".")) {
    values = values
      .flatMap((one) => (key === "*" ? (Array.isArray(one) ? one : []) : [(one as Record<string, unknown>)?.[key]]))
      .filter((one) => one !== undefined && one !== null);
  }
  return values;
}

/** Inputs that hold the value at the path. */
export function holding(path: string, value: unknown): Record<string, unknown> {
  const wrapped = path
    .split(".")
    .reverse()
    .reduce<unknown>((inner, key) => (key === "*" ? [inner] : { [key]: inner }), value);
  return wrapped as Record<string, unknown>;
}

type Origin = Pick<Rule, "refused" | "source">;

/** A rule for every value at the path. `bad` holds values that break it. */
export function valueRule(
  where: string,
  what: string,
  origin: Origin,
  isGood: (value: never) => boolean,
  bad: readonly unknown[],
): Rule {
  const [type = "", path = ""] = where.split(" ");
  return {
    type,
    what: `${path}: ${what}`,
    ...origin,
    faults: ({ inputs }) => at(inputs, path).filter((value) => !isGood(value as never)),
    bad: bad.map((value) => ({ inputs: holding(path, value) })),
  };
}

/** A rule for the inputs as a whole. */
export function inputsRule(
  type: string,
  what: string,
  origin: Origin,
  isGood: (inputs: Record<string, unknown>) => boolean,
  bad: readonly Record<string, unknown>[],
): Rule {
  return {
    type,
    what,
    ...origin,
    faults: ({ inputs }) => (isGood(inputs) ? [] : [inputs]),
    bad: bad.map((inputs) => ({ inputs })),
  };
}

export const preview = (source: string): Origin => ({ refused: "preview", source });
export const later = (source: string): Origin => ({ refused: "later", source });

export const whole = (first: number, last: number) => (value: number) =>
  Number.isInteger(value) && value >= first && value <= last;

export const among = (values: readonly unknown[]) => (value: unknown) => values.includes(value);

export const matching = (pattern: RegExp) => (value: unknown) => typeof value === "string" && pattern.test(value);

/** Whether a string is the JSON of an object. */
export function isJsonObject(value: unknown): boolean {
  try {
    const parsed: unknown = JSON.parse(value as string);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}

/** The problems that the rules find in a resource, one per line. */
export function brokenRules(rules: readonly Rule[], subject: Subject): string[] {
  const last = subject.type.slice(subject.type.lastIndexOf(":") + 1);
  return rules
    .filter(({ type }) => type === "*" || type === last)
    .flatMap((rule) =>
      rule
        .faults(subject)
        .map((value) => `${last} ${subject.name}: ${rule.what} (${rule.refused}): ${JSON.stringify(value)}`),
    );
}
