// The functions' roles grant what a run needs and nothing else: without any one grant, the run is refused.
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { AccessDenied, createIam, type Denied } from "../../emulator/iam";
import type { Registered } from "../../emulator/resources";
import type { Pipeline } from "../../lake/local/pipeline";
import type { Report } from "../../lake/runReport";
import { tableNames } from "../../transforms/schema";
import { grantsOf, nameOf, rolePolicy, withoutRandom, withPolicy } from "../support/pipeline/grants";
import { consentedSource, openTestPipeline, stateFolder, withPipeline } from "../support/pipeline/pipelines";
import type { TestStandIn } from "../support/standin/testStandIn";
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
  /** The same, when it reads what the first day stored. */
  | "failure on the second day"
  /** Only the invocation for an object that is gone fails. */
  | "failure of a late event"
  /** The invocation warns of the error that the service sent, and the next day's fails with it. */
  | "warning, then failure"
  /** The function runs on; its log is not kept. */
  | "no log";

/** Every grant of the two roles, with one ARN that is refused without it on DAY. */
type Cases = Readonly<Record<string, readonly [refused: string, effect: Effect]>>;

const playlist = "7osf69rrOvLodTvBABtqDC";
const unchanged = "lOUUoN40zPOD8vzmNIrgHj";
const today = "snapshot_date=DAY";
const queues = "arn:aws:sqs:us-east-1:123456789012:";
const parameters = "arn:aws:ssm:us-east-1:123456789012:parameter/";
const glue = "arn:aws:glue:us-east-1:123456789012:";
const logGroups = "arn:aws:logs:us-east-1:123456789012:log-group:";
const stream = "log-stream:DAY/[$LATEST]*";

