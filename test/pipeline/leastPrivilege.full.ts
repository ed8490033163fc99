// The functions' roles grant what a run needs and nothing else: without any one grant, the run is refused.
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Denied } from "../../emulator/iam";
import type { Registered } from "../../emulator/resources";
import type { Pipeline } from "../../lake/local/pipeline";
import type { Report } from "../../lake/runReport";
import type { SpotifyStandIn } from "../../standin/server";
import { tableNames } from "../../transforms/schema";
import { filesOf } from "../support/lakes";
import { grantsOf, nameOf, rolePolicy, withoutRandom, withPolicy } from "../support/pipeline/grants";
import { consentedSource, withPipeline } from "../support/pipeline/pipelines";
import { title } from "../support/title";

const test = suite("pipeline/leastPrivilege");

const functions = ["playlake-extract", "playlake-transform"] as const;
type FunctionName = (typeof functions)[number];

/** Without a crawler, which has its own role. */
const config = { "playlake:crawlSchedule": "none" };

/** How a run shows that a grant is missing. */
type Effect =
  /** Lambda refuses to store the function's setting. */
  | "no deployment"
  /** The invocation fails with the error that the service sent. */
  | "failure"
  /** Only the invocation for an object that is gone fails. */
  | "failure of a late event"
  /** The invocation warns of the error that the service sent, and the next day's fails with it. */
  | "warning, then failure"
  /** The function runs on; its log is not kept. */
  | "no log";

/** Every grant of the two roles, with one ARN that is refused without it. */
type Cases = Readonly<Record<string, readonly [refused: string, effect: Effect]>>;

const playlist = "7osf69rrOvLodTvBABtqDC";
const unchanged = "lOUUoN40zPOD8vzmNIrgHj";
const first = "snapshot_date=2026-11-01";
const queues = "arn:aws:sqs:us-east-1:123456789012:";
const parameters = "arn:aws:ssm:us-east-1:123456789012:parameter/";
const glue = "arn:aws:glue:us-east-1:123456789012:";
const logGroups = "arn:aws:logs:us-east-1:123456789012:log-group:";
const stream = "log-stream:2026/11/01/[$LATEST]*";

const cases: Readonly<Record<FunctionName, Cases>> = {
  "playlake-extract": {
    "s3:GetObject arn:aws:s3:::playlake-raw/playlists/*": [
      `arn:aws:s3:::playlake-raw/playlists/${first}/${unchanged}.jsonl.gz`,
      "failure",
    ],
    "s3:GetObject arn:aws:s3:::playlake-raw/state/*": [
      "arn:aws:s3:::playlake-raw/state/days/2026-11-01.json",
      "failure",
    ],
    "s3:PutObject arn:aws:s3:::playlake-raw/playlists/*": [
      `arn:aws:s3:::playlake-raw/playlists/${first}/${playlist}.jsonl.gz`,
      "failure",
    ],
    "s3:PutObject arn:aws:s3:::playlake-raw/state/*": [
      "arn:aws:s3:::playlake-raw/state/days/2026-11-01.json",
      "failure",
    ],
    "s3:ListBucket arn:aws:s3:::playlake-raw playlists/*": ["arn:aws:s3:::playlake-raw", "failure"],
    "s3:ListBucket arn:aws:s3:::playlake-raw state/*": ["arn:aws:s3:::playlake-raw", "failure"],
    [`ssm:GetParameter ${parameters}playlake-app`]: [`${parameters}playlake-app`, "failure"],
    [`ssm:GetParameter ${parameters}playlake-token`]: [`${parameters}playlake-token`, "failure"],
    [`ssm:PutParameter ${parameters}playlake-token`]: [`${parameters}playlake-token`, "warning, then failure"],
    [`sqs:SendMessage ${queues}playlake-extract-failures`]: [`${queues}playlake-extract-failures`, "no deployment"],
    [`logs:CreateLogStream ${logGroups}playlake-extract:*`]: [`${logGroups}playlake-extract:${stream}`, "no log"],
    [`logs:PutLogEvents ${logGroups}playlake-extract:*`]: [`${logGroups}playlake-extract:${stream}`, "no log"],
  },
  "playlake-transform": {
    "s3:GetObject arn:aws:s3:::playlake-raw/playlists/*": [
      `arn:aws:s3:::playlake-raw/playlists/${first}/${playlist}.jsonl.gz`,
      "failure",
    ],
    "s3:ListBucket arn:aws:s3:::playlake-raw playlists/*": ["arn:aws:s3:::playlake-raw", "failure of a late event"],
    ...Object.fromEntries(
      tableNames.map((table) => [
        `s3:PutObject arn:aws:s3:::playlake-lake/${table}/*`,
        [`arn:aws:s3:::playlake-lake/${table}/${first}/${playlist}.csv`, "failure"] as const,
      ]),
    ),
    ...Object.fromEntries(
      ["catalog", "database/playlake_local", ...tableNames.map((table) => `table/playlake_local/csv_${table}`)].map(
        (name) => [`glue:BatchCreatePartition ${glue}${name}`, [`${glue}${name}`, "failure"] as const],
      ),
    ),
    [`sqs:SendMessage ${queues}playlake-transform-failures`]: [`${queues}playlake-transform-failures`, "no deployment"],
    [`logs:CreateLogStream ${logGroups}playlake-transform:*`]: [`${logGroups}playlake-transform:${stream}`, "no log"],
    [`logs:PutLogEvents ${logGroups}playlake-transform:*`]: [`${logGroups}playlake-transform:${stream}`, "no log"],
  },
};

