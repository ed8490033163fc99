// How long local SQL over a year takes: whole commands, with the local copy up to date.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { namedQueries } from "../queries";
import { simulatedValues } from "../test/support/queries/history/check";
import { writeLake } from "../test/support/queries/history/lakeFolder";
import { replay } from "../test/support/queries/history/replay";
import { simulate } from "../test/support/queries/history/simulate";
import { spreadOf } from "./measure";
import { type BenchTable, printTable } from "./table";

const program = path.join(__dirname, "..", "bin", "playlake.js");
const duckdb = `const { DuckDBInstance } = require("@duckdb/node-api");
DuckDBInstance.create(":memory:").then((one) => one.connect()).then((one) => one.run("SELECT 1"));`;

/** Runs a process to its end. @returns its seconds @throws if it fails */
function secondsOf(args: readonly string[], folder: string): number {
  const begun = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: "utf8",
    // An answer can be longer than the buffer that spawnSync keeps.
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (status !== 0) throw new Error(`${args.join(" ")}: ${stderr}`);
  return (performance.now() - begun) / 1000;
}

/** The table of local SQL. */
export async function benchLocalSql({ isQuick }: { isQuick: boolean }): Promise<BenchTable> {
  const stateDir = mkdtempSync(path.join(tmpdir(), "playlake-bench-sql-"));
  try {
    const days = isQuick ? 10 : 365;
    const stored = replay(simulate({ seed: 11, playlists: isQuick ? 2 : 20, days, sizes: [50, 60] }));
    await writeLake(stored, stateDir);
    const rounds = isQuick ? 1 : 5;
    const project = path.join(__dirname, "..");
    const spread = (args: readonly string[]) =>
      spreadOf(Array.from({ length: rounds }, () => secondsOf(args, project)));
    const ask = (...words: string[]) => [program, "sql", ...words, "--format", "csv", "--state", stateDir];
    const first = secondsOf(ask("SELECT 1"), project);
    const floor = spread(["-e", duckdb]);
    const commands: [string, readonly string[]][] = [
      ["SELECT 1", ask("SELECT 1")],
      ...["changes", "stays"].map((view): [string, string[]] => [view, ask(`SELECT count(*) FROM ${view}`)]),
      ...namedQueries.map(({ name, parameters }): [string, string[]] => {
        const given = parameters.flatMap((one) => [
          "--param",
          `${one.name}=${simulatedValues[one.name] ?? one.example}`,
        ]);
        return [name, ask("--named", name, ...given)];
      }),
      ["report", [program, "report", "--state", stateDir, "--out", path.join(stateDir, "report.html")]],
    ];
    const measured = commands.map(([name, args]) => ({ name, seconds: spread(args) }));
    const atMost = (name: string) => ({ "SELECT 1": 0.4, report: 4 })[name] ?? 1;
    return {
      title: `Local SQL over ${days} days of ${stored.length} playlists, in seconds`,
      columns: ["command", "median", "least", "most", "over Node with DuckDB"],
      rows: [
        ["first query, which makes the copy", first.toFixed(2), "", "", ""],
        ...measured.map(({ name, seconds: { median, least, most } }) => [
          ...[name, median.toFixed(2), least.toFixed(2), most.toFixed(2), (median / floor.median).toFixed(1)],
        ]),
      ],
      notes: [`Node with DuckDB and SELECT 1: ${floor.median.toFixed(2)} s.`],
      goals: isQuick
        ? []
        : measured.map(({ name, seconds }) => ({
            ...{ figure: `local SQL: ${name}`, atMost: atMost(name), measured: seconds.median, unit: "s" as const },
          })),
    };
  } finally {
    rmSync(stateDir, { recursive: true });
  }
}

if (require.main === module) void benchLocalSql({ isQuick: process.argv.includes("--quick") }).then(printTable);
