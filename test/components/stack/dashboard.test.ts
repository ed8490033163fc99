import * as assert from "uvu/assert";
import { extractMetrics, transformMetrics } from "../../../components/alarms/metrics";
import type { Widget } from "../../../components/stack/dashboardBody";
import { runProgram } from "../../../lake/local/program";
import { settingsSuite } from "../settingsSuite";
import { goodConfig, resource } from "../support";

const { test, program, inputsOf } = settingsSuite("components/stack/dashboard");

function widgets(): Widget[] {
  return (JSON.parse(String(inputsOf("Dashboard", "overview").dashboardBody)) as { widgets: Widget[] }).widgets;
}

/** The lines of all graphs: metrics as arrays of texts, and what stands in their options. */
function lines(): unknown[][] {
  return widgets().flatMap(({ properties }) => (properties.metrics ?? []) as unknown[][]);
}

test("its name holds the stack's, in characters that CloudWatch takes", async () => {
  assert.is(inputsOf("Dashboard", "overview").dashboardName, "playlake-local");
  const odd = await runProgram({ config: goodConfig, stack: "a.b c/d" });
  assert.is(resource(odd, "Dashboard", "playlake-overview").inputs.dashboardName, "playlake-a-b-c-d");
});

test("its widgets fill a grid of 24 columns without a gap or an overlap", () => {
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

test("each kind of widget has what CloudWatch asks of it", () => {
  for (const { type, properties } of widgets()) {
    if (type === "alarm") {
      assert.ok(Array.isArray(properties.alarms) && properties.alarms.length > 0 && properties.alarms.length <= 100);
      continue;
    }
    assert.is(properties.region, "us-east-1");
    if (type === "log") {
      assert.match(String(properties.query), /^SOURCE 'playlake-extract' \| SOURCE 'playlake-transform' \| fields /);
      continue;
    }
    assert.is(properties.view, "timeSeries");
    assert.ok(Number(properties.period) % 60 === 0);
  }
  const ids = lines().map((line) => (line.at(-1) as { id?: string }).id);
  for (const id of ids) assert.ok(id === undefined || /^[a-z][a-zA-Z0-9_]*$/.test(id), id);
});

test("a metric's line is namespace, name, pairs of dimensions, options; an expression uses ids of its own graph", () => {
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

test("it shows every metric that the functions emit, and every alarm", () => {
  const shown = lines().filter(([namespace]) => namespace === "Playlake");
  const expected = [
    ...Object.keys(extractMetrics).map((name) => ["Playlake", name, "FunctionName", "playlake-extract"]),
    ...Object.keys(transformMetrics).map((name) => ["Playlake", name, "FunctionName", "playlake-transform"]),
  ];
  assert.equal(shown.map((line) => line.slice(0, 4).join(" ")).sort(), expected.map((line) => line.join(" ")).sort());
  const alarmArns = program.resources
    .filter(({ type, name }) => /:(Metric|Composite)Alarm$/.test(type) && !/-(success|tried)$/.test(name))
    .map(({ outputs }) => String(outputs.arn));
  const [status] = widgets();
  assert.equal([...((status as Widget).properties.alarms as string[])].sort(), alarmArns.sort());
});

test("what Lambda and Athena cost is reckoned from their metrics", () => {
  const expressions = lines().flatMap((line) => (line.at(-1) as { expression?: string }).expression ?? []);
  assert.equal(expressions.slice(2), [
    "m1 / 1000 * 0.5 + m2 / 1000 * 1",
    "e1 * 0.0000133334 + (m3 + m4) * 0.0000002",
    "SUM(FILL(METRICS(), 0)) / 1048576",
    "e1 / 1048576 * 5",
  ]);
});

test.run();
