import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { tableNames } from "../../transforms/schema";
import { runHome } from "../support/cli/runHome";
import { lakeFiles } from "../support/lakes";
import { run, withoutTimes } from "../support/terminal";

const test = suite("cli/run");
const { home, remove, ask } = runHome();

test.after(remove);

test("the first run simulates three days, and the second adds one", async () => {
  const first = await run(["run"], { home });

  assert.is(first.exitCode, 0, first.err);
  const [lake, ...steps] = withoutTimes(first.err).split("\n");
  assert.is(lake, "into .playlake/sample (the sample playlists)");
  const labels = steps.filter((line) => /^ {2}\S/.test(line)).map((line) => line.trim().split(/\s{2,}/)[0]);
  assert.equal(labels, ["program", "2026-11-01", "2026-11-02", "2026-11-03", "metrics", "alarms", "answers"]);
  assert.equal(
    first.err.split("\n").filter((line) => line.length > 80),
    [],
  );
  const headings = first.out.split("\n").filter((line) => /^\S/.test(line));
  assert.equal(headings.slice(0, 5), [
    "What came and went since the day before",
    "Most frequent artists now",
    "Items by type",
    "Rows by table, all days",
    "Files: .playlake/sample/buckets (raw responses, CSV tables), .playlake/sample/logs",
  ]);
  assert.equal(await ask("SELECT DISTINCT snapshot_date FROM playlists ORDER BY 1"), [
    "2026-11-01",
    "2026-11-02",
    "2026-11-03",
  ]);
  const three = lakeFiles(path.join(home, ".playlake", "sample"));
  assert.is(Object.keys(three).length, 3 * 4 * tableNames.length);

  const second = await run(["--json"], { home });

  const { days, metrics, alarms } = JSON.parse(second.out) as {
    days: { day: string; failures: string[] }[];
    metrics: { metricName: string; sum: number }[];
    alarms: { name: string; state: string }[];
  };
  assert.is(metrics.find(({ metricName }) => metricName === "RunSucceeded")?.sum, 1);
  assert.equal(
    alarms.filter(({ state }) => state === "ALARM").map(({ name }) => name),
    ["playlake-alarm-transform-attention"],
  );
  assert.equal(
    days.map(({ day, failures }) => ({ day, failures })),
    [{ day: "2026-11-04", failures: [] }],
  );
  const four = lakeFiles(path.join(home, ".playlake", "sample"));
  assert.is(Object.keys(four).length, 4 * 4 * tableNames.length);
  const history = Object.fromEntries(Object.keys(three).map((name) => [name, four[name]]));
  assert.equal(history, three, "what is stored stays as it is");
  const doubled = "count(*) - count(DISTINCT (snapshot_date, playlist_id, position))";
  assert.equal(await ask(`SELECT count(DISTINCT snapshot_date), ${doubled} FROM playlist_items`), ["4,0"]);
  const liked = "SELECT snapshot_date, total_items, is_consistent FROM playlists WHERE name = 'Liked Songs' ORDER BY 1";
  assert.equal(await ask(liked), [
    "2026-11-01,48,true",
    "2026-11-02,48,true",
    "2026-11-03,49,true",
    "2026-11-04,49,true",
  ]);
  const changes = "SELECT change, count(*) FROM changes WHERE playlist_id = 'liked' GROUP BY 1 ORDER BY 1";
  assert.equal(await ask(changes), ["added,2", "removed,1"]);
});

test.run();
