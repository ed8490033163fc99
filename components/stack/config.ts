// The stack's config: read and checked as a whole, so that one preview names everything that is wrong with it.
import * as pulumi from "@pulumi/pulumi";
import { crawlScheduleAfter, defaultSchedule, weeklyCrawl } from "../../schedule/schedules";
import {
  type AlarmDetail,
  alarmsRule,
  bucketNameRule,
  type CatalogMode,
  catalogRule,
  crawlScheduleRule,
  emailRule,
  marketRule,
  optional,
  otherBucketRule,
  type Problem,
  playlistsRule,
  problemsError,
  problemsOf,
  type Rule,
  scheduleRule,
  shown,
  timezoneRule,
  topicArnRule,
} from "../arguments/validation";
import { retainedFault } from "./retention";

/** The config of a Playlake stack. Optional settings that are not given are undefined. */
export interface PlaylakeConfig {
  playlists: string[];
  schedule: string;
  timezone: string;
  market: string | undefined;
  catalog: CatalogMode;
  /** As given, else weekly for a declared catalog, half an hour after `schedule` for an inferred one. "none": no crawler. */
  crawlSchedule: string | undefined;
  /** When the compact copy is brought up to date; undefined where there is none. */
  compactSchedule: string | undefined;
  /** The buckets of an earlier stack, or of somebody else; undefined where this stack is to have its own. */
  rawBucket: string | undefined;
  lakeBucket: string | undefined;
  retainData: boolean;
  forceDestroy: boolean;
  /** Whether each read and write of the stack's data is recorded. */
  auditTrail: boolean;
  /** Where alarms go: a topic that exists already, or an address; at most one of the two. */
  alarms: AlarmDetail;
  alarmTopicArn: string | undefined;
  alarmEmail: string | undefined;
  spotifyClientId: pulumi.Output<string>;
  spotifyClientSecret: pulumi.Output<string>;
}

/** What Pulumi.yaml sets where a stack says nothing. An empty text stands for "not given": the CLI wants some value. */
const defaults = {
  schedule: defaultSchedule,
  timezone: "UTC",
  market: "",
  catalog: "declared",
  crawlSchedule: "",
  compactSchedule: "",
  rawBucket: "",
  lakeBucket: "",
  retainData: "true",
  forceDestroy: "false",
  auditTrail: "false",
  alarms: "default",
  alarmTopicArn: "",
  alarmEmail: "",
};

const secrets = ["spotifyClientId", "spotifyClientSecret"];

const flagRule: Rule<string> = {
  example: '"true"',
  fault: (value) => (value === "true" || value === "false" ? undefined : "it must be true or false"),
};

/** The values that the CLI adds to a stack's config from Pulumi.yaml, by full key. */
export function configDefaults(project: string): Record<string, string> {
  return Object.fromEntries(Object.entries(defaults).map(([key, value]) => [`${project}:${key}`, value]));
}

/** The full keys of the settings that Pulumi.yaml declares secret. */
export function secretConfigKeys(project: string): string[] {
  return secrets.map((key) => `${project}:${key}`);
}

/**
 * Reads the stack's config.
 * @throws pulumi.RunError that names every setting that is missing or can't be used, with the value and a good example.
 */
