import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { configDefaults, type PlaylakeConfig, readConfig, secretConfigKeys } from "../../../components/stack/config";
import { runProgram } from "../../../lake/local/program";
import { errorOf, goodConfig } from "../support";

const test = suite("components/stack/config");

/** A project or stack file, read as Pulumi's own SDK reads it. */
function readYaml(file: string): Record<string, unknown> {
  const yaml = createRequire(require.resolve("@pulumi/pulumi"))("js-yaml") as { load(text: string): unknown };
  return yaml.load(readFileSync(path.join(__dirname, "../../..", file), "utf8")) as Record<string, unknown>;
}

/** A value as the CLI hands it to the program. */
function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

interface Setting {
  type: string;
  description: string;
  default?: unknown;
  secret?: boolean;
}

test("Pulumi.yaml describes every setting, with the defaults and secrets that the program knows", () => {
  const { name, config } = readYaml("Pulumi.yaml") as { name: string; config: Record<string, Setting> };
  assert.is(name, "playlake");
  const settings = Object.entries(config).map(([key, setting]) => ({ key: `playlake:${key}`, ...setting }));
  const withDefault = settings.filter((setting) => setting.default !== undefined);
  assert.equal(
    Object.fromEntries(withDefault.map((setting) => [setting.key, asText(setting.default)])),
    configDefaults("playlake"),
  );
  const secret = settings.filter((setting) => setting.secret === true);
  assert.equal(
    secret.map(({ key }) => key),
    secretConfigKeys("playlake"),
  );
  const types = Object.fromEntries(settings.map(({ key, type }) => [key.slice("playlake:".length), type]));
  assert.equal(types, {
    playlists: "array",
    schedule: "string",
    timezone: "string",
    market: "string",
    catalog: "string",
    crawlSchedule: "string",
    compactSchedule: "string",
    alarmTopicArn: "string",
    alarms: "string",
    alarmEmail: "string",
    rawBucket: "string",
    lakeBucket: "string",
    auditTrail: "boolean",
    retainData: "boolean",
    forceDestroy: "boolean",
    spotifyClientId: "string",
    spotifyClientSecret: "string",
  });
  assert.equal(
    settings.filter(({ description }) => description.length < 20),
    [],
  );
});

/** Reads a stack's config as the program does. */
function read(config: Record<string, string>): PlaylakeConfig {
  pulumi.runtime.setAllConfig({ ...configDefaults("playlake"), ...config });
  return readConfig(new pulumi.Config("playlake"));
}

test("the stack `dev` has a good config, and lets go of its data by both switches", () => {
  const { config } = readYaml("Pulumi.dev.yaml") as { config: Record<string, unknown> };
  const given = Object.fromEntries(Object.entries(config).map(([key, value]) => [key, asText(value)]));
  const { spotifyClientId: _id, spotifyClientSecret: _secret, ...settings } = read({ ...goodConfig, ...given });
  assert.equal(settings, {
    playlists: ["https://open.spotify.com/playlist/3cEYpjA9oz9GiPac4AsH4n"],
    schedule: "cron(0 6 * * ? *)",
    timezone: "UTC",
    market: undefined,
    catalog: "declared",
    crawlSchedule: "cron(30 6 ? * SUN *)",
    compactSchedule: undefined,
    rawBucket: undefined,
    lakeBucket: undefined,
    retainData: false,
    forceDestroy: true,
    auditTrail: false,
    alarmTopicArn: undefined,
    alarms: "default",
    alarmEmail: undefined,
  });
});

test("one error names all that is wrong, with the value and a good one", async () => {
  const config = {
    "playlake:playlists": '["3cEYpjA9oz9GiPac4AsH4n","spotify:album:3cEYpjA9oz9GiPac4AsH4n"]',
    "playlake:schedule": "daily",
    "playlake:timezone": "europe/berlin",
    "playlake:market": "Germany",
    "playlake:catalog": "guessed",
    "playlake:crawlSchedule": "cron(0 6 * * *)",
    "playlake:compactSchedule": "hourly",
    "playlake:retainData": "yes",
    "playlake:spotifyClientId": "with a blank",
  };
  const fields =
    "cron takes six fields with one space between (minutes hours day-of-month month day-of-week year), found 5";
  const secret = (key: string) => `expected e.g. pulumi config set --secret ${key} 0123456789abcdef0123456789abcdef`;
  assert.is(
    await errorOf(runProgram({ config })),
    [
      "The stack's config: 10 problems",
      '  playlake:schedule: got "daily": it must be cron(…) or rate(…); expected e.g. "cron(0 6 * * ? *)"',
      '  playlake:catalog: got "guessed": it must be one of declared, inferred; expected e.g. "declared"',
      `  playlake:crawlSchedule: got "cron(0 6 * * *)": ${fields}; expected e.g. "cron(30 6 ? * SUN *)", or "none" for no crawler`,
      `  playlake:playlists: got ${config["playlake:playlists"]}: no playlist's id, URI or link: "spotify:album:3cEYpjA9oz9GiPac4AsH4n"; expected e.g. ["3cEYpjA9oz9GiPac4AsH4n"]`,
      '  playlake:timezone: got "europe/berlin": it is no time zone of the IANA database; expected e.g. "Europe/Berlin"',
      '  playlake:market: got "Germany": it must be a country\'s two capital letters; expected e.g. "DE"',
      '  playlake:compactSchedule: got "hourly": it must be cron(…) or rate(…); expected e.g. "cron(0 6 * * ? *)"',
      '  playlake:retainData: got "yes": it must be true or false; expected e.g. "true"',
      `  playlake:spotifyClientId: it is empty or holds blanks; ${secret("spotifyClientId")}`,
      `  playlake:spotifyClientSecret: it is missing; ${secret("spotifyClientSecret")}`,
    ].join("\n"),
  );
});

