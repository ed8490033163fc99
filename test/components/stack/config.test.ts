import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { configDefaults, type PlaylakeConfig, readConfig } from "../../../components/stack/config";
import { runProgram } from "../../../lake/local/program";
import { errorOf, goodConfig } from "../../support/components/testPrograms";

const test = suite("components/stack/config");

/** A project or stack file, read as Pulumi's SDK reads it. */
function readYaml(file: string): Record<string, unknown> {
  const yaml = createRequire(require.resolve("@pulumi/pulumi"))("js-yaml") as { load(text: string): unknown };
  return yaml.load(readFileSync(path.join(__dirname, "../../..", file), "utf8")) as Record<string, unknown>;
}

/** A value as the CLI passes it to the program. */
function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Reads a stack's config as the program does. */
function read(config: Record<string, string>): PlaylakeConfig {
  pulumi.runtime.setAllConfig({ ...configDefaults("playlake"), ...config });
  return readConfig(new pulumi.Config("playlake"));
}

test("the stack `dev` has a valid config that deletes its data with the stack", () => {
  const { config } = readYaml("Pulumi.dev.yaml") as { config: Record<string, unknown> };
  const given = Object.fromEntries(Object.entries(config).map(([key, value]) => [key, asText(value)]));
  const { extractor, transformer, athena, ...all } = read({ ...goodConfig, ...given });
  const { spotifyClientId: _id, spotifyClientSecret: _secret, ...settings } = all;
  // Each component also gets the settings that are its arguments.
  assert.is(extractor.schedule, settings.schedule);
  assert.not.ok("catalog" in extractor);
  assert.equal([transformer.lakeBucket, transformer.retainData], [undefined, false]);
  assert.equal([athena.catalog, athena.timezone], ["declared", "UTC"]);
  assert.equal(settings, {
    playlists: ["https://open.spotify.com/playlist/3cEYpjA9oz9GiPac4AsH4n"],
    schedule: "cron(0 6 * * ? *)",
    timezone: "UTC",
    market: undefined,
    catalog: "declared",
    crawlSchedule: undefined,
    compactSchedule: undefined,
    digestEmail: undefined,
    digestTopicArn: undefined,
    digestSchedule: undefined,
    rawBucket: undefined,
    lakeBucket: undefined,
    retainData: false,
    forceDestroy: true,
    auditTrail: false,
    alarmTopicArn: undefined,
    alarms: "default",
    alarmEmail: undefined,
    monthlyBudget: undefined,
  });
});

test("one error names every wrong setting, with its value and an example", async () => {
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
  const secret = (key: string) => `pulumi config set --secret ${key} 0123456789abcdef0123456789abcdef`;
  assert.is(
    await errorOf(runProgram({ config })),
    [
      "The stack's config: 10 problems",
      `  playlake:playlists: got ${config["playlake:playlists"]}: not the id, URI or link of a playlist: "spotify:album:3cEYpjA9oz9GiPac4AsH4n"; expected e.g. ["3cEYpjA9oz9GiPac4AsH4n"]`,
      '  playlake:schedule: got "daily": it must be cron(…) or rate(…); expected e.g. "cron(0 6 * * ? *)"',
      '  playlake:timezone: got "europe/berlin": it is not a time zone of the IANA database; expected e.g. "Europe/Berlin"',
      '  playlake:market: got "Germany": it must be a country code of two capital letters; expected e.g. "DE"',
      '  playlake:catalog: got "guessed": it must be one of declared, inferred; expected e.g. "declared"',
      `  playlake:crawlSchedule: got "cron(0 6 * * *)": ${fields}; expected e.g. "cron(30 6 ? * SUN *)", or "none" for no crawler`,
      '  playlake:compactSchedule: got "hourly": it must be cron(…) or rate(…); expected e.g. "cron(0 6 * * ? *)"',
      '  playlake:retainData: got "yes": it must be true or false; expected e.g. true',
      `  playlake:spotifyClientId: it is empty or contains blanks; ${secret("spotifyClientId")}`,
      `  playlake:spotifyClientSecret: it is missing; ${secret("spotifyClientSecret")}`,
    ].join("\n"),
  );
});

