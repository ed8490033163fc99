// What a user's value must look like. The provider and the engine accept most of the values that AWS later refuses.
import { parseScheduleExpression } from "../../schedule/scheduleExpression";
import { parseWanted } from "../../spotify/playlistId";
import { type Problem, shown } from "./problems";

/** What a property takes. */
export interface Rule<T> {
  /** The type, as documentation shows it. */
  type: string;
  /** A good value, as it is written in a program. */
  example: string;
  /** What is wrong with a value; undefined if it is valid. */
  fault(value: T): string | undefined;
  /** Keeps the value out of messages. @default false */
  isSecret?: boolean;
}

/** What a rule finds in a required value: one problem or none. */
export function problemsOf<T>(property: string, value: T | null | undefined, rule: Rule<T>): Problem[] {
  const advice = `expected e.g. ${rule.example}`;
  if (value == null) return [{ property, fault: "it is missing", advice }];
  const fault = rule.fault(value);
  const got = rule.isSecret ? {} : { got: shown(value) };
  return fault === undefined ? [] : [{ property, ...got, fault, advice }];
}

/** A whole number in a range. */
export function wholeNumber(first: number, last: number, example: number): Rule<number> {
  return {
    type: "number",
    example: String(example),
    fault: (value) =>
      Number.isInteger(value) && value >= first && value <= last
        ? undefined
        : `it must be a whole number from ${first} to ${last}`,
  };
}

/** One of several words or numbers. */
function oneOf<T extends string | number>(values: readonly T[], example: T): Rule<T> {
  return {
    type: typeof example === "number" ? "number" : values.map((value) => JSON.stringify(value)).join(" | "),
    example: JSON.stringify(example),
    fault: (value) => (values.includes(value) ? undefined : `it must be one of ${values.join(", ")}`),
  };
}

/** A text that matches a pattern. */
function matching(pattern: RegExp, example: string, fault: string): Rule<string> {
  return {
    type: "string",
    example: JSON.stringify(example),
    fault: (value) => (typeof value === "string" && pattern.test(value) ? undefined : fault),
  };
}

/** At least one playlist: ids, URIs, links, `me`, `liked` or `library`. */
export const playlistsRule: Rule<string[]> = {
  type: "string[]",
  example: '["3cEYpjA9oz9GiPac4AsH4n"]',
  fault: (values) => {
    if (!Array.isArray(values) || !values.every((value) => typeof value === "string"))
      return "it must be a list of strings";
    if (values.length === 0) return "the list is empty";
    const unknown = values.filter((value) => parseWanted(value) === undefined);
    if (unknown.length === 0) return undefined;
    return `not the id, URI or link of a playlist: ${unknown.map(shown).join(", ")}`;
  },
};

