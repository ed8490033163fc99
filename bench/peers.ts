import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { type PlaylistPlan, pageResponses, type Shape } from "./generate";
import { alone, type BenchSetting } from "./inputs";
import { type Cost, inTurn, lambdaFlags, ratios, runProcess, type Spread, showMedian, showRatio } from "./measure";
import type { BenchTable, Goal } from "./table";

const run = promisify(execFile);
const peers = ["pandas", "polars", "duckdb"] as const;
type Peer = (typeof peers)[number];

/** Measures a whole process, its start included: what it takes from outside. */
const measuring = `
import json, resource, subprocess, sys, time
begun = time.monotonic()
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
ms = (time.monotonic() - begun) * 1000
if done.returncode: sys.exit(done.stderr[-2000:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
cpu = (used.ru_utime + used.ru_stime) * 1000
print(json.dumps({"ms": ms, "cpuMs": cpu, "peakMiB": used.ru_maxrss / 1024, "said": done.stdout.strip().split("\\n")[-1]}))
`;

type Measured = Cost & { said: string };

/** Entries that a tutorial counts: tracks with an id. */
function countTracks(plan: PlaylistPlan): number {
  let count = 0;
  for (const page of pageResponses(plan)) {
    const { items } = JSON.parse(page) as { items: ({ item?: Item; track?: Item } | null)[] };
    count += items.filter((entry) => {
      const item = entry?.item ?? entry?.track;
      return item?.type === "track" && item.id !== null;
    }).length;
  }
  return count;
}

interface Item {
  type?: string;
  id?: string | null;
}

/** @throws where a peer did not do the work that it is compared by */
function checkPeers(results: Readonly<Record<string, Measured[]>>, names: readonly Peer[], expected: number): void {
  for (const name of names) {
    for (const { said } of results[name] ?? []) {
      const { rows } = JSON.parse(said) as { rows: number };
      if (rows !== expected) throw new Error(`${name}: wrong output, ${rows} tracks, expected ${expected}`);
    }
  }
}

/** The Python of a virtual environment, where BENCH_PYTHON names it. */
const python = process.env.BENCH_PYTHON ?? "python3";

async function installed(): Promise<Peer[]> {
  const found: Peer[] = [];
  for (const peer of peers) {
    await run(python, ["-c", `import ${peer}`]).then(
      () => found.push(peer),
      () => undefined,
    );
  }
  return found;
}

/** Whole processes over the same raw object: ours with nine tables, the peers with a tutorial's five. */
async function measure(setting: BenchSetting, names: readonly Peer[], shape: Shape, entries: number) {
  const file = await setting.rawObject(shape, entries);
  const processes = path.join(__dirname, "processes");
  const { memoryMiB, folder } = setting.archives.transform;
  const handler = path.join(folder, "__index.js");
  const ours = [process.execPath, ...lambdaFlags(memoryMiB), path.join(processes, "transform.js"), handler, file];
  const environment = { NODE_PATH: path.join(processes, "sdk"), TMPDIR: setting.folder };
  const target = path.join(setting.folder, "peers");
  await mkdir(target, { recursive: true });
  const peerCommand = (peer: Peer) => [python, path.join(__dirname, "peers", "peers.py"), peer, file, target];
  const measurement = (command: string[]) => () =>
    runProcess<Measured>(python, ["-c", measuring, ...command], environment);
  const measurements = Object.fromEntries([
    ["ours", measurement(ours)],
    ...names.map((peer) => [peer, measurement(peerCommand(peer))] as const),
  ]) as Record<"ours" | Peer, () => Promise<Measured>>;
  return inTurn(entries > 10_000 ? 3 : 5, measurements);
}

/** How many times faster it is to be, by peer and entries. */
const timeGoals: Record<Peer, Readonly<Record<number, number>>> = {
  pandas: { 10000: 4, 100000: 6 },
  polars: { 10000: 1 },
  duckdb: { 10000: 1 },
};
/** What part of pandas' memory it may take, by entries. */
const memoryGoals: Readonly<Record<number, number>> = { 10000: 0.25, 100000: 0.1 };

function goalsOf(peer: Peer, entries: number, faster: Spread, memory: Spread): Goal[] {
  const work = `against ${peer}, ${entries.toLocaleString("en-US")} old entries`;
  const goals: Goal[] = [];
  const atLeast = timeGoals[peer][entries];
  if (atLeast !== undefined) goals.push({ figure: `${work}: times faster`, atLeast, measured: faster.median });
  const atMost = peer === "pandas" ? memoryGoals[entries] : undefined;
  if (atMost !== undefined) goals.push({ figure: `${work}: share of its memory`, atMost, measured: memory.median });
  return goals;
}

/** (c): the same input given to what others would use. */
export async function benchPeers(setting: BenchSetting): Promise<BenchTable> {
  const names = await installed();
  const missing = peers.filter((peer) => !names.includes(peer));
  const rows: string[][] = [];
  const goals: Goal[] = [];
  for (const entries of names.length === 0 ? [] : setting.isQuick ? [1000] : [10_000, 100_000]) {
    const results = await measure(setting, names, "old", entries);
    checkPeers(results, names, countTracks(setting.planOf("old", entries)));
    for (const peer of names) {
      const faster = ratios(results[peer], results.ours, "ms");
      const memory = ratios(results.ours, results[peer], "peakMiB");
      goals.push(...goalsOf(peer, entries, faster, memory));
      rows.push([
        `${peer}, ${entries.toLocaleString("en-US")} old`,
        showMedian(results.ours, "ms"),
        showMedian(results[peer], "ms"),
        showRatio(faster),
        showRatio(ratios(results[peer], results.ours, "cpuMs")),
        showMedian(results.ours, "peakMiB"),
        showMedian(results[peer], "peakMiB"),
        showRatio(memory),
      ]);
    }
  }
  return {
    title: "Peers on the same raw object, whole processes: ours writes nine tables, theirs five",
    columns: ["peer", "our ms", "its ms", "times faster", "CPU", "our MiB", "its MiB", "memory"],
    rows,
    notes: missing.map((peer) => `${peer}: skipped, ${python} can't import it (BENCH_PYTHON names another Python).`),
    goals,
  };
}

if (require.main === module) alone(benchPeers);
