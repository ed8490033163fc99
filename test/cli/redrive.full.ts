import { renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Registered } from "../../emulator/resources";
import type { RunReport } from "../../lake";
import { homeFolder } from "../support/commandLine";
import { copySampleLake } from "../support/kept";
import { lakeFiles } from "../support/lakes";
import { openTestPipeline, runDue, sampleSource } from "../support/pipeline/pipelines";
import { run, withoutTimes } from "../support/terminal";

const test = suite("cli/redrive");
const { folder: home, remove } = homeFolder();
const state = path.join(home, ".playlake", "sample");
const buckets = path.join(state, "buckets");

test.before(() => copySampleLake(home));
test.after(remove);

test("crawl: reports nothing new until a folder is added", async () => {
  const nothing = await run(["crawl"], { home });
  assert.is(nothing.exitCode, 0, nothing.err);
  assert.is(nothing.out, "Nothing is new: the catalog has all that is in the lake.\n");
  const lake = lakeFiles(state);
  const tracks = path.join(buckets, "playlake-lake", "tracks");
  renameSync(path.join(tracks, "snapshot_date=2026-11-03"), path.join(tracks, "snapshot_date=2026-12-01"));

  const added = await run(["crawl", "--json", "--quiet"], { home });

  const { partitionsAdded } = JSON.parse(added.out) as { partitionsAdded: unknown[] };
  assert.equal(partitionsAdded, [{ table: "csv_tracks", values: ["2026-12-01"] }]);
  renameSync(path.join(tracks, "snapshot_date=2026-12-01"), path.join(tracks, "snapshot_date=2026-11-03"));
  assert.equal(lakeFiles(state), lake);
});

test("crawl: a catalog without a crawler is reported", async () => {
  const { exitCode, out, err } = await run(["crawl", "--config", "crawlSchedule=none", "--quiet"], { home });
  const message = `${state} has no crawler: its crawlSchedule is "none", and the transformer registers each day`;
  assert.equal({ exitCode, out, err }, { exitCode: 1, out: "", err: `playlake: ${message}\n` });
});

test("redrive: a day with failed transforms is rebuilt byte for byte", async () => {
  await run(["crawl", "--quiet"], { home });
  const whole = lakeFiles(state);
  await loseFourthDay();

  const listed = await run(["redrive", "--list"], { home });
  const redriven = await run(["redrive"], { home });
  const empty = await run(["redrive", "--list", "--quiet"], { home });

  assert.is(listed.out.split("\n").filter((line) => line.startsWith("transform  ")).length, 4, listed.out);
  assert.is(redriven.exitCode, 0, redriven.err);
  const came = "What came of it: 36 CSV files\n";
  assert.is(redriven.out, `4 calls made again (transform 4), 0 left in the queues.\n${came}`);
  assert.is(
    withoutTimes(redriven.err)
      .split("\n")
      .filter((line) => line.includes("again: playlists/")).length,
    4,
  );
  assert.is(empty.out, "The failure queues are empty.\n");
  const now = lakeFiles(state);
  const history = Object.fromEntries(Object.keys(whole).map((name) => [name, now[name]]));
  assert.equal(history, whole, "what was there is as it was");
  assert.is(Object.keys(now).length, (Object.keys(whole).length / 3) * 4);
});

test("run: repeats an earlier run's failed transforms, and says so while they fail", async () => {
  const elsewhere = ["run", "--sample", "--config", "lakeBucket=other-lake", "--json", "--quiet"];
  const daysOf = ({ out }: { out: string }) =>
    (JSON.parse(out) as RunReport).days.map(({ day, transformed, failures }) => [
      day,
      transformed.length,
      failures.length,
    ]);

  // The test before has left its day's plan.
  await run(["run", "--sample", "--quiet"], { home });

  const lost = await run(elsewhere, { home });
  const stillLost = await run(elsewhere, { home });
  const repaired = await run(["run", "--sample", "--json", "--quiet"], { home });
  const checked = await run(["doctor", "--quiet"], { home });

  const [[day] = []] = daysOf(lost);
  assert.equal([lost.exitCode, daysOf(lost)], [1, [[day, 0, 4]]]);
  const again = [
    ["resumed", 0, 0],
    ["redriven", 0, 4],
    [day, 0, 0],
  ];
  assert.equal([stillLost.exitCode, daysOf(stillLost)], [1, again]);
  const done = [
    ["resumed", 0, 0],
    ["redriven", 4, 0],
    [day, 0, 0],
  ];
  assert.equal([repaired.exitCode, daysOf(repaired)], [0, done]);
  assert.equal([checked.exitCode, checked.out], [0, ""], checked.err);
});

test("run: a missing catalog is made from all stored days", async () => {
  const days = ["sql", "SELECT count(DISTINCT snapshot_day) FROM playlists", "--format", "csv", "--quiet"];
  const before = await run(days, { home });
  rmSync(path.join(state, "glue", "catalog.json"));

  const refused = await run(["list", "--quiet"], { home });
  const ran = await run(["run", "--sample", "--quiet"], { home });
  const after = await run(days, { home });

  const message = `playlake: ${state} holds no catalog: npx playlake crawl makes it from the stored files\n`;
  assert.equal([refused.exitCode, refused.err], [1, message]);
  assert.is(ran.exitCode, 0, ran.err);
  const countOf = ({ out }: { out: string }) => Number(out.trim().split("\n").at(-1));
  assert.is(countOf(after), countOf(before) + 1);
});

test("doctor: an import whose name is not safe in a key is whole", async () => {
  const file = path.join(home, "My_List.csv");
  writeFileSync(file, "Track URI,Track Name,Artist Name(s)\nspotify:track:4uLU6hMCjMI75M1A2tKUQC,A,B\n");
  const lake = ["--state", path.join(home, "imported"), "--quiet"];
  const imported = await run(["import", file, "--date", "2026-10-01", ...lake], { home });
  assert.is(imported.exitCode, 0, imported.err);

  const { exitCode, out, err } = await run(["doctor", ...lake], { home });

  assert.equal({ exitCode, out, err }, { exitCode: 0, out: "", err: "" });
});

/** Runs a fourth day whose transforms cannot write. */
async function loseFourthDay(): Promise<void> {
  const adjust = (resources: Registered[]) => resources.map(withoutWrites);
  const pipeline = await openTestPipeline({ source: await sampleSource(), stateDir: state, adjust });
  try {
    const [report] = await runDue(pipeline, state);
    assert.is(
      report?.failures.some((line) => line.includes("s3:PutObject")),
      true,
    );
  } finally {
    await pipeline.close();
  }
}

function withoutWrites(resource: Registered): Registered {
  const { type, inputs, outputs } = resource;
  if (type !== "aws:iam/rolePolicy:RolePolicy" || inputs.role !== "playlake-transform") return resource;
  const policy = JSON.parse(JSON.stringify(inputs.policy).replaceAll("s3:PutObject", "s3:PutObjectAcl"));
  return { ...resource, inputs: { ...inputs, policy }, outputs: { ...outputs, policy } };
}

test.run();
