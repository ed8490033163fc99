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
const shapes: readonly Shape[] = ["old", "lean"];

/** Measures a whole process from outside, including its start. */
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

/** The entries that the peers' tables contain: tracks with an id. */
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

/** @throws if a peer did not do the compared work */
function checkPeers(results: Readonly<Record<string, Measured[]>>, names: readonly Peer[], expected: number): void {
  for (const name of names) {
    for (const { said } of results[name] ?? []) {
      const { rows } = JSON.parse(said) as { rows: number };
      if (rows !== expected) throw new Error(`${name}: wrong output, ${rows} tracks, expected ${expected}`);
    }
  }
}

/** The Python of a virtual environment, if BENCH_PYTHON names it. */
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

/** Measures whole processes over the same raw object: ours with nine tables, the peers with five. */
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
  if (entries <= 10_000) return inTurn(setting.isQuick ? 1 : 5, measurements);
  // 100,000 entries take pandas longer than all others together: once is enough for its factor of 5.
  const { pandas, ...others } = measurements;
  const measured = await inTurn(3, others);
  return { ...measured, pandas: names.includes("pandas") ? [await pandas()] : [] };
}

/** How many times faster ours must be, by peer, shape and entries. */
const timeGoals: Record<Peer, Readonly<Record<string, number>>> = {
  pandas: { "old 10000": 4, "old 100000": 6 },
  polars: { "old 10000": 1 },
  duckdb: { "old 10000": 1.8, "lean 10000": 2.2, "old 100000": 1.3, "lean 100000": 1.3 },
};
/** The share of pandas' memory that ours can take, by shape and entries. */
const memoryGoals: Readonly<Record<string, number>> = { "old 10000": 0.25, "old 100000": 0.1 };

function goalsOf(peer: Peer, shape: Shape, entries: number, faster: Spread, memory: Spread): Goal[] {
  const work = `against ${peer}, ${entries.toLocaleString("en-US")} ${shape} entries`;
  const goals: Goal[] = [];
  const atLeast = timeGoals[peer][`${shape} ${entries}`];
  if (atLeast !== undefined) goals.push({ figure: `${work}: times faster`, atLeast, measured: faster.median });
  const atMost = peer === "pandas" ? memoryGoals[`${shape} ${entries}`] : undefined;
  if (atMost !== undefined) goals.push({ figure: `${work}: share of its memory`, atMost, measured: memory.median });
  return goals;
}

/** (c): the same input for pandas, polars and DuckDB. */
export async function benchPeers(setting: BenchSetting): Promise<BenchTable> {
  const names = await installed();
  const missing = peers.filter((peer) => !names.includes(peer));
  const rows: string[][] = [];
  const goals: Goal[] = [];
  const sizes = names.length === 0 ? [] : setting.isQuick ? [1000] : [10_000, 100_000];
  for (const [shape, entries] of sizes.flatMap((size) => shapes.map((shape) => [shape, size] as const))) {
    const results = await measure(setting, names, shape, entries);
    checkPeers(results, names, countTracks(setting.planOf(shape, entries)));
    for (const peer of names) {
      const faster = ratios(results[peer], results.ours, "ms");
      const memory = ratios(results.ours, results[peer], "peakMiB");
      goals.push(...goalsOf(peer, shape, entries, faster, memory));
      rows.push([
        `${peer}, ${entries.toLocaleString("en-US")} ${shape}`,
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
    notes: missing.map((peer) => `${peer}: skipped, ${python} cannot import it (BENCH_PYTHON names another Python).`),
    goals,
  };
}

if (require.main === module) alone(benchPeers);
