import { suite } from "uvu";
import * as assert from "uvu/assert";
import { marketRule, timezoneRule } from "../../../components/arguments/rules";
import { errorOf, runTestProgram } from "../../support/components/testPrograms";

const test = suite("components/arguments/arguments");

const errorFor = (name: string) => errorOf(runTestProgram("badArguments", { "test:case": name, "playlake:x": "" }));

test("one error names all wrong arguments of a component", async () => {
  assert.is(
    await errorFor("extractor"),
    [
      'SpotifyExtractor "p": 8 problems',
      '  playlists: got ["https://open.spotify.com/album/3cEYpjA9oz9GiPac4AsH4n"]: not the id, URI or link of a playlist: "https://open.spotify.com/album/3cEYpjA9oz9GiPac4AsH4n"; expected e.g. ["3cEYpjA9oz9GiPac4AsH4n"]',
      '  schedule: got "rate(1 hours)": rate(1 …) takes hour; expected e.g. "cron(0 6 * * ? *)"',
      '  timezone: got "Europe/Atlantis": it is not a time zone of the IANA database; expected e.g. "Europe/Berlin"',
      '  market: got "de": it must be a country code of two capital letters; expected e.g. "DE"',
      "  memoryMiB: got 64: it must be a whole number from 128 to 10240; expected e.g. 1024",
      "  timeoutSeconds: got 901: it must be a whole number from 1 to 900; expected e.g. 300",
      "  logRetentionDays: got 31: it must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653; expected e.g. 30",
      "  forceDestroy: got true: data that is retained cannot be deleted; set retainData: false too",
    ].join("\n"),
  );
  assert.is(
    await errorFor("transformer"),
    [
      'PlaylistTransformer "p": 2 problems',
      "  memoryMiB: got 1.5: it must be a whole number from 128 to 10240; expected e.g. 1024",
      '  trigger: got "notification": S3 keeps one notification per bucket, and this bucket belongs to someone else; expected e.g. "eventbridge"',
    ].join("\n"),
  );
  assert.is(
    await errorFor("catalog"),
    [
      'AthenaCatalog "p": 4 problems',
      '  databaseName: got "two-words": it must be lower-case letters, digits and underscores; expected e.g. "playlake_prod"',
      '  crawlSchedule: got "cron(0 6 * * *)": cron takes six fields with one space between (minutes hours day-of-month month day-of-week year), found 5; expected e.g. "cron(30 6 ? * SUN *)", or "none" for no crawler',
      "  resultsRetentionDays: got 0: it must be a whole number from 1 to 36500; expected e.g. 30",
      "  maxScannedBytesPerQuery: got 1: it must be a whole number from 10485760 to 9007199254740991; expected e.g. 10737418240",
    ].join("\n"),
  );
});

test("a name that cannot be a prefix of a bucket's or a role's name is refused", async () => {
  const fault = "it must be lower-case letters, digits and dashes, a letter first, at most 46 characters";
  const lineFor = (name: string) =>
    `PlaylistTransformer: 1 problem\n  name: got "${name}": ${fault}; expected e.g. "playlake"`;
  assert.is(await errorFor("name"), lineFor("Play.lake"));
  assert.is(await errorFor("longName"), lineFor("a".repeat(47)));
});

test("a name that cannot begin a parameter's name is refused", async () => {
  const fault = "AWS refuses SSM parameters whose names begin with aws";
  assert.is(
    await errorFor("reservedName"),
    `SpotifyExtractor "aws-music": 1 problem\n  name: got "aws-music": ${fault}; expected e.g. "playlake"`,
  );
});

test("the raw bucket is refused as the lake, by name or as a component's output", async () => {
  const lineFor = (got: string) =>
    `PlaylistTransformer "p": 1 problem\n  lakeBucket: got ${got}: it must be a bucket other than the raw one; expected e.g. "playlake-lake-1a2b3c4"`;
  assert.is(await errorFor("sameBucket"), lineFor('"raw"'));
  assert.is(await errorFor("sameRef"), lineFor("a value that is known later"));
});

test("a secret among a function's settings is refused with advice", async () => {
  assert.is(
    await errorFor("secretSetting"),
    'error serializing property "code": a secret among a function\'s settings (playlists, timezone, market, runDays): settings.json is plain text; pass no secret there, or pulumi.unsecret(...)',
  );
});

test("missing arguments are named", async () => {
  const bucket = 'it is missing; expected e.g. "playlake-raw-1a2b3c4"';
  const credential = 'it is missing; expected e.g. "0123456789abcdef0123456789abcdef"';
  assert.is(
    await errorFor("noExtractor"),
    [
      'SpotifyExtractor "p": 3 problems',
      '  playlists: it is missing; expected e.g. ["3cEYpjA9oz9GiPac4AsH4n"]',
      `  spotifyClientId: ${credential}`,
      `  spotifyClientSecret: ${credential}`,
    ].join("\n"),
  );
  assert.is(await errorFor("noTransformer"), `PlaylistTransformer "p": 1 problem\n  rawBucket: ${bucket}`);
  assert.is(
    await errorFor("noCatalog"),
    [
      'AthenaCatalog "p": 4 problems',
      `  lakeBucket: ${bucket}`,
      '  tables.charts.columns: it is missing; expected e.g. ["day", "track_id"]',
      '  tables.charts.location: it is missing; expected e.g. "s3://charts/top/"',
      "  digestSchedule: nobody gets the digest; set digestEmail or digestTopicArn",
    ].join("\n"),
  );
  assert.match(await errorFor("noName"), /^PlaylistTransformer: 1 problem\n {2}name: it is missing; expected/);
});