export function readConfig(config = new pulumi.Config()): PlaylakeConfig {
  const problems: Problem[] = [];
  const text = <T extends string>(key: keyof typeof defaults, rule: Rule<T>): T => {
    const given = config.get(key) ?? "";
    const value = (given === "" ? defaults[key] : given) as T;
    problems.push(...problemsOf(`${config.name}:${key}`, value, rule));
    return value;
  };
  const schedule = text("schedule", scheduleRule);
  const catalog = text<CatalogMode>("catalog", catalogRule);
  const crawlSchedule = unlessEmpty(text("crawlSchedule", orEmpty(crawlScheduleRule)));
  const read: PlaylakeConfig = {
    playlists: readPlaylists(config, problems),
    schedule,
    timezone: text("timezone", timezoneRule),
    market: unlessEmpty(text("market", orEmpty(marketRule))),
    catalog,
    crawlSchedule: crawlSchedule ?? (catalog === "declared" ? weeklyCrawl : derivedCrawl(config, schedule, problems)),
    compactSchedule: unlessEmpty(text("compactSchedule", orEmpty(scheduleRule))),
    rawBucket: unlessEmpty(text("rawBucket", orEmpty(bucketNameRule))),
    lakeBucket: unlessEmpty(text("lakeBucket", orEmpty(bucketNameRule))),
    retainData: text("retainData", flagRule) === "true",
    forceDestroy: text("forceDestroy", flagRule) === "true",
    auditTrail: text("auditTrail", flagRule) === "true",
    alarms: text<AlarmDetail>("alarms", alarmsRule),
    alarmTopicArn: unlessEmpty(text("alarmTopicArn", orEmpty(topicArnRule))),
    alarmEmail: unlessEmpty(text("alarmEmail", orEmpty(emailRule))),
    spotifyClientId: readSecret(config, "spotifyClientId", problems),
    spotifyClientSecret: readSecret(config, "spotifyClientSecret", problems),
  };
  problems.push(...unknownSettings(config.name));
  if (read.retainData && read.forceDestroy) problems.push(contradiction(config.name));
  if (read.rawBucket !== undefined) {
    problems.push(
      ...problemsOf(`${config.name}:lakeBucket`, read.lakeBucket, optional(otherBucketRule(read.rawBucket))),
    );
  }
  if (read.alarmTopicArn !== undefined && read.alarmEmail !== undefined) problems.push(twoReceivers(config.name));
  if (problems.length > 0) throw problemsError("The stack's config", problems);
  return read;
}

/** A mistyped name would leave the default in force, and nobody would know. */
function unknownSettings(project: string): Problem[] {
  const known = ["playlists", ...Object.keys(defaults), ...secrets];
  return Object.keys(pulumi.runtime.allConfig())
    .filter((key) => key.startsWith(`${project}:`) && !known.includes(key.slice(project.length + 1)))
    .sort()
    .map((property) => ({ property, fault: "there is no such setting", example: `one of ${known.join(", ")}` }));
}

function contradiction(project: string): Problem {
  return {
    property: `${project}:forceDestroy`,
    got: "true",
    fault: retainedFault,
    example: `${project}:retainData: false`,
  };
}

function twoReceivers(project: string): Problem {
  return {
    property: `${project}:alarmEmail`,
    fault: "alarmTopicArn is given too: subscribe the address to that topic",
    example: `${project}:alarmTopicArn: ""`,
  };
}

function orEmpty(rule: Rule<string>): Rule<string> {
  return { example: rule.example, fault: (value) => (value === "" ? undefined : rule.fault(value)) };
}

/** Half an hour after the run, or a problem where no single expression says that. */
function derivedCrawl(config: pulumi.Config, schedule: string, problems: Problem[]): string | undefined {
  if (scheduleRule.fault(schedule) !== undefined) return undefined;
  const derived = crawlScheduleAfter(schedule);
  if (derived === undefined) {
    const fault = `it is missing, and does not follow from the schedule ${shown(schedule)}`;
    problems.push({ property: `${config.name}:crawlSchedule`, fault, example: '"cron(30 6 * * ? *)"' });
  }
  return derived;
}

function unlessEmpty(text: string): string | undefined {
  return text === "" ? undefined : text;
}

function readPlaylists(config: pulumi.Config, problems: Problem[]): string[] {
  const property = `${config.name}:playlists`;
  const { example } = playlistsRule;
  const text = config.get("playlists");
  if (text === undefined) {
    problems.push({ property, fault: "it is missing", example });
    return [];
  }
  const list = parseJson(text);
  if (!Array.isArray(list) || !list.every((entry) => typeof entry === "string")) {
    problems.push({ property, got: shown(list ?? text), fault: "it must be a list of texts", example });
    return [];
  }
  problems.push(...problemsOf(property, list, playlistsRule));
  return list;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readSecret(config: pulumi.Config, key: string, problems: Problem[]): pulumi.Output<string> {
  const property = `${config.name}:${key}`;
  const example = `pulumi config set --secret ${key} 0123456789abcdef0123456789abcdef`;
  try {
    return config.requireSecret(key, { pattern: /^[!-~]+$/ });
  } catch {
    // Pulumi's error would show the secret.
    const missing = config.getSecret(key) === undefined;
    problems.push({ property, fault: missing ? "it is missing" : "it is empty or holds blanks", example });
    return pulumi.secret("");
  }
}