test("each single mistake has its own error", async () => {
  const example = 'expected e.g. ["3cEYpjA9oz9GiPac4AsH4n"]';
  const cases: [Record<string, string>, string][] = [
    [{ "playlake:playlists": "[]" }, `  playlake:playlists: got []: the list is empty; ${example}`],
    [{ "playlake:playlists": "me" }, `  playlake:playlists: got "me": it must be a list of strings; ${example}`],
    [{ "playlake:playlists": "[1]" }, `  playlake:playlists: got [1]: it must be a list of strings; ${example}`],
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
      "  playlake:alarmEmail: alarmTopicArn is given too; subscribe the address to that topic, and unset playlake:alarmEmail",
    ],
    [
      { "playlake:schedule": "rate(1 day)", "playlake:catalog": "inferred" },
      '  playlake:crawlSchedule: it is missing, and does not follow from the schedule "rate(1 day)"; expected e.g. "cron(30 6 * * ? *)"',
    ],
  ];
  cases.push([
    { "playlake:digestSchedule": "rate(1 day)" },
    "  playlake:digestSchedule: nobody gets the digest; set playlake:digestEmail or playlake:digestTopicArn",
  ]);
  cases.push([
    { "playlake:digestEmail": "you@example.com", "playlake:digestTopicArn": "arn:aws:sns:us-east-1:123456789012:a" },
    "  playlake:digestEmail: digestTopicArn is given too; subscribe the address to that topic, and unset playlake:digestEmail",
  ]);
  cases.push([
    { "playlake:monthlyBudget": "5" },
    "  playlake:monthlyBudget: got 5: it has no address to mail; set playlake:alarmEmail too",
  ]);
  cases.push([
    { "playlake:monthlyBudget": "five", "playlake:alarmEmail": "you@example.com" },
    '  playlake:monthlyBudget: got "five": it must be a whole number from 1 to 1000000; expected e.g. 5',
  ]);
  cases.push([
    { "playlake:monthlyBudget": "abc" },
    '  playlake:monthlyBudget: got "abc": it must be a whole number from 1 to 1000000; expected e.g. 5',
  ]);
  cases.push([
    { "playlake:digestSchedule": "weekly" },
    '  playlake:digestSchedule: got "weekly": it must be cron(…) or rate(…); expected e.g. "cron(0 6 * * ? *)"',
  ]);
  cases.push([
    { "playlake:market": "UK" },
    '  playlake:market: got "UK": the country\'s code is GB; expected e.g. "DE"',
  ]);
  cases.push([
    { "playlake:rawBucket": "Their-Raw" },
    '  playlake:rawBucket: got "Their-Raw": it must be the name of a bucket: 3 to 63 lower-case letters, digits, dashes and dots; expected e.g. "playlake-raw-1a2b3c4"',
  ]);
  cases.push([
    { "playlake:rawBucket": "ours", "playlake:lakeBucket": "ours" },
    '  playlake:lakeBucket: got "ours": it must be a bucket other than the raw one; expected e.g. "playlake-lake-1a2b3c4"',
  ]);
  cases.push([
    { "playlake:auditTrial": "true" },
    "  playlake:auditTrial: there is no such setting; did you mean auditTrail?",
  ]);
  for (const [wrong, line] of cases) {
    const message = await errorOf(runProgram({ config: { ...goodConfig, ...wrong } }));
    assert.is(message, `The stack's config: 1 problem\n${line}`);
  }
});

test("a declared catalog is crawled weekly or not at all", () => {
  const schedule = { "playlake:schedule": "rate(1 day)" };
  assert.is(read({ ...goodConfig, ...schedule }).crawlSchedule, undefined);
  assert.is(read({ ...goodConfig, ...schedule, "playlake:crawlSchedule": "none" }).crawlSchedule, "none");
});

test.run();
