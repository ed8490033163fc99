// What a value from a user must be like. The provider and the engine let most of this through to fail at AWS, or never.
import * as pulumi from "@pulumi/pulumi";
import { parseScheduleExpression } from "../../schedule/scheduleExpression";
import { parseWanted } from "../../spotify/playlistId";

/** `default`: few alarms, within the ten that CloudWatch has free for ever. `detailed`: one for each cause. */
export type AlarmDetail = "default" | "detailed";

/** A property's rule: an example of a good value, and what is wrong with a given one (undefined: nothing). */
export interface Rule<T> {
  example: string;
  fault(value: T): string | undefined;
  /** The value may be left out. @default false */
  optional?: boolean;
  /** A message must not show the value. @default false */
  secret?: boolean;
}

/** One value that can't be used. */
export interface Problem {
  property: string;
  /** The value as a message may show it; absent for secrets and for what is missing. */
  got?: string;
  fault: string;
  example: string;
}

/** Whole numbers of a range. */
export function wholeNumber(first: number, last: number, example: number): Rule<number> {
  return {
    example: String(example),
    fault: (value) =>
      Number.isInteger(value) && value >= first && value <= last
        ? undefined
        : `it must be a whole number from ${first} to ${last}`,
  };
}

/** One of some words or numbers. */
export function oneOf<T extends string | number>(values: readonly T[], example: T): Rule<T> {
  return {
    example: JSON.stringify(example),
    fault: (value) => (values.includes(value) ? undefined : `it must be one of ${values.join(", ")}`),
  };
}

/** A rule for what may also be left out. */
export function optional<T>(rule: Rule<T>): Rule<T | undefined> {
  return { ...rule, optional: true, fault: (value) => (value == null ? undefined : rule.fault(value)) };
}

/** At least one playlist: ids, URIs, links, `me`, `liked` or `library`. */
export const playlistsRule: Rule<readonly string[]> = {
  example: '["3cEYpjA9oz9GiPac4AsH4n"]',
  fault: (values) => {
    if (!Array.isArray(values) || !values.every((value) => typeof value === "string"))
      return "it must be a list of texts";
    if (values.length === 0) return "no playlist is named";
    const unknown = values.filter((value) => parseWanted(value) === undefined);
    if (unknown.length === 0) return undefined;
    return `no playlist's id, URI or link: ${unknown.map(shown).join(", ")}`;
  },
};