test("an error names values of another type without showing secrets", async () => {
  const bucket =
    'it must be the name of a bucket: 3 to 63 lower-case letters, digits, dashes and dots; expected e.g. "playlake-raw-1a2b3c4"';
  const topics = 'expected e.g. ["arn:aws:sns:eu-central-1:123456789012:alarms"]';
  const onOff = "it must be true or false; expected e.g. true";
  assert.is(
    await errorFor("oddExtractor"),
    [
      'SpotifyExtractor "p": 7 problems',
      '  playlists: got ["3cEYpjA9oz9GiPac4AsH4n",5]: it must be a list of strings; expected e.g. ["3cEYpjA9oz9GiPac4AsH4n"]',
      '  spotifyClientId: it is empty or contains blanks; expected e.g. "0123456789abcdef0123456789abcdef"',
      '  spotifyClientSecret: it is empty or contains blanks; expected e.g. "0123456789abcdef0123456789abcdef"',
      `  rawBucket: got "arn:aws:s3:::raw": ${bucket}`,
      `  retainData: got "false": ${onOff}`,
      `  protect: got "no": ${onOff}`,
      `  alarmTopicArns: got ["alarms"]: not the ARN of an SNS topic: "alarms"; ${topics}`,
    ].join("\n"),
  );
  assert.is(
    await errorFor("oddTransformer"),
    [
      'PlaylistTransformer "p": 4 problems',
      `  rawBucket: got a resource: ${bucket}`,
      `  lakeBucket: got "s3://lake": ${bucket}`,
      `  forceDestroy: got 1: ${onOff}`,
      `  alarmTopicArns: got "alarms": it must be a list of ARNs; ${topics}`,
    ].join("\n"),
  );
  assert.is(
    await errorFor("oddCatalog"),
    [
      'AthenaCatalog "p": 5 problems',
      "  protect: there is no such argument; known are lakeBucket, databaseName, catalog, crawlSchedule, compactSchedule, digestEmail, digestTopicArn, digestSchedule, timezone, resultsRetentionDays, maxScannedBytesPerQuery, tables, alarms, alarmTopicArns, transform",
      `  lakeBucket: got 7: ${bucket}`,
      '  catalog: got a value that is known later: it must be one of declared, inferred; expected e.g. "declared"',
      '  tables: got a value that is known later: the names must be known when the program runs; expected e.g. { charts: { columns: ["day"], location: "s3://charts/top/" } }',
      "  transform: got a value that is known later: it must be an object of hooks; expected e.g. { extractFunction: { memorySize: 2048 } }",
    ].join("\n"),
  );
  assert.match(await errorFor("manyTopics"), /: an alarm notifies at most five topics; expected/);
});

test("an output's value is checked against the same rule", async () => {
  assert.match(
    await errorFor("lateBucket"),
    /PlaylistTransformer "p": 1 problem\n {2}rawBucket: got "Their_Raw": it must/,
  );
  assert.match(
    await errorFor("late"),
    /AthenaCatalog "p": 1 problem\n {2}timezone: got "europe\/berlin": it is not a time zone of the IANA database; expected e\.g\. "Europe\/Berlin"/,
  );
});

test("an unknown argument is refused with the nearest one", async () => {
  assert.is(
    await errorFor("unknown"),
    [
      'PlaylistTransformer "p": 2 problems',
      "  memorySize: there is no such argument; did you mean memoryMiB?",
      "  lakebucket: there is no such argument; did you mean lakeBucket?",
    ].join("\n"),
  );
});

test("a hook for a resource that does not exist is refused", async () => {
  assert.is(
    await errorFor("hook"),
    'PlaylistTransformer "p": 1 problem\n  transform.transformFuncton: the component has no such resource; did you mean transformFunction?',
  );
});

test("time zones are checked as AWS checks them", () => {
  const good = [
    "UTC",
    "Europe/Berlin",
    "America/Port-au-Prince",
    "Etc/GMT+5",
    "Asia/Calcutta",
    "America/Argentina/Ushuaia",
  ];
  const bad = ["", "utc", "+02:00", "CET/CEST", "Europe", "europe/berlin", "Europe/BERLIN", "Local time"];
  assert.equal(
    good.map(timezoneRule.fault),
    good.map(() => undefined),
  );
  assert.equal(
    bad.filter((name) => timezoneRule.fault(name) === undefined),
    [],
  );
  assert.is(timezoneRule.fault("Europe/BERLIN"), "its name is Europe/Berlin");
});

test("a market is the code of a country", () => {
  assert.equal(["AQ", "DE", "GB", "HK", "PS", "US", "XK"].map(marketRule.fault), Array(7).fill(undefined));
  for (const code of ["EU", "QO", "UN", "XA", "XX", "ZZ"]) {
    assert.is(marketRule.fault(code), "it is not the code of a country", code);
  }
  for (const [code, current] of Object.entries({ AN: "CW", DD: "DE", UK: "GB", YU: "RS" })) {
    assert.is(marketRule.fault(code), `the country's code is ${current}`);
  }
  for (const code of ["de", "DEU", "", "D1"]) {
    assert.is(marketRule.fault(code), "it must be a country code of two capital letters", code);
  }
});

test.run();
