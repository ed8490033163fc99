/** The effect of a changed setting or argument on the resources of a stack. */
import type { ProgramResult } from "../../../lake/local/program";
import { exampleStack } from "../../../scripts/exampleStack";
import { propertyOf, type ResourceChange, resourceChanges } from "../../../scripts/preview/changes";
import { resourcesOf } from "../../../scripts/preview/properties";
import { runTestProgram } from "../components/testPrograms";

function label({ type, name }: ResourceChange): string {
  return `${type.slice(type.lastIndexOf(":") + 1)} ${name.replace(/^playlake-/, "")}`;
}

function lineOf(change: ResourceChange): string {
  const keys = [...new Set(change.properties.map(({ path }) => propertyOf(path).replace(/^option /, "")))];
  const replacing = change.properties.filter(({ isReplacing }) => isReplacing).map(({ path }) => propertyOf(path));
  const shown = change.action === "replace" ? [...new Set(replacing)] : keys;
  return `${change.action} ${label(change)}${shown.length > 0 ? `: ${shown.join(" ")}` : ""}`;
}

/** A line for each resource that a preview would show: `create`, `delete`, `replace`, or `update` with the properties. */
export async function changes(before: ProgramResult, after: ProgramResult): Promise<string[]> {
  const found = resourceChanges(await resourcesOf(before.resources), await resourcesOf(after.resources));
  return found
    .filter(({ type }) => /^awsx?:/.test(type))
    .map(lineOf)
    .sort();
}

/** Whether a line of `changes` deletes or replaces a resource that holds data. */
export function losesData(line: string): boolean {
  return /^(replace|delete) (Bucket|Secret|Parameter|CatalogDatabase) /.test(line);
}

const topic = "arn:aws:sns:us-east-1:123456789012:ops";

/** Another value of each setting, and the other settings that it needs. */
type Cases = Readonly<Record<string, readonly [value: unknown, before?: object]>>;

const functionCases: Cases = {
  memoryMiB: [2048],
  timeoutSeconds: [600],
  logRetentionDays: [60],
  retainData: [false],
  forceDestroy: [true, { retainData: false }],
  protect: [false],
  alarms: ["detailed"],
  alarmTopicArns: [[topic]],
};

/** A case for each setting of the stack, and for each argument of a component. */
export const cases: Readonly<Record<string, Cases>> = {
  config: {
    playlists: ['["me"]'],
    schedule: ["cron(15 7 * * ? *)"],
    timezone: ["Europe/Berlin"],
    market: ["DE"],
    catalog: ["inferred"],
    crawlSchedule: ["cron(0 9 * * ? *)"],
    compactSchedule: ["cron(0 7 * * ? *)"],
    digestEmail: ["me@example.org"],
    digestTopicArn: [topic],
    digestSchedule: ["rate(1 day)", { digestTopicArn: topic }],
    rawBucket: ["their-raw"],
    lakeBucket: ["their-lake"],
    retainData: ["false"],
    forceDestroy: ["true", { retainData: "false" }],
    auditTrail: ["true"],
    alarms: ["detailed"],
    alarmTopicArn: [topic],
    alarmEmail: ["me@example.org"],
    monthlyBudget: ["5", { alarmEmail: "me@example.org" }],
    spotifyClientId: ["another"],
    spotifyClientSecret: ["another"],
  },
  SpotifyExtractor: {
    playlists: [["3cEYpjA9oz9GiPac4AsH4n"]],
    spotifyClientId: ["other"],
    spotifyClientSecret: ["other"],
    rawBucket: ["their-raw"],
    schedule: ["cron(15 7 * * ? *)"],
    timezone: ["Europe/Berlin"],
    market: ["DE"],
    ...functionCases,
    transform: [{ extractFunction: { reservedConcurrentExecutions: 1 } }],
  },
  PlaylistTransformer: {
    rawBucket: ["their-raw"],
    lakeBucket: ["other-lake"],
    trigger: ["eventbridge"],
    databaseName: ["playlists"],
    catalog: ["inferred", { databaseName: "playlists" }],
    schedule: ["cron(0 6 * * ? *)"],
    ...functionCases,
    transform: [{ transformLogGroup: { logGroupClass: "INFREQUENT_ACCESS" } }],
  },
  AthenaCatalog: {
    lakeBucket: ["other-lake"],
    catalog: ["inferred"],
    crawlSchedule: ["cron(0 9 * * ? *)"],
    compactSchedule: ["cron(0 7 * * ? *)"],
    digestEmail: ["me@example.org"],
    digestTopicArn: [topic],
    digestSchedule: ["rate(1 day)", { digestTopicArn: topic }],
    timezone: ["Europe/Berlin"],
    databaseName: ["other"],
    resultsRetentionDays: [7],
    maxScannedBytesPerQuery: [20_000_000],
    alarms: ["detailed", { compactSchedule: "cron(0 7 * * ? *)" }],
    tables: [{ charts: { columns: ["day"], location: "s3://charts/top/" } }],
    alarmTopicArns: [[topic]],
    transform: [{ queriesWorkgroup: { description: "Ask here." } }],
  },
};

function run(what: string, values: object): Promise<ProgramResult> {
  if (what !== "config") {
    return runTestProgram("oneComponent", { "test:component": what, "test:args": JSON.stringify(values) });
  }
  return exampleStack(values as Record<string, string>);
}

let found: Promise<Map<string, string[]>> | undefined;

/** The effect of each change, by keys such as `config: another market`. Computed once. */
export function allChanges(): Promise<Map<string, string[]>> {
  found ??= computeChanges();
  return found;
}

async function computeChanges(): Promise<Map<string, string[]>> {
  const all = new Map<string, string[]>();
  for (const [what, values] of Object.entries(cases)) {
    const plain = await run(what, {});
    for (const [key, [value, before]] of Object.entries(values)) {
      const old = before === undefined ? plain : await run(what, before);
      all.set(`${what}: another ${key}`, await changes(old, await run(what, { ...before, [key]: value })));
    }
  }
  return all;
}

/** The same as text. Resources that change in the same way share a line. */
export async function changesText(): Promise<string> {
  const blocks = [...(await allChanges())].map(([heading, lines]) =>
    [heading, ...merged(lines).map((line) => `    ${line}`), ""].join("\n"),
  );
  return blocks.join("\n");
}

/** `update A x: p` and `update A y: p` as `update A x, y: p`. */
function merged(found: readonly string[]): string[] {
  const groups = new Map<string, string[]>();
  for (const line of found) {
    const [, action, name = "", rest = ""] = /^(\w+ \w+) ([^:]+)(.*)$/.exec(line) ?? [];
    const key = `${action}|${rest}`;
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  return [...groups].map(([key, names]) => {
    const [action, rest] = key.split("|");
    return `${action} ${names.join(", ")}${rest}`;
  });
}
