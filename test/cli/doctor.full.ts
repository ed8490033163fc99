import { rmSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { lakeKey } from "../../transforms/keys";
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
  const url = stack.outputs.failureQueues.extract;
  const arn = stack.pipeline.program.resources.find(({ outputs }) => outputs.url === url)?.outputs.arn;
  cloud.sqs.send({ kind: "owner" }, String(arn), '{"source":"run"}');

  const { consent, tables, catalog, SQL, failures } = await examine(1);

  assert.is(consent?.status, "ok");
  assert.equal(tables, {
    status: "problem",
    found: `stored but never transformed on ${today}: ${sample[0]}`,
    advice: `npx playlake redrive --stack dev --list, or npx playlake replay --stack dev --from ${today}`,
  });
  assert.equal(catalog, {
    status: "problem",
    found: `${today} is not registered for albums: SQL does not see it`,
    advice: `npx playlake replay --stack dev --from ${today}, or npx playlake crawl --stack dev`,
  });
  assert.is(SQL?.found, `2 playlists of ${today} by Athena, 3 are stored`);
  assert.equal(failures, {
    status: "problem",
    found: '1 failed call, such as {"source":"run"}: could not be delivered',
    advice: "npx playlake redrive --stack dev",
  });
});

test("a user without permission sees what could not be checked", async () => {
  const { exitCode, out } = await stack.as("stranger", () => stack.playlake(["doctor", "--stack", "dev", "--json"]));
  assert.is(exitCode, 0);
  const findings = JSON.parse(out) as { what: string; status: string; found: string }[];
  assert.equal(new Set(findings.map(({ status }) => status)), new Set(["unknown"]));
  assert.match(findings[0]?.found ?? "", /^AccessDenied/);
});

test.run();