const cases: Readonly<Record<FunctionName, Cases>> = {
  "playlake-extract": {
    "s3:GetObject arn:aws:s3:::playlake-raw/playlists/*": [
      `arn:aws:s3:::playlake-raw/playlists/${today}/${unchanged}.jsonl.gz`,
      "failure on the second day",
    ],
    "s3:GetObject arn:aws:s3:::playlake-raw/state/*": ["arn:aws:s3:::playlake-raw/state/days/DAY.json", "failure"],
    "s3:PutObject arn:aws:s3:::playlake-raw/playlists/*": [
      `arn:aws:s3:::playlake-raw/playlists/${today}/${playlist}.jsonl.gz`,
      "failure",
    ],
    "s3:PutObject arn:aws:s3:::playlake-raw/state/*": ["arn:aws:s3:::playlake-raw/state/days/DAY.json", "failure"],
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
      `arn:aws:s3:::playlake-raw/playlists/${today}/${playlist}.jsonl.gz`,
      "failure",
    ],
    "s3:ListBucket arn:aws:s3:::playlake-raw playlists/*": ["arn:aws:s3:::playlake-raw", "failure of a late event"],
    ...Object.fromEntries(
      tableNames.map((table) => [
        `s3:PutObject arn:aws:s3:::playlake-lake/${table}/*`,
        [`arn:aws:s3:::playlake-lake/${table}/${today}/${playlist}.csv`, "failure"] as const,
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

/** A resource's ARN on a day. Log streams are named with slashes. */
function onDay(resource: string, day: Date): string {
  const date = day.toISOString().slice(0, "2026-11-01".length);
  return resource.replace("DAY", resource.startsWith(logGroups) ? date.replaceAll("-", "/") : date);
}

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
  /** The functions that wrote to their logs. */
  logged: FunctionName[];
  /** What came of the event of an object that is gone: an error's message, or `[]`. */
  late: string;
}

/** S3's, of an object that was removed before it came. */
const lateEvent = {
  Records: [
    { s3: { bucket: { name: "playlake-raw" }, object: { key: `playlists/snapshot_date%3D2026-11-01/gone.jsonl.gz` } } },
  ],
};

/** The size of a function's logs. */
function logBytes(stateDir: string, name: FunctionName): number {
  const folder = path.join(stateDir, "logs", name);
  if (!existsSync(folder)) return 0;
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".log"));
  return files.reduce((sum, file) => sum + statSync(path.join(folder, file)).size, 0);
}

/** Simulates days, as far as the first on which a function fails. */
async function runDays(pipeline: Pipeline, stateDir: string, days: readonly Date[]): Promise<Outcome> {
  const { iam, lambda } = pipeline.cloud;
  const deniedBefore = iam.denied.length;
  const bytesBefore = functions.map((name) => logBytes(stateDir, name));
  const reports: Report[] = [];
  for (const instant of days) {
    reports.push(await pipeline.simulate(instant));
    if (functions.some((name) => failuresOf(reports, name).length > 0)) break;
  }
  const late = await lambda.invoke("playlake-transform", lateEvent, { kind: "owner" });
  return {
    late: (late.payload as { errorMessage?: string }).errorMessage ?? JSON.stringify(late.payload),
    refusedAtStart: undefined,
    reports,
    refused: iam.denied.slice(deniedBefore).map(({ message }) => withoutRandom(message)),
    logged: functions.filter((name, at) => logBytes(stateDir, name) > bytesBefore[at]!),
  };
}

/** The messages about a function's invocations that failed at every try. */
function failuresOf(reports: readonly Report[], functionName: FunctionName): string[] {
  const lines = reports.flatMap((report) => report.failures);
  return lines.filter((line) => /^[a-z-]+/.exec(line)?.[0] === functionName).map(withoutRandom);
}

/** The resources with one grant left out. */
function without(resources: Registered[], functionName: FunctionName, name: string): Registered[] {
  const grants = grantsOf(rolePolicy(resources, functionName));
  const kept = grants.filter((grant) => nameOf(grant) !== name);
  assert.is(kept.length, grants.length - 1);
  return withPolicy(resources, functionName, kept);
}

/** Deploys the program with one grant left out, and runs two days. */
async function deployWithout(functionName: FunctionName, name: string): Promise<Outcome> {
  const adjust = (resources: Registered[]) => without(resources, functionName, name);
  return withPipeline({ source: await consentedSource(), config, adjust }, (pipeline, stateDir) =>
    runDays(pipeline, stateDir, pipeline.runsAfter(undefined, 2)),
  ).catch((error: Error) => {
    if (!(error.cause instanceof AccessDenied)) throw error;
    return { refusedAtStart: error.message, reports: [], refused: [error.cause.message], logged: [], late: "" };
  });
}

let pipeline: Pipeline;
let standIn: TestStandIn | undefined;
/** The days of the pipeline that no test has used yet. */
let daysLeft: Date[];
const { stateDir, remove } = stateFolder();

test.before(async () => {
  const source = await consentedSource((opened) => {
    standIn = opened;
  });
  pipeline = await openTestPipeline({ source, config, stateDir });
  daysLeft = pipeline.runsAfter(undefined, 60);
});

test.after(async () => {
  await pipeline.close();
  remove();
});

/** Ends a function's processes, so that the next one asks for everything again. */
async function endProcesses(functionName: FunctionName): Promise<void> {
  const own = () => pipeline.cloud.lambda.processes().filter((one) => one.functionName === functionName);
  for (const { pid } of own()) process.kill(pid, "SIGKILL");
  while (own().length > 0) await sleep(1);
}

/** Runs the pipeline's next day with one grant left out: its role's policy is another one until the day is over. */
async function runWithout(functionName: FunctionName, name: string, day: Date): Promise<Outcome> {
  const { iam } = pipeline.cloud;
  const { authorize, allows } = iam;
  const reduced = createIam(without(pipeline.program.resources, functionName, name));
  const asked = <Call extends unknown[], Answer>(ask: (...call: Call) => Answer) => {
    return (...call: Call): Answer => {
      const seen = reduced.denied.length;
      try {
        return ask(...call);
      } finally {
        (iam.denied as Denied[]).push(...reduced.denied.slice(seen));
      }
    };
  };
  Object.assign(iam, { authorize: asked(reduced.authorize), allows: asked(reduced.allows) });
  try {
    return await runDays(pipeline, stateDir, [day]);
  } finally {
    Object.assign(iam, { authorize, allows });
  }
}

test("with everything in place nothing is refused", async () => {
  assert.equal(
    functions.map((name) => grantsOf(rolePolicy(pipeline.program.resources, name)).map(nameOf).sort()),
    functions.map((name) => Object.keys(cases[name]).sort()),
    "the roles hold what the table holds",
  );

  const { reports, refused, logged, late } = await runDays(pipeline, stateDir, daysLeft.splice(0, 2));

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
});

for (const functionName of functions) {
  for (const [name, [resource, effect]] of Object.entries(cases[functionName])) {
    const allowed = name.replace(/arn:(?:[^:]*:){4}|table\/playlake_local\//g, "");
    test(title(`${functionName} without ${allowed}: ${effect}`), async () => {
      const [action = ""] = name.split(" ");
      const isDeployed = /deployment|then|second/.test(effect);
      // The extractor asks for some things once, and a log is opened once.
      if (functionName === "playlake-extract" || effect === "no log") await endProcesses(functionName);
      const [day = new Date(0)] = isDeployed ? pipeline.runsAfter(undefined, 1) : daysLeft.splice(0, 1);
      const sentence = refusal(functionName, action, onDay(resource, day));

      const { refusedAtStart, reports, refused, logged, late } = isDeployed
        ? await deployWithout(functionName, name)
        : await runWithout(functionName, name, day);

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
      if (/^failure$|second/.test(effect)) {
        const refusals = failures.filter((line) =>
          line.includes(`${functionName} is not authorized to perform: ${action} on`),
        );
        assert.is(refusals.length > 0, true, failures.join("\n"));
      }
      if (effect === "no log") assert.equal(failures, []);
      if (effect === "warning, then failure") {
        const warnings = reports[0]?.extracted.flatMap((result) => result.warnings.map(withoutRandom)) ?? [];
        assert.is(warnings[0]?.includes(sentence), true, warnings.join("\n"));
        assert.match(failures[0] ?? "", "consent ended, run npx playlake login (Spotify says invalid_grant)");
      }
    });
  }
}

test("each function reports a failure to its queue", async () => {
  const { iam, lambda, sqs, ssm } = pipeline.cloud;
  const arns = functions.map((name) => `${queues}${name}-failures`);
  const sizes = () => Promise.all(arns.map(async (arn) => sqs.messages(arn).length));
  const [sizesBefore, deniedBefore] = [await sizes(), iam.denied.length];
  ssm.put("playlake-app", "no JSON");
  await endProcesses("playlake-extract");

  lambda.enqueue("playlake-transform", { not: "an event" }, { kind: "owner" });
  await pipeline.simulate(daysLeft[0]!);

  assert.equal(
    await sizes(),
    sizesBefore.map((size) => size + 1),
  );
  assert.is(iam.denied.length, deniedBefore);
});

test.run();
