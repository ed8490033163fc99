// A year of 20 playlists on one machine, in whole commands: its import, one more day, SQL, history commands, the report.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { namedQueries } from "../queries";
import { simulatedValues } from "../test/support/queries/history/check";
import { type DayObject, playlistId, rawObjects } from "../test/support/queries/history/lakeFolder";
import { replay } from "../test/support/queries/history/replay";
import { simulate } from "../test/support/queries/history/simulate";
import { type CommandCost, runCommand, runNode } from "./commands";
import { withFolder } from "./folder";
import { type Spread, spreadOf } from "./measure";
import { overPlainTables } from "./plainTables";
import { type BenchTable, type Goal, printTable } from "./table";

const duckdb = `const { DuckDBInstance } = require("@duckdb/node-api");
DuckDBInstance.create(":memory:").then((one) => one.connect()).then((one) => one.run("SELECT 1"));`;

/** Writes raw objects below a folder, each in the folder of its day. */
function writeRaw(folder: string, objects: readonly DayObject[]): void {
  for (const { date, fileName, bytes } of objects) {
    const dayFolder = path.join(folder, `snapshot_date=${date}`);
    mkdirSync(dayFolder, { recursive: true });
    writeFileSync(path.join(dayFolder, fileName), bytes);
  }
}

/** The commands over the lake, each with the most seconds that it can take; quick: one of each kind. */
function commandsOf(
  stateDir: string,
  lastDay: string,
  isQuick: boolean,
): [name: string, words: string[], atMost: number][] {
  const list = playlistId(1);
  const ask = (...words: string[]) => ["sql", ...words, "--format", "csv"];
  const named = (isQuick ? namedQueries.slice(0, 1) : namedQueries).map(
    ({ name, parameters }): [string, string[], number] => {
      const values = parameters.map((one) => [one.name, simulatedValues[one.name] ?? one.example].join("="));
      return [name, ask("--named", name, ...values.flatMap((value) => ["--param", value])), 1];
    },
  );
  const history: [string, string[], number][] = [
    ["playlake list", ["list"], 1],
    ["playlake show", ["show", list], 1],
    ["playlake log", ["log", list], 1],
    ["playlake diff", ["diff", list, simulatedValues.first ?? lastDay, lastDay], 1],
    ["playlake find", ["find", "track 7"], 1],
    ["playlake duplicates", ["duplicates"], 1],
  ];
  const commands: [string, string[], number][] = [
    ["SELECT 1", ask("SELECT 1"), 0.4],
    ["changes", ask("SELECT count(*) FROM changes"), 1],
    ["stays", ask("SELECT count(*) FROM stays"), 1],
    ...named,
    ...(isQuick ? history.slice(0, 1) : history),
    ["playlake digest", ["digest", "--since", simulatedValues.since ?? lastDay], 1],
    ["playlake report", ["report", "--out", path.join(stateDir, "report.html")], 4],
  ];
  return commands.map(([name, words, atMost]) => [name, [...words, "--state", stateDir], atMost]);
}

const secondsOf = (costs: readonly CommandCost[]) => spreadOf(costs.map(({ seconds }) => seconds));

/** The table of a year on one machine. */
export function benchLocalYear({ isQuick }: { isQuick: boolean }): Promise<BenchTable> {
  return withFolder(async (folder) => {
    const stateDir = path.join(folder, "state");
    const rounds = isQuick ? 1 : 3;
    const plan = {
      seed: 11,
      playlists: isQuick ? 2 : 20,
      days: isQuick ? 10 : 365,
      sizes: [50, 60] as [number, number],
    };
    const objects = rawObjects(replay(simulate(plan)));
    const days = [...new Set(objects.map(({ date }) => date))].sort();
    // The days at the end are added one by one.
    const added = days.slice(-rounds);
    const before = objects.filter(({ date }) => !added.includes(date));
    writeRaw(path.join(folder, "before"), before);
    for (const day of added)
      writeRaw(
        path.join(folder, day),
        objects.filter(({ date }) => date === day),
      );

    const repeat = async (run: () => Promise<CommandCost>) => {
      const costs: CommandCost[] = [];
      for (let round = 0; round < rounds; round++) costs.push(await run());
      return costs;
    };
    const first = ["sql", "SELECT count(*) FROM items", "--state", stateDir];
    const imported = await runCommand(["import", path.join(folder, "before"), "--state", stateDir, "--quiet"]);
    const copied = await runCommand(first);
    const dayCosts: CommandCost[] = [];
    const updateCosts: CommandCost[] = [];
    for (const day of added) {
      dayCosts.push(await runCommand(["import", path.join(folder, day), "--state", stateDir, "--quiet"]));
      updateCosts.push(await runCommand(first));
    }
    const floor = secondsOf(await repeat(() => runNode(["-e", duckdb])));
    const rows: string[][] = [];
    const goals: Goal[] = [];
    const show = (name: string, { median, least, most }: Spread, atMost?: number) => {
      rows.push([name, ...[median, least, most].map((one) => one.toFixed(2)), (median / floor.median).toFixed(1)]);
      if (atMost !== undefined) goals.push({ figure: `a year: ${name}`, atMost, measured: median, unit: "s" });
    };
    show(`import of ${before.length.toLocaleString("en-US")} files`, secondsOf([imported]), 120);
    show("first query, which makes the copy", secondsOf([copied]));
    show(`one more day of ${plan.playlists} playlists, imported`, secondsOf(dayCosts), 3);
    show("first query after it", secondsOf(updateCosts));
    for (const [name, words, atMost] of commandsOf(stateDir, days.at(-1) ?? "", isQuick)) {
      const costs = await repeat(() => runCommand(words));
      show(name, secondsOf(costs), atMost);
      if (words[0] !== "report") continue;
      const peak = spreadOf(costs.map(({ peakMiB }) => peakMiB)).median;
      goals.push({ figure: "a year: playlake report, peak memory", atMost: 500, measured: peak, unit: "MiB" });
    }
    const overPlain = await overPlainTables(stateDir, isQuick ? 1 : 7);
    for (const [view, { median }] of overPlain) {
      goals.push({ figure: `a year: ${view} over the copy, over plain tables`, atMost: 1.3, measured: median });
    }
    return {
      title: `A year on one machine: ${plan.days} days of ${plan.playlists} playlists, in seconds`,
      columns: ["command", "median", "least", "most", "over Node with DuckDB"],
      rows,
      notes: [
        `Node with DuckDB and SELECT 1: ${floor.median.toFixed(2)} s.`,
        ...overPlain.map(
          ([view, { median, least, most }]) =>
            `${view} over the copy, over the same SQL over plain DuckDB tables: ${median.toFixed(2)} (${least.toFixed(2)}-${most.toFixed(2)}).`,
        ),
      ],
      goals: isQuick ? [] : goals,
    };
  });
}

if (require.main === module) void benchLocalYear({ isQuick: process.argv.includes("--quick") }).then(printTable);
