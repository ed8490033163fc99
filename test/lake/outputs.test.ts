import { readFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { missingOutputs, outputsFor } from "../../lake/outputs";
import { projectFolder } from "../support/commandLine";

const test = suite("lake/outputs");

test("every command that an alarm names works without a whole lake", () => {
  const alarms = readFileSync(path.join(projectFolder, "components", "alarms", "alarmSpecs.ts"), "utf8");
  const named = [...new Set([...alarms.matchAll(/npx playlake (\w+)/g)].map(([, command = ""]) => command))].sort();
  assert.equal(named, ["crawl", "login", "redrive", "replay", "run"]);
  for (const command of named) assert.is.not(outputsFor(command, {}), undefined, command);
  for (const command of ["sql", "doctor", "forget"]) assert.is(outputsFor(command, {}), undefined, command);
});

const queue = "https://sqs.eu-west-1.amazonaws.com/1/q";
const extractor = { extractFunction: "e", failureQueues: { extract: queue } };
const transformer = { rawBucket: "raw", transformFunction: "t", failureQueues: { transform: queue } };
const catalog = { database: "d", crawler: "c", failureQueues: { crawlSchedule: queue, compactSchedule: queue } };
const cases: readonly [command: string, exported: Record<string, unknown>, missing: readonly string[] | "all"][] = [
  ["run", extractor, []],
  ["redrive", extractor, []],
  ["redrive", transformer, []],
  ["replay", transformer, []],
  ["crawl", catalog, []],
  ["redrive", catalog, []],
  ["redrive", {}, "all"],
  ["redrive", { ...extractor, extractFunction: undefined }, ["extractFunction"]],
  ["redrive", { ...transformer, transformFunction: null }, ["transformFunction"]],
  ["redrive", { ...catalog, crawler: undefined }, ["crawler"]],
  ["redrive", { ...extractor, failureQueues: queue }, "all"],
  ["login", extractor, "all"],
  ["replay", extractor, ["rawBucket", "transformFunction"]],
];
for (const [command, exported, missing] of cases) {
  test(`${command}: ${Object.keys(exported).join(" ") || "nothing"} misses ${missing.length === 0 ? "nothing" : missing}`, () => {
    assert.equal(missingOutputs(exported, outputsFor(command, exported)), missing);
  });
}

test.run();