/** AWS's sentence. S3 alone puts the resource in quotes. */
function refusal(functionName: FunctionName, action: string, resource: string): string {
  const who = `arn:aws:sts::123456789012:assumed-role/${functionName}/${functionName}`;
  const what = action.startsWith("s3:") ? `"${resource}"` : resource;
  const why = `because no identity-based policy allows the ${action} action`;
  return `User: ${who} is not authorized to perform: ${action} on resource: ${what} ${why}`;
}

interface Outcome {
  /** The error that keeps the program from being deployed. */
  refusedAtStart: string | undefined;
  /** Each day's report. */
  reports: Report[];
  /** What policies refused, the part that differs from run to run taken out. */
  refused: string[];
  /** The functions that left a log. */
  logged: FunctionName[];
  /** What came of the event of an object that is gone: an error's message, or `[]`. */
  late: string;
}

const isLogOf = (functionName: FunctionName) => (file: string) =>
  file.startsWith(path.join("logs", functionName) + path.sep) && file.endsWith(".log");

/** S3's, of an object that was removed before it came. */
const lateEvent = {
  Records: [
    { s3: { bucket: { name: "playlake-raw" }, object: { key: `playlists/snapshot_date%3D2026-11-01/gone.jsonl.gz` } } },
  ],
};

/** The scenario's two days, as far as the first on which a function fails. */
async function runDays(pipeline: Pipeline, stateDir: string): Promise<Outcome> {
  const reports: Report[] = [];
  for (const instant of pipeline.runsAfter(undefined, 2)) {
    reports.push(await pipeline.simulate(instant));
    if (functions.some((name) => failuresOf(reports, name).length > 0)) break;
  }
  const late = await pipeline.cloud.lambda.invoke("playlake-transform", lateEvent, { kind: "owner" });
  const files = Object.keys(filesOf(stateDir));
  return {
    late: (late.payload as { errorMessage?: string }).errorMessage ?? JSON.stringify(late.payload),
    refusedAtStart: undefined,
    reports,
    refused: pipeline.cloud.iam.denied.map(({ message }) => withoutRandom(message)),
    logged: functions.filter((name) => files.some(isLogOf(name))),
  };
}

/** The messages about a function's invocations that failed at every try. */
function failuresOf(reports: readonly Report[], functionName: FunctionName): string[] {
  const lines = reports.flatMap((report) => report.failures);
  return lines.filter((line) => /^[a-z-]+/.exec(line)?.[0] === functionName).map(withoutRandom);
}