/** A recurring expression of EventBridge Scheduler. */
export const scheduleRule: Rule<string> = {
  type: "string",
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

/** A time zone of the IANA database. Case matters: AWS compares names exactly. */
export const timezoneRule: Rule<string> = {
  type: "string",
  example: '"Europe/Berlin"',
  fault: (value) => {
    const fault = "it is not a time zone of the IANA database";
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

const regions = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
/** Regions without a country: unions, test locales, and the unknown one. */
const otherRegions = ["EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"];

/** A country by ISO 3166-1 alpha-2, or XK (Kosovo), which is a market of Spotify. */
export const marketRule: Rule<string> = {
  type: "string",
  example: '"DE"',
  fault: (value) => {
    if (typeof value !== "string" || !/^[A-Z]{2}$/.test(value))
      return "it must be a country code of two capital letters";
    if (regions.of(value) === undefined || otherRegions.includes(value)) return "it is not the code of a country";
    const { region } = new Intl.Locale(`und-${value}`);
    return region === value ? undefined : `the country's code is ${region}`;
  },
};

/** The name of an existing bucket, by S3's rules. */
export const bucketNameRule = matching(
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  "playlake-raw-1a2b3c4",
  "it must be the name of a bucket: 3 to 63 lower-case letters, digits, dashes and dots",
);

/** A lake other than the raw bucket: there a table's file would be taken for a raw object and transformed again. */
export function otherBucketRule(rawBucket: unknown): Rule<unknown> {
  return {
    type: bucketNameRule.type,
    example: '"playlake-lake-1a2b3c4"',
    fault: (value) => (value === rawBucket ? "it must be a bucket other than the raw one" : undefined),
  };
}

/** The ARN of an SNS topic. Alarms cannot publish to FIFO topics. */
export const topicArnRule = matching(
  /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/,
  "arn:aws:sns:eu-central-1:123456789012:alarms",
  "it must be the ARN of an SNS topic",
);

/** The topics that alarms notify. CloudWatch accepts five. */
export const alarmTopicsRule: Rule<string[]> = {
  type: "string[]",
  example: `[${topicArnRule.example}]`,
  fault: (arns) => {
    if (!Array.isArray(arns)) return "it must be a list of ARNs";
    if (arns.length > 5) return "an alarm notifies at most five topics";
    const odd = arns.filter((arn) => topicArnRule.fault(arn) !== undefined);
    return odd.length === 0 ? undefined : `not the ARN of an SNS topic: ${odd.map(shown).join(", ")}`;
  },
};

/** One of the Spotify app's two credentials. */
export const credentialRule = matching(
  /^[!-~]+$/,
  "0123456789abcdef0123456789abcdef",
  "it is empty or contains blanks",
);

/** True or false. */
export const switchRule: Rule<boolean> = {
  type: "boolean",
  example: "true",
  fault: (value) => (typeof value === "boolean" ? undefined : "it must be true or false"),
};

/** An e-mail address, as far as its form can show. */
export const emailRule = matching(/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/, "you@example.com", "it must be an e-mail address");

/** How the lake's tables are added to the catalog. */
export type CatalogMode = "declared" | "inferred";
export const catalogRule: Rule<CatalogMode> = oneOf(["declared", "inferred"], "declared");

/** Replaces a crawl schedule: the catalog gets no crawler. */
export const noCrawl = "none" as const;

/** When the crawler runs. */
export const crawlScheduleRule: Rule<string> = {
  ...scheduleRule,
  example: '"cron(30 6 ? * SUN *)", or "none" for no crawler',
  fault: (value) => (value === noCrawl ? undefined : scheduleRule.fault(value)),
};

/** A database name that Athena accepts. */
export const databaseNameRule = matching(
  /^[a-z0-9_]{1,255}$/,
  "playlake_prod",
  "it must be lower-case letters, digits and underscores",
);

/** What notifies the transformer of a new raw object. */
export type Trigger = "notification" | "eventbridge" | "none";
export const triggerRule: Rule<Trigger> = oneOf(["notification", "eventbridge", "none"], "eventbridge");

/** `default`: few alarms, within the ten that CloudWatch does not charge for. `detailed`: one for each cause. */
export type AlarmDetail = "default" | "detailed";
export const alarmsRule: Rule<AlarmDetail> = oneOf(["default", "detailed"], "detailed");

/** The retention periods that CloudWatch Logs offers, in days. */
export const logRetentionRule: Rule<number> = oneOf(
  [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
  30,
);

/** Lambda's memory, MiB. */
export const memoryRule: Rule<number> = wholeNumber(128, 10240, 1024);

/** Lambda's timeout, seconds. */
export const timeoutRule: Rule<number> = wholeNumber(1, 900, 300);

/** IAM limits a role's name to 64 characters; Pulumi adds 8, our longest suffix (`-transform`) 10. */
export const maxComponentName = 46;

/** A component's name: the prefix of its resources' names. */
export const componentNameRule: Rule<string> = {
  ...matching(/^[a-z][a-z0-9-]*$/, "playlake", ""),
  fault: (name) =>
    typeof name === "string" && /^[a-z][a-z0-9-]*$/.test(name) && name.length <= maxComponentName
      ? undefined
      : `it must be lower-case letters, digits and dashes, a letter first, at most ${maxComponentName} characters`,
};

/** The name of a component that has SSM parameters. */
export const parameterNameRule: Rule<string> = {
  ...componentNameRule,
  fault: (name) => {
    const reserved = /^(aws|ssm)/.exec(name)?.[0];
    return reserved && `AWS refuses SSM parameters whose names begin with ${reserved}`;
  },
};
