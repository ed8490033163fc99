import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { eventOf } from "../../lake";
import { lakeKey, rawKey } from "../../transforms/keys";
import { type DeployedStack, deployStack } from "../support/deployedStack";

const test = suite("cli/doctor");
const sample = ["7osf69rrOvLodTvBABtqDC", "lOUUoN40zPOD8vzmNIrgHj", "mLoulRRVGs1FtZ59V4ZG5p"];

let stack: DeployedStack;
let today: string;
test.before(async () => {
  stack = await deployStack();
  const { exitCode, out, err } = await stack.playlake(["run", "--stack", "dev", "--quiet", "--json"]);
  assert.is(exitCode, 0, err);
  today = (JSON.parse(out) as { days: { day: string }[] }).days[0]?.day ?? "";
});
test.after(() => stack.close());

/** The findings by check. */
async function examine(exitCode: number): Promise<Record<string, { status: string; found: string; advice?: string }>> {
  const executed = await stack.playlake(["doctor", "--stack", "dev", "--json"]);
  assert.is(executed.exitCode, exitCode, executed.err);
  const findings = JSON.parse(executed.out) as { what: string; status: string; found: string; advice?: string }[];
  return Object.fromEntries(findings.map(({ what, ...finding }) => [what, finding]));
}

/** Puts a call into a failure queue. */
function fail(queue: "extract" | "transform", payload: unknown): void {
  const url = stack.outputs.failureQueues[queue];
  const arn = stack.pipeline.program.resources.find(({ outputs }) => outputs.url === url)?.outputs.arn;
  stack.pipeline.cloud.sqs.send({ kind: "owner" }, String(arn), JSON.stringify(payload));
}

test("every part of a stack is checked, and a missing login has a remedy", async () => {
  const findings = await examine(1);
  assert.equal(Object.keys(findings), [
    ...["credentials", "consent", "schedules", "trigger", "crawl", "alarms"],
    ...["newest day", "tables", "catalog", "SQL", "failures"],
  ]);
  assert.equal(findings.credentials, { status: "ok", found: "the app's id and secret are stored" });
  assert.equal(findings.consent, {
    status: "problem",
    found: "nobody has logged in: only public playlists can be read",
    advice: "npx playlake login --stack dev",
  });
  const data = ["newest day", "tables", "catalog", "SQL", "failures"].map((what) => findings[what]?.status);
  assert.equal(data, ["ok", "ok", "ok", "ok", "ok"]);
});

test("untransformed files, unregistered days and failed calls are explained", async () => {
  const { cloud } = stack.pipeline;
  cloud.ssm.put("playlake-token", JSON.stringify({ refreshToken: "t", consentedAt: new Date().toISOString() }));
  rmSync(cloud.objects.pathOf(stack.outputs.lakeBucket, lakeKey("playlists", today, sample[0] ?? "")));
  const table = cloud.glue.catalog.databases[stack.outputs.database]?.csv_albums;
  for (const key of Object.keys(table?.partitions ?? {})) delete table?.partitions[key];
  // A run of this day has stored all that this call would store.
  fail("extract", { source: "run" });
  fail("transform", eventOf(stack.outputs.rawBucket, [rawKey(today, sample[1] ?? "")]));
  fail("transform", eventOf(stack.outputs.rawBucket, [rawKey(today, sample[0] ?? "")]));

  const { consent, tables, catalog, SQL, failures } = await examine(1);

  assert.is(consent?.status, "ok");
  assert.equal(tables, {
    status: "problem",
    found: `files are missing in the lake: ${sample[0]} of ${today}`,
    advice: `npx playlake replay --stack dev --from ${today} --to ${today}`,
  });
  assert.equal(catalog, {
    status: "problem",
    found: `not registered, so that SQL does not see it: ${today} for albums`,
    advice: `npx playlake replay --stack dev --from ${today} --to ${today}`,
  });
  assert.is(SQL?.found, `2 playlists of ${today} by Athena, 3 are stored`);
  assert.equal(failures, {
    status: "problem",
    found: `2 failed calls, such as ${rawKey(today, sample[1] ?? "")}: could not be delivered`,
    advice: "npx playlake redrive --stack dev",
  });
});

test("calls whose work was done later are no problem", async () => {
  const replayed = await stack.playlake(["replay", "--stack", "dev", "--from", today, "--to", today, "--quiet"]);
  assert.is(replayed.exitCode, 0, replayed.err);

  const { tables, catalog, SQL, failures } = await examine(1);

  assert.equal([tables?.status, catalog?.status, SQL?.status], ["ok", "ok", "ok"]);
  const found = "3 failed calls whose work was done later: npx playlake redrive --stack dev clears the queues";
  assert.equal(failures, { status: "ok", found });
});

test("earlier days with missing files, and a cut file of the newest day, are named", async () => {
  const { objects } = stack.pipeline.cloud;
  const { rawBucket, lakeBucket } = stack.outputs;
  for (const day of ["2026-11-02", "2026-11-03"]) {
    for (const id of sample) {
      const file = objects.pathOf(rawBucket, rawKey(day, id));
      mkdirSync(path.dirname(file), { recursive: true });
      copyFileSync(objects.pathOf(rawBucket, rawKey(today, id)), file);
    }
  }
  const cut = objects.pathOf(lakeBucket, lakeKey("playlist_items", today, sample[2] ?? ""));
  // The header, an item each, and what follows the last LF.
  const lines = readFileSync(cut, "utf8").split("\n");
  writeFileSync(cut, lines.slice(0, 2).join("\n"));

  const { tables, catalog, SQL } = await examine(1);

  const replay = "npx playlake replay --stack dev --from 2026-11-02 --to 2026-11-03";
  const days = "3 playlists of 2026-11-02, 3 playlists of 2026-11-03";
  assert.equal(tables, { status: "problem", found: `files are missing in the lake: ${days}`, advice: replay });
  assert.is(catalog?.advice, replay);
  assert.equal(SQL, {
    status: "problem",
    found: `3 playlists of ${today} by Athena, but ${sample[2]} has 1 of ${lines.length - 2} items`,
    advice: `npx playlake replay --stack dev --from ${today} --to ${today}`,
  });
});

test("a user without permission sees what could not be checked", async () => {
  const { exitCode, out } = await stack.as("stranger", () => stack.playlake(["doctor", "--stack", "dev", "--json"]));
  assert.is(exitCode, 1);
  const findings = JSON.parse(out) as { what: string; status: string; found: string }[];
  assert.equal(new Set(findings.map(({ status }) => status)), new Set(["unknown"]));
  assert.match(findings[0]?.found ?? "", /^AccessDenied/);
});

test.run();
