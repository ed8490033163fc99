// Values that the provider lets pass at a preview and that fail later, or never work. A user cannot express them, or the
// preview fails with the setting's name, its value and a good example. The rest is held to the rules by the validity tests.
import * as pulumi from "@pulumi/pulumi";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { configDefaults, readConfig } from "../../components/stack/config";
import { exampleStack } from "../../scripts/exampleStack";
import { errorOf, goodConfig } from "../support/components/testPrograms";
import { title } from "../support/title";
import { brokenRules } from "../support/validity/rule";
import { rules } from "../support/validity/rules";
import { everything } from "../support/validity/stacks";

const test = suite("components/passesPreview");

const sixFields =
  "cron takes six fields with one space between (minutes hours day-of-month month day-of-week year), found 5";
const run = 'expected e.g. "cron(0 6 * * ? *)"';
const crawl = 'expected e.g. "cron(30 6 ? * SUN *)", or "none" for no crawler';
const hour = "rate(1 …) takes hour";

const settings: readonly [setting: string, value: string, fault: string, advice: string][] = [
  ["timezone", "Europe/Atlantis", "it is not a time zone of the IANA database", 'expected e.g. "Europe/Berlin"'],
  ["schedule", "cron(0 6 * * *)", sixFields, run],
  ["schedule", "rate(1 hours)", hour, run],
  ["crawlSchedule", "cron(0 6 * * *)", sixFields, crawl],
  ["crawlSchedule", "rate(1 hours)", hour, crawl],
  ["compactSchedule", "cron(0 6 * * *)", sixFields, run],
  ["compactSchedule", "rate(1 hours)", hour, run],
];

for (const [setting, value, fault, advice] of settings) {
  test(title(`${setting} ${value} fails at preview`), async () => {
    const config = { ...configDefaults("playlake"), ...goodConfig, [`playlake:${setting}`]: value };
    pulumi.runtime.setAllConfig(config);
    const error = await errorOf(Promise.resolve().then(() => readConfig(new pulumi.Config("playlake"))));
    assert.is(error, `The stack's config: 1 problem\n  playlake:${setting}: got "${value}": ${fault}; ${advice}`);
  });
}

const tables = { catalogTargets: [{ databaseName: "a", tables: ["b"] }] };
const log = { schemaChangePolicy: { deleteBehavior: "LOG" } };
const classifier = (csvClassifier: object) => ({
  csvClassifier: { delimiter: ",", quoteSymbol: '"', ...csvClassifier },
});
const queries = (...metricQueries: object[]) => ({ metricQueries, evaluationPeriods: 1 });

/** No setting reaches these properties. */
const fixed: readonly (readonly [what: string, type: string, inputs: Record<string, unknown>, rule: string])[] = [
  [
    "StartCrawler in a universal target",
    "Schedule",
    { target: { arn: "arn:aws:scheduler:::aws-sdk:glue:StartCrawler" } },
    "target.arn: a function's ARN, or a universal target in lower camel case",
  ],
  ...(
    [
      ["a catalog crawler that does not log deletions", tables],
      ["a catalog crawler without tables", { catalogTargets: [{ databaseName: "a", tables: [] }], ...log }],
      ["a crawler with both kinds of target", { ...tables, ...log, s3Targets: [{ path: "s3://lake" }] }],
    ] as const
  ).map(
    ([what, inputs]) =>
      [what, "Crawler", inputs, "one kind of target; over the catalog with tables and deletes logged only"] as const,
  ),
  ["a crawler's own schedule with a rate", "Crawler", { schedule: "rate(1 day)" }, "schedule: cron, never rate"],
  [
    "fewer data types than headers",
    "Classifier",
    classifier({ headers: ["a", "b"], customDatatypes: ["STRING"] }),
    "a data type for each header, or one; delimiter and quote differ",
  ],
  [
    "a delimiter equal to the quote",
    "Classifier",
    classifier({ quoteSymbol: "," }),
    "a data type for each header, or one; delimiter and quote differ",
  ],
  [
    "treatMissingData notbreaching",
    "MetricAlarm",
    { treatMissingData: "notbreaching" },
    "treatMissingData: spelled right",
  ],
  ...(
    [
      ["a metric query's id with a capital", queries({ id: "Errors", returnData: true })],
      ["metric queries that return no data", queries({ id: "errors" })],
    ] as const
  ).map(
    ([what, inputs]) =>
      [what, "MetricAlarm", inputs, "one query returns data; ids begin with a small letter and are different"] as const,
  ),
  [
    "more datapoints than periods",
    "MetricAlarm",
    { datapointsToAlarm: 3, evaluationPeriods: 2, period: 60 },
    "not more datapoints than periods, and not over more than a day (a week with hourly periods)",
  ],
  [
    "s3:ObjectCreated without an end",
    "BucketNotification",
    { lambdaFunctions: [{ events: ["s3:ObjectCreated"] }] },
    "lambdaFunctions.*.events.*: spelled whole",
  ],
  [
    "an environment variable AWS_REGION",
    "Function",
    { environment: { variables: { AWS_REGION: "us-east-1" } } },
    "environment.variables: no reserved name",
  ],
  [
    "engine version 3",
    "Workgroup",
    { configuration: { engineVersion: { selectedEngineVersion: "3" } } },
    "configuration.engineVersion.selectedEngineVersion: the version's whole name",
  ],
];

for (const [what, type, inputs, rule] of fixed) {
  test(title(`no stack may have ${what}`), () => {
    const subject = { type: `aws:x/x:${type}`, name: "a", inputs, place: { partition: "aws", region: "us-east-1" } };
    const broken = brokenRules(rules, subject).filter((line) => line.startsWith(`${type} a: ${rule} (later): `));
    assert.is(broken.length, 1, broken.join("\n"));
  });
}

test("no stack keeps a secret whose value could be missing", async () => {
  const { resources } = await exampleStack(everything);
  assert.equal(
    resources.filter(({ type }) => type.startsWith("aws:secretsmanager/")).map(({ name }) => name),
    [],
  );
});

test.run();
