import path from "node:path";
import type { Shape } from "./generate";
import { alone, type BenchSetting } from "./inputs";
import { type Cost, inTurn, lambdaFlags, ratios, runProcess, showMedian, showRatio } from "./measure";
import { compileNative } from "./native";
import type { BenchTable } from "./table";

/** An invocation of the transformer. */
interface Transformed extends Cost {
  /** Bytes of each file that was written, or their hash. */
  written: Record<string, number | string>;
}

type Measured = Record<"floor" | "serialized" | "native", Cost[]>;

const processes = path.join(__dirname, "processes");
const goals: Record<Shape, string> = { old: "<= 1.35 (Node 24), 1.5 (Node 20)", lean: "<= 2.2" };
const peakGoals: Record<number, string> = { 10000: "<= 176", 100000: "<= 320" };

/** Runs one of the two transforms over a raw object, in a process as Lambda's. */
function transform(setting: BenchSetting, module: string, file: string, hash = ""): Promise<Transformed> {
  const flags = lambdaFlags(setting.archives.transform.memoryMiB);
  const args = [...flags, path.join(processes, "transform.js"), module, file];
  const environment = { NODE_PATH: path.join(processes, "sdk"), TMPDIR: setting.folder, BENCH_HASH: hash };
  return runProcess<Transformed>(process.execPath, args, environment);
}

/** @throws where the two do not write the same nine files */
async function checkOutput(setting: BenchSetting, modules: readonly string[], file: string): Promise<void> {
  const outputs: string[] = [];
  for (const module of modules) outputs.push(JSON.stringify((await transform(setting, module, file, "1")).written));
  const files = Object.keys(JSON.parse(outputs[0]!) as object).length;
  if (files !== 9 || new Set(outputs).size !== 1) {
    throw new Error(`${path.basename(file)}: wrong output, ${files} files, serialized and native differ or lack some`);
  }
}

function rowOf(shape: Shape, entries: number, { floor, serialized, native }: Measured): string[] {
  return [
    `${shape} ${entries.toLocaleString("en-US")}`,
    showMedian(floor, "ms"),
    showMedian(serialized, "ms"),
    showRatio(ratios(serialized, floor, "ms")),
    showRatio(ratios(serialized, floor, "cpuMs")),
    entries === 10_000 ? goals[shape] : "",
    showRatio(ratios(serialized, native, "cpuMs")),
    showMedian(serialized, "peakMiB"),
    peakGoals[entries] ?? "",
  ];
}

/** (a) and (b): the transform against the floor, and as it is uploaded against plain modules. */
export async function benchTransform(setting: BenchSetting): Promise<BenchTable> {
  const { isQuick, archives, folder } = setting;
  const serialized = path.join(archives.transform.folder, "__index.js");
  const native = await compileNative(path.join(folder, "native"));
  const flags = lambdaFlags(archives.transform.memoryMiB);
  const rows: string[][] = [];
  for (const entries of isQuick ? [1000] : [1000, 10_000, 100_000]) {
    for (const shape of ["old", "lean"] as const) {
      const file = await setting.rawObject(shape, entries);
      await checkOutput(setting, [serialized, native], file);
      const measured: Measured = await inTurn(isQuick ? 1 : entries > 10_000 ? 3 : 7, {
        floor: () => runProcess<Cost>(process.execPath, [...flags, path.join(processes, "floor.js"), file]),
        serialized: () => transform(setting, serialized, file),
        native: () => transform(setting, native, file),
      });
      rows.push(rowOf(shape, entries, measured));
    }
  }
  return {
    title: "Transform: nine tables, the function as it is uploaded, against the floor (gunzip and JSON.parse)",
    columns: [
      "entries",
      "floor ms",
      "ms",
      "time / floor",
      "CPU / floor",
      "goal",
      "serialized / native CPU (goal <= 1.15)",
      "peak MiB, no SDK",
      "goal",
    ],
    rows,
    notes: [
      "First call in a process of its own, Lambda's flags; medians, in brackets the least and the most of the rounds.",
      "Files stand in for S3; memory with the SDK and over HTTP is in the table of functions.",
    ],
  };
}

if (require.main === module) alone(benchTransform);