/** The scenario with one grant left out. */
async function runWithout(functionName: FunctionName, name: string): Promise<Outcome> {
  const adjust = (resources: Registered[]) => {
    const grants = grantsOf(rolePolicy(resources, functionName));
    const kept = grants.filter((grant) => nameOf(grant) !== name);
    assert.is(kept.length, grants.length - 1);
    return withPolicy(resources, functionName, kept);
  };
  const options = { source: await consentedSource(), config, adjust };
  return withPipeline(options, runDays).catch((error: Error) => {
    const { denied } = (error.cause ?? {}) as { denied?: Denied };
    if (denied === undefined) throw error;
    return { refusedAtStart: error.message, reports: [], refused: [denied.message], logged: [], late: "" };
  });
}

test("with everything in place nothing is refused", async () => {
  let standIn: SpotifyStandIn | undefined;
  const source = await consentedSource((opened) => {
    standIn = opened;
  });
  await withPipeline({ source, config }, async (pipeline, stateDir) => {
    assert.equal(
      functions.map((name) => grantsOf(rolePolicy(pipeline.program.resources, name)).map(nameOf).sort()),
      functions.map((name) => Object.keys(cases[name]).sort()),
      "the roles hold what the table holds",
    );

    const { reports, refused, logged, late } = await runDays(pipeline, stateDir);

    assert.equal(
      reports.map(({ failures }) => failures),
      [[], []],
    );
    assert.equal(refused, []);
    assert.equal(logged, functions);
    assert.is(late, "[]", "the transformer takes an object that is gone as gone");
    assert.equal(reports[1]?.extracted[0]?.unchanged.includes(unchanged), true, "an unchanged playlist was reused");
    const renewals = standIn?.requests.filter(({ url }) => url === "/api/token").map(({ status }) => status);
    assert.equal(renewals, [200, 200], "the second day uses the token that the first one stored");

    const { iam, lambda, sqs, ssm, settle } = pipeline.cloud;
    ssm.put("playlake-app", "no JSON");
    for (const name of functions) await lambda.enqueue(name, { not: "an event" }, { kind: "owner" });
    await settle();
    for (const name of functions) {
      const messages = await sqs.messages(`${queues}${name}-failures`);
      assert.is(messages.length, 1, `${name} reports a failure to its queue`);
    }
    assert.equal(iam.denied, []);
  });
});

for (const functionName of functions) {
  for (const [name, [resource, effect]] of Object.entries(cases[functionName])) {
    const allowed = name.replace(/arn:(?:[^:]*:){4}|table\/playlake_local\//g, "");
    test(title(`${functionName} without ${allowed}: ${effect}`), async () => {
      const [action = ""] = name.split(" ");
      const sentence = refusal(functionName, action, resource);

      const { refusedAtStart, reports, refused, logged, late } = await runWithout(functionName, name);

      assert.is(refused.includes(sentence), true, refused.join("\n"));
      const others = refused.filter(
        (line) => !line.includes(`${functionName} is not authorized to perform: ${action} on`),
      );
      assert.equal(others, []);
      const said = reports.flatMap(({ failures }) => failures.map(withoutRandom));
      const failures = failuresOf(reports, functionName);
      if (effect === "no deployment") {
        const text = `The function's execution role does not have permissions to call SendMessage on ${resource}`;
        assert.is(refusedAtStart, `function ${functionName}: ${text}`);
      } else if (effect === "failure of a late event") {
        assert.equal([failures, late], [[], sentence]);
      } else {
        assert.is(said.includes(sentence), true, said.join("\n"));
        assert.equal(logged.includes(functionName), effect !== "no log");
      }
      if (effect === "failure") assert.is(failures.at(0)?.includes(sentence), true, failures.join("\n"));
      if (effect === "no log") assert.equal(failures, []);
      if (effect === "warning, then failure") {
        const warnings = reports[0]?.extracted.flatMap((result) => result.warnings.map(withoutRandom)) ?? [];
        assert.is(warnings[0]?.includes(sentence), true, warnings.join("\n"));
        assert.match(failures[0] ?? "", "consent ended, run npx playlake login (Spotify says invalid_grant)");
      }
    });
  }
}

test.run();