/** An expression of EventBridge Scheduler that comes again. */
export const scheduleRule: Rule<string> = {
  example: '"cron(0 6 * * ? *)"',
  fault: (value) => {
    try {
      parseScheduleExpression(value);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  },
};

/** A time zone's name in the IANA database, spelled as there: AWS heeds the case of letters. */
export const timezoneRule: Rule<string> = {
  example: '"Europe/Berlin"',
  fault: (value) => {
    const fault = "it is no time zone of the IANA database";
    if (!/^[A-Z][\w+-]*(\/[A-Z][\w+-]*)*$/.test(value)) return fault;
    try {
      const known = new Intl.DateTimeFormat("en", { timeZone: value }).resolvedOptions().timeZone;
      const otherCase = known !== value && known.toLowerCase() === value.toLowerCase();
      return otherCase ? `its name is ${known}` : undefined;
    } catch {
      return fault;
    }
  },
};

/** A country by ISO 3166-1 alpha-2. */
export const marketRule: Rule<string> = {
  example: '"DE"',
  fault: (value) => (/^[A-Z]{2}$/.test(value) ? undefined : "it must be a country's two capital letters"),
};

/** The name of a bucket that exists already, by S3's rules. */
export const bucketNameRule: Rule<string> = {
  example: '"playlake-raw-1a2b3c4"',
  fault: (value) => {
    const wellFormed = typeof value === "string" && /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(value);
    return wellFormed ? undefined : "it must be a bucket's name: 3 to 63 small letters, digits, dashes and dots";
  },
};

/** A lake that is not the raw bucket: a file of a table would be taken for a raw object, and transformed again. */
export function otherBucketRule(rawBucket: string): Rule<string> {
  return {
    example: '"playlake-lake-1a2b3c4"',
    fault: (value) => (value === rawBucket ? "it must be another bucket than the raw one" : undefined),
  };
}

/** The ARN of an SNS topic. One of the kind FIFO takes no alarms. */
export const topicArnRule: Rule<string> = {
  example: '"arn:aws:sns:eu-central-1:123456789012:alarms"',
  fault: (value) =>
    /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/.test(value)
      ? undefined
      : "it must be the ARN of an SNS topic",
};

/** Whom alarms tell. CloudWatch takes five. */
export const alarmTopicsRule: Rule<readonly string[]> = {
  example: `[${topicArnRule.example}]`,
  fault: (arns) => {
    if (!Array.isArray(arns)) return "it must be a list of ARNs";
    if (arns.length > 5) return "an alarm tells five topics at most";
    const odd = arns.filter((arn) => topicArnRule.fault(arn) !== undefined);
    return odd.length === 0 ? undefined : `no ARN of an SNS topic: ${odd.map(shown).join(", ")}`;
  },
};

/** One of the Spotify app's two credentials. */
export const credentialRule: Rule<string> = {
  example: '"0123456789abcdef0123456789abcdef"',
  secret: true,
  fault: (value) => (/^[!-~]+$/.test(value) ? undefined : "it is empty or holds blanks"),
};

/** A switch. */
export const switchRule: Rule<boolean> = {
  example: "true",
  fault: (value) => (typeof value === "boolean" ? undefined : "it must be true or false"),
};

/** An e-mail address, as far as a look at it tells. */
export const emailRule: Rule<string> = {
  example: '"you@example.com"',
  fault: (value) => (/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(value) ? undefined : "it must be an e-mail address"),
};

/** How the lake's tables come to be in the catalog. */
export type CatalogMode = "declared" | "inferred";
export const catalogRule: Rule<CatalogMode> = oneOf(["declared", "inferred"], "declared");

/** In place of a crawl schedule: the catalog gets no crawler. */
export const noCrawl = "none";

/** When the crawler runs. */
export const crawlScheduleRule: Rule<string> = {
  example: '"cron(30 6 ? * SUN *)", or "none" for no crawler',
  fault: (value) => (value === noCrawl ? undefined : scheduleRule.fault(value)),
};

/** A database's name, as Athena takes it. */
export const databaseNameRule: Rule<string> = {
  example: '"playlake_prod"',
  fault: (value) => (/^[a-z0-9_]{1,255}$/.test(value) ? undefined : "it must be small letters, digits and underscores"),
};

/** How many alarms there are. */
export const alarmsRule: Rule<AlarmDetail> = oneOf(["default", "detailed"], "detailed");

/** The retentions that CloudWatch Logs knows, in days. */
export const logRetentionRule: Rule<number> = oneOf(
  [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
  30,
);

/** Lambda's memory, MiB. */
export const memoryRule: Rule<number> = wholeNumber(128, 10240, 1024);

/** Lambda's timeout, seconds. */
export const timeoutRule: Rule<number> = wholeNumber(1, 900, 300);

/** IAM gives a role's name 64 characters; Pulumi adds 8, our longest suffix of a role (`-transform`) 10. */
const maxComponentName = 46;

/** Throws where a component's name can't begin the names of its resources. */
export function checkComponentName(component: string, name: string): void {
  if (typeof name !== "string" || !/^[a-z][a-z0-9-]*$/.test(name) || name.length > maxComponentName) {
    const fault = `it must be small letters, digits and dashes, a letter first, at most ${maxComponentName} characters`;
    throw problemsError(component, [{ property: "name", got: shown(name), fault, example: '"playlake"' }]);
  }
}

/** Collects what is wrong with a component's arguments, so that one error names all of it. */
export interface ArgumentCheck {
  /**
   * The argument, held to its rule: a plain value at once, one that is known later when it is known (then the deployment
   * stops before anything is made of it).
   */
  argument<T>(property: string, value: pulumi.Input<T>, rule: Rule<pulumi.Unwrap<T>>): pulumi.Output<pulumi.Unwrap<T>>;
  /** Notes a problem that no single rule finds. */
  problem(problem: Problem): void;
  /** @throws pulumi.RunError with all problems of the plain values, where there are any. */
  finish(): void;
}

/** Starts the check of a component's arguments. `component` names it in errors: `SpotifyExtractor "playlake"`. */
export function checkArguments(component: string): ArgumentCheck {
  const problems: Problem[] = [];
  return {
    argument<T>(property: string, value: pulumi.Input<T>, rule: Rule<pulumi.Unwrap<T>>) {
      if (isPlain(value)) problems.push(...problemsOf(property, value as pulumi.Unwrap<T>, rule));
      return pulumi.output(value).apply((resolved) => {
        const late = isPlain(value) ? [] : problemsOf(property, resolved, rule);
        if (late.length > 0) throw problemsError(component, late);
        return resolved;
      });
    },
    problem: (problem) => problems.push(problem),
    finish: () => {
      if (problems.length > 0) throw problemsError(component, problems);
    },
  };
}

function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlain);
  return !pulumi.Output.isInstance(value) && !(value instanceof Promise);
}

/** What a rule finds in a value: no problem or one. */
export function problemsOf<T>(property: string, value: T, rule: Rule<T>): Problem[] {
  if (value == null && !rule.optional) return [{ property, fault: "it is missing", example: rule.example }];
  const fault = rule.fault(value);
  const got = rule.secret ? {} : { got: shown(value) };
  return fault === undefined ? [] : [{ property, ...got, fault, example: rule.example }];
}

/** The error that names all problems, a line each. The CLI shows such an error without a stack trace. */
export function problemsError(subject: string, problems: readonly Problem[]): pulumi.RunError {
  const lines = problems.map(({ property, got, fault, example }) => {
    const received = got === undefined ? fault : `got ${got}: ${fault}`;
    return `  ${property}: ${received}; expected e.g. ${example}`;
  });
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return new pulumi.RunError([`${subject}: ${count}`, ...lines].join("\n"));
}

/** A value as an error shows it: JSON, cut where it is long. */
export function shown(value: unknown): string {
  const maxLength = 200;
  if (pulumi.Output.isInstance(value)) return "a value that is known later";
  if (pulumi.Resource.isInstance(value)) return "a resource";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}