test("single mistakes", async () => {
  const example = 'expected e.g. ["3cEYpjA9oz9GiPac4AsH4n"]';
  const cases: [Record<string, string>, string][] = [
    [{ "playlake:playlists": "[]" }, `  playlake:playlists: got []: no playlist is named; ${example}`],
    [{ "playlake:playlists": "me" }, `  playlake:playlists: got "me": it must be a list of texts; ${example}`],
    [{ "playlake:playlists": "[1]" }, `  playlake:playlists: got [1]: it must be a list of texts; ${example}`],
    [
      { "playlake:schedule": "at(2026-11-22T06:00:00)", "playlake:crawlSchedule": "cron(0 6 * * ? *)" },
      '  playlake:schedule: got "at(2026-11-22T06:00:00)": at(…) comes once, and a history needs every day; expected e.g. "cron(0 6 * * ? *)"',
    ],
    [
      { "playlake:alarmTopicArn": "arn:aws:sns:us-east-1:123456789012:alarms.fifo" },
      '  playlake:alarmTopicArn: got "arn:aws:sns:us-east-1:123456789012:alarms.fifo": it must be the ARN of an SNS topic; expected e.g. "arn:aws:sns:eu-central-1:123456789012:alarms"',
    ],
    [
      { "playlake:alarmEmail": "me at home" },
      '  playlake:alarmEmail: got "me at home": it must be an e-mail address; expected e.g. "you@example.com"',
    ],
    [
      {
        "playlake:alarmTopicArn": "arn:aws-cn:sns:cn-north-1:123456789012:a",
        "playlake:alarmEmail": "you@example.com",
      },
      '  playlake:alarmEmail: alarmTopicArn is given too: subscribe the address to that topic; expected e.g. playlake:alarmTopicArn: ""',
    ],
    [
      { "playlake:schedule": "rate(1 day)", "playlake:catalog": "inferred" },
      '  playlake:crawlSchedule: it is missing, and does not follow from the schedule "rate(1 day)"; expected e.g. "cron(30 6 * * ? *)"',
    ],
  ];
  cases.push([
    { "playlake:rawBucket": "Their-Raw" },
    '  playlake:rawBucket: got "Their-Raw": it must be a bucket\'s name: 3 to 63 small letters, digits, dashes and dots; expected e.g. "playlake-raw-1a2b3c4"',
  ]);
  cases.push([
    { "playlake:rawBucket": "ours", "playlake:lakeBucket": "ours" },
    '  playlake:lakeBucket: got "ours": it must be another bucket than the raw one; expected e.g. "playlake-lake-1a2b3c4"',
  ]);
  cases.push([
    { "playlake:auditTrial": "true" },
    "  playlake:auditTrial: there is no such setting; expected e.g. one of playlists, schedule, timezone, market, catalog, crawlSchedule, compactSchedule, rawBucket, lakeBucket, retainData, forceDestroy, auditTrail, alarms, alarmTopicArn, alarmEmail, spotifyClientId, spotifyClientSecret",
  ]);
  for (const [wrong, line] of cases) {
    const message = await errorOf(runProgram({ config: { ...goodConfig, ...wrong } }));
    assert.is(message, `The stack's config: 1 problem\n${line}`);
  }
});

test("a declared catalog is crawled weekly, whatever the run's schedule, or not at all", () => {
  const schedule = { "playlake:schedule": "rate(1 day)" };
  assert.is(read({ ...goodConfig, ...schedule }).crawlSchedule, "cron(30 6 ? * SUN *)");
  assert.is(read({ ...goodConfig, ...schedule, "playlake:crawlSchedule": "none" }).crawlSchedule, "none");
});

test.run();
