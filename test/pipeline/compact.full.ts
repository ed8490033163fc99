// The compact copy in a whole local run: the schedule's own statement, with the permissions of its role.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openAthena } from "../../emulator/athena";
import type { Registered } from "../../emulator/resources";
import { oneSource, runDue, sampleSource, withPipeline } from "../support/pipeline/pipelines";

const test = suite("pipeline/compact");

const config = { "playlake:compactSchedule": "cron(0 7 * * ? *)" };

/** The program with a statement left out of the copy's role. */
function without(sid: string): (resources: Registered[]) => Registered[] {
  return (resources) =>
    resources.map((one) => {
      if (one.type !== "aws:iam/rolePolicy:RolePolicy" || one.name !== "playlake-compact") return one;
      const policy = one.inputs.policy as { Statement: { Sid: string }[] };
      const Statement = policy.Statement.filter(({ Sid }) => Sid !== sid);
      return { ...one, inputs: { ...one.inputs, policy: { ...policy, Statement } } };
    });
}

for (const catalog of ["declared", "inferred"]) {
  test(`${catalog}: the copy holds each entry of each day with its name`, async () => {
    const all = { ...config, "playlake:catalog": catalog };
    await withPipeline({ source: await sampleSource(), config: all }, async (pipeline, stateDir) => {
      const reports = await runDue(pipeline, stateDir);
      assert.equal(
        reports.flatMap(({ failures }) => failures),
        [],
      );
      const athena = await openAthena({ stateDir });
      try {
        const byDay = (table: string) =>
          athena.query(
            `select snapshot_date, playlist_id, count(*) as entries, count(item_key) as items, count(added_at) as dated
             from ${table} group by 1, 2 order by 1, 2`,
          );
        const copied = await byDay("compact_items");
        assert.is(new Set(copied.rows.map(([day]) => day)).size, 3);
        assert.equal(copied.rows, (await byDay("playlist_items")).rows);
        const named = await athena.query(
          "select count(*) from compact_items where item_key is not null and name is null",
        );
        const unnamed = await athena.query(
          "select count(*) from items join playlist_items using (item_key, snapshot_date) where name is null",
        );
        assert.equal(named.rows, unnamed.rows);
        assert.not(athena.namedQueries.some(({ sql }) => sql.startsWith("merge")));
      } finally {
        athena.close();
      }
    });
  });
}

for (const sid of ["CallTarget", "ReadCatalog", "TellNewState", "ListLake", "ReadLake", "WriteCopy", "KeepResults"]) {
  test(`without ${sid} the copy is not made, and an alarm fires`, async () => {
    const source = await oneSource();
    await withPipeline({ source, config, adjust: without(sid) }, async (pipeline) => {
      const [day] = pipeline.runsAfter(undefined, 1);
      const { failures } = await pipeline.simulate(day!);
      assert.match(failures.join("\n"), /AccessDenied|not authorized/);
      const fired = pipeline.cloud.cloudWatch
        .alarms()
        .filter(({ firedAt, name }) => firedAt.length > 0 && name.includes("compact"));
      assert.equal(
        fired.map(({ name }) => name),
        [sid === "CallTarget" ? "playlake-alarm-compact-failures" : "playlake-alarm-compact-failed"],
      );
    });
  });
}

test.run();
