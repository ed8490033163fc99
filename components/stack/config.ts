// The stack's config, read and checked as a whole, so that one preview names every problem.
import * as pulumi from "@pulumi/pulumi";
import { crawlScheduleAfter } from "../../schedule/schedules";
import { dataSwitchProblems, digestProblems, type Problem, problemsError, shown } from "../arguments/problems";
import { otherBucketRule, problemsOf, type Rule, scheduleRule } from "../arguments/rules";
import { type Setting, type Settings, unknownKeys } from "../arguments/setting";
import { catalogSettings, extractorSettings, transformerSettings } from "../arguments/settings";
import { stackSettings } from "./settings";

type AnySetting = Settings[string];
type ValueOf<S> = S extends Setting<infer Value, infer _G, infer _C, infer _R> ? Value : never;
type ConfigOf<T extends Settings> = {
  [K in keyof T]: T[K] extends { isSecret: true }
    ? pulumi.Output<string>
    : T[K] extends { default: unknown } | { isRequired: true }
      ? ValueOf<T[K]>
      : ValueOf<T[K]> | undefined;
};

/** The values of a Playlake stack's config. Optional settings that are not set are undefined. */
type StackConfig = ConfigOf<typeof stackSettings>;

type Shared<T> = Pick<StackConfig, keyof StackConfig & keyof T>;

/** The config as the program uses it: all values, and the arguments of each component. */
export interface PlaylakeConfig extends StackConfig {
  extractor: Shared<typeof extractorSettings>;
  transformer: Shared<typeof transformerSettings>;
  athena: Shared<typeof catalogSettings>;
}

const settings = Object.entries(stackSettings) as [keyof StackConfig, AnySetting][];

/** The values that the CLI adds to a stack's config from Pulumi.yaml, by full key. An empty string means "not set". */
export function configDefaults(project: string): Record<string, string> {
  const optional = settings.filter(([, { isRequired }]) => !isRequired);
  return Object.fromEntries(optional.map(([key, setting]) => [`${project}:${key}`, String(setting.default ?? "")]));
}

/** The full keys of the settings that Pulumi.yaml declares secret. */
export function secretConfigKeys(project: string): string[] {
  return settings.filter(([, { rule }]) => rule.isSecret).map(([key]) => `${project}:${key}`);
}

/**
 * Reads the stack's config.
 * @throws pulumi.RunError that names every setting that is missing or cannot be used, with the value and a good example
 */
export function readConfig(config = new pulumi.Config()): PlaylakeConfig {
  const problems: Problem[] = unknownSettings(config.name);
  const read = settings.map(([key, setting]) => [key, readSetting(config, key, setting, problems)]);
  const values = Object.fromEntries(read) as StackConfig;
  if (values.catalog === "inferred") values.crawlSchedule ??= derivedCrawl(config.name, values, problems);
  const named = new Set(problems.map(({ property }) => property));
  problems.push(...contradictions(`${config.name}:`, values).filter(({ property }) => !named.has(property)));
  if (problems.length > 0) throw problemsError("The stack's config", problems);
  return {
    ...values,
    extractor: shared(values, extractorSettings),
    transformer: shared(values, transformerSettings),
    athena: shared(values, catalogSettings),
  };
}

function shared<T extends Settings>(values: StackConfig, component: T): Shared<T> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => key in component)) as Shared<T>;
}

/** One setting's value. Problems are recorded. */
function readSetting(config: pulumi.Config, key: string, setting: AnySetting, problems: Problem[]): unknown {
  const property = `${config.name}:${key}`;
  if (setting.rule.isSecret) return readSecret(config, key, setting.rule, problems);
  const text = config.get(key) ?? "";
  if (text === "" && !setting.isRequired) return setting.default;
  const value = text === "" ? undefined : parsed(text, setting.rule.type);
  problems.push(...problemsOf(property, value, setting.rule));
  return value;
}

/** Converts a text to the type that its rule accepts. A text of another form is left as it is, and the rule refuses it. */
function parsed(text: string, type: string): unknown {
  if (type === "boolean") return text === "true" ? true : text === "false" ? false : text;
  if (type === "number") return Number.isNaN(Number(text)) ? text : Number(text);
  if (!type.endsWith("[]")) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function readSecret(
  config: pulumi.Config,
  key: string,
  rule: Rule<unknown>,
  problems: Problem[],
): pulumi.Output<string> {
  // Checked here, because Pulumi's error would show the value.
  const text = config.get(key);
  for (const problem of problemsOf(`${config.name}:${key}`, text, rule)) {
    problems.push({ ...problem, advice: `pulumi config set --secret ${key} ${JSON.parse(rule.example)}` });
  }
  return config.getSecret(key) ?? pulumi.secret("");
}

function unknownSettings(project: string): Problem[] {
  const prefix = `${project}:`;
  const keys = Object.keys(pulumi.runtime.allConfig()).filter((key) => key.startsWith(prefix));
  const given = keys.map((key) => key.slice(prefix.length)).sort();
  const known = settings.map(([key]) => key);
  return unknownKeys(given, known, "setting").map((one) => ({ ...one, property: prefix + one.property }));
}

function contradictions(prefix: string, values: StackConfig): Problem[] {
  const { rawBucket, lakeBucket, alarmTopicArn, alarmEmail, monthlyBudget } = values;
  const problems = [...dataSwitchProblems(values, prefix), ...digestProblems(values, prefix)];
  if (rawBucket !== undefined && lakeBucket !== undefined) {
    problems.push(...problemsOf(`${prefix}lakeBucket`, lakeBucket, otherBucketRule(rawBucket)));
  }
  if (alarmTopicArn !== undefined && alarmEmail !== undefined) {
    const advice = `subscribe the address to that topic, and unset ${prefix}alarmEmail`;
    problems.push({ property: `${prefix}alarmEmail`, fault: "alarmTopicArn is given too", advice });
  }
  if (monthlyBudget !== undefined && alarmEmail === undefined) {
    const advice = `set ${prefix}alarmEmail too`;
    problems.push({
      property: `${prefix}monthlyBudget`,
      got: `${monthlyBudget}`,
      fault: "it has no address to mail",
      advice,
    });
  }
  return problems;
}

/** When an inferred catalog is crawled: half an hour after the run. A problem if no single expression can state that. */
function derivedCrawl(project: string, { schedule }: StackConfig, problems: Problem[]): string | undefined {
  if (typeof schedule !== "string" || scheduleRule.fault(schedule) !== undefined) return undefined;
  const derived = crawlScheduleAfter(schedule);
  if (derived === undefined) {
    const fault = `it is missing, and does not follow from the schedule ${shown(schedule)}`;
    problems.push({ property: `${project}:crawlSchedule`, fault, advice: 'expected e.g. "cron(30 6 * * ? *)"' });
  }
  return derived;
}
