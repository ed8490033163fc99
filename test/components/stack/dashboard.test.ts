import * as assert from "uvu/assert";
import { meanings } from "../../../components/alarms/metrics";
import type { Widget } from "../../../components/stack/dashboardBody";
import { exampleStack } from "../../../scripts/exampleStack";
import { settingsSuite } from "../../support/components/settingsSuite";
import { resource } from "../../support/components/testPrograms";

const { test, program, inputsOf } = settingsSuite("components/stack/dashboard");

function widgets(): Widget[] {
  return (JSON.parse(String(inputsOf("Dashboard", "overview").dashboardBody)) as { widgets: Widget[] }).widgets;
}

/** The lines of all graphs: metrics as arrays of strings, and their options. */
function lines(): unknown[][] {
  return widgets().flatMap(({ properties }) => (properties.metrics ?? []) as unknown[][]);
}

test("the widgets fill a grid of 24 columns without a gap or an overlap", () => {
  const taken = new Set<string>();
  for (const { type, x, y, width, height, properties } of widgets()) {
    assert.ok(["metric", "log", "alarm"].includes(type));
    assert.is(typeof properties.title, "string");
    assert.ok(x >= 0 && x + width <= 24 && width >= 1 && height >= 1);
    for (let column = x; column < x + width; column += 1) {
      for (let row = y; row < y + height; row += 1) {
        assert.not.ok(taken.has(`${column},${row}`));
        taken.add(`${column},${row}`);
      }
    }
  }
  assert.is(taken.size % 24, 0);
});

test("each kind of widget has the properties that CloudWatch requires", () => {
  for (const { type, properties } of widgets()) {
    if (type === "alarm") {
      assert.ok(Array.isArray(properties.alarms) && properties.alarms.length > 0 && properties.alarms.length <= 100);
      continue;
    }
    assert.is(properties.region, "us-east-1");
    if (type === "log") {
      assert.match(
        String(properties.query),
        /^SOURCE '(playlake-(extract|transform)|\/aws-glue\/crawlers)' (\| SOURCE 'playlake-transform' )?\| (fields|filter) /,
      );
      continue;
    }
    assert.is(properties.view, "timeSeries");
    assert.ok(Number(properties.period) % 60 === 0);
  }
  const ids = lines().map((line) => (line.at(-1) as { id?: string }).id);
  for (const id of ids) assert.ok(id === undefined || /^[a-z][a-zA-Z0-9_]*$/.test(id), id);
});

test("metric lines are well formed, and expressions use ids of the same graph", () => {
  for (const { properties } of widgets()) {
    const graph = (properties.metrics ?? []) as unknown[][];
    const ids = graph.map((line) => (line.at(-1) as { id?: string }).id);
    assert.is(new Set(ids.filter(Boolean)).size, ids.filter(Boolean).length);
    for (const line of graph) {
      const { expression } = line.at(-1) as { expression?: string };
      if (expression === undefined) {
        assert.ok(line.length >= 3 && line.length % 2 === 1, JSON.stringify(line));
        assert.ok(line.slice(0, -1).every((part) => typeof part === "string"));
      } else {
        assert.is(line.length, 1);
        for (const used of expression.match(/\b[a-z]\w*/g) ?? [])
          assert.ok(ids.includes(used), `${expression}: ${used}`);
      }
    }
  }
});

test("the dashboard shows every value that the functions report, and every alarm", () => {
  const text = JSON.stringify(widgets());
  for (const name of Object.keys(meanings)) assert.ok(text.includes(name), name);
  const alarmArns = program.resources
    .filter(({ type }) => type.endsWith(":MetricAlarm"))
    .map(({ outputs }) => String(outputs.arn));
  const [status] = widgets();
  assert.equal([...((status as Widget).properties.alarms as string[])].sort(), alarmArns.sort());
});

test("a value that is not a metric is summed from its function's log lines", () => {
  const found = widgets().find(({ properties }) => properties.title === "Playlists per day");
  assert.is(
    found?.properties.query,
    "SOURCE 'playlake-extract' | filter ispresent(NeedsAttention) | stats sum(PlaylistsStored) as Stored, sum(PlaylistsUnchanged) as Unchanged, max(PlaylistsUnavailable) as Unavailable, max(PlaylistsFailed) as Failed, sum(DaysMissed) as DaysMissed by bin(1d)",
  );
});

test("the compact copy is shown if there is one", async () => {
  const copied = await exampleStack({ compactSchedule: "cron(0 7 * * ? *)" });
  const { dashboardBody } = resource(copied, "Dashboard", "playlake-overview").inputs;
  const titles = (body: unknown) =>
    (JSON.parse(String(body)) as { widgets: Widget[] }).widgets.map(({ properties }) => properties.title);
  const more = titles(dashboardBody).filter(
    (title) => !titles(inputsOf("Dashboard", "overview").dashboardBody).includes(title),
  );
  assert.equal(more, ["Compact copy: statements per day", "Compact copy: cost per day, list price"]);
  assert.ok(String(dashboardBody).includes("playlake-compact-failures"));
});

test("the digest's failure queue and alarm are shown if there is one", async () => {
  const digesting = await exampleStack({ digestEmail: "you@example.com" });
  const body = String(resource(digesting, "Dashboard", "playlake-overview").inputs.dashboardBody);
  assert.ok(body.includes('"playlake-digest-failures"'));
  assert.ok(body.includes(":alarm:playlake-alarm-digest-failures"));
});

test("the last crawls are shown if there is a crawler", async () => {
  const crawlsIn = (body: unknown) =>
    (JSON.parse(String(body)) as { widgets: Widget[] }).widgets
      .filter(({ properties }) => properties.title === "Last crawls")
      .map(({ properties }) => properties.query);
  const none = await exampleStack({ crawlSchedule: "none" });
  assert.equal(crawlsIn(resource(none, "Dashboard", "playlake-overview").inputs.dashboardBody), []);
  assert.equal(crawlsIn(inputsOf("Dashboard", "overview").dashboardBody), [
    `SOURCE '/aws-glue/crawlers' | fields @timestamp, @message
| filter @logStream = "playlake-crawler" and @message like /BENCHMARK|WARN|ERROR/
| sort @timestamp desc
| limit 20`,
  ]);
});

test("the cost of Lambda and Athena is computed from their metrics", () => {
  const expressions = lines().flatMap((line) => (line.at(-1) as { expression?: string }).expression ?? []);
  assert.equal(expressions.slice(2), [
    "m1 / 1000 * 0.5 + m2 / 1000 * 1",
    "e1 * 0.0000133334 + (m3 + m4) * 0.0000002",
    "SUM(FILL(METRICS(), 0)) / 1048576",
    "e1 / 1048576 * 5",
  ]);
});

test.run();
