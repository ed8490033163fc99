import { createHash } from "node:crypto";
import path from "node:path";
import { packCompiled } from "./compiled";
import type { Shape } from "./generate";
import { alone, type BenchSetting } from "./inputs";
import { type Cost, inTurn, lambdaFlags, ratios, runProcess, showMedian, showRatio } from "./measure";
import type { BenchTable, Goal } from "./table";

/** An invocation of the transformer. */
interface Transformed extends Cost {
  /** The size or the hash of each written file. */
  written: Record<string, number | string>;
}

type Measured = Record<"floor" | "serialized" | "compiled", Cost[]>;

/** The input of a transform. */
interface Case {
  shape: Shape;
  entries: number;
  oddNameShare?: number;
  /** The beginning of the output's SHA-256. A change for speed must keep it. */
  output: string;
}

const quickCases: readonly Case[] = [
  { shape: "old", entries: 1000, output: "d4903c07ad405701" },
  { shape: "lean", entries: 1000, output: "5a1c48e3e5b99dee" },
];
const cases: readonly Case[] = [
  ...quickCases,
  { shape: "old", entries: 10_000, output: "7d70e5238fcb7e00" },
  { shape: "lean", entries: 10_000, output: "c3d0f9bc233b105d" },
  { shape: "lean", entries: 10_000, oddNameShare: 1, output: "3c969563436d7b25" },
  { shape: "old", entries: 100_000, output: "7058e786410c5431" },
  { shape: "lean", entries: 100_000, output: "94deab0b127ab878" },
];
const processes = path.join(__dirname, "processes");
/** Time over the floor, at 10,000 entries. */
const timeGoals: Record<Shape, number> = { old: 1.2, lean: 1.5 };

/** Runs one of the two transforms over a raw object, in a process like Lambda's. */
function transform(setting: BenchSetting, module: string, file: string, hash = ""): Promise<Transformed> {
  const flags = lambdaFlags(setting.archives.transform.memoryMiB);
  const args = [...flags, path.join(processes, "transform.js"), module, file];
  const environment = { NODE_PATH: path.join(processes, "sdk"), TMPDIR: setting.folder, BENCH_HASH: hash };
  return runProcess<Transformed>(process.execPath, args, environment);
}

/** @throws if a module's output differs from the recorded hash */
async function checkOutput(setting: BenchSetting, modules: readonly string[], file: string, expected: string) {
  for (const module of modules) {
    const { written } = await transform(setting, module, file, "1");
    const output = createHash("sha256").update(JSON.stringify(written)).digest("hex").slice(0, expected.length);
    if (output === expected) continue;
    const from = `${path.basename(file)} by ${path.relative(setting.folder, module)}`;
    throw new Error(`${from}: wrong output, ${Object.keys(written).length} files of hash ${output}, not ${expected}`);
  }
}

function rowOf({ shape, entries, oddNameShare }: Case, { floor, serialized, compiled }: Measured): string[] {
  return [
    `${shape} ${entries.toLocaleString("en-US")}${oddNameShare === 1 ? ", odd names" : ""}`,
    showMedian(floor, "ms"),
    showMedian(serialized, "ms"),
    showRatio(ratios(serialized, floor, "ms")),
    showRatio(ratios(serialized, floor, "cpuMs")),
    showRatio(ratios(serialized, compiled, "cpuMs")),
    showMedian(serialized, "peakMiB"),
  ];
}

function goalsOf({ shape, entries, oddNameShare }: Case, { floor, serialized, compiled }: Measured): Goal[] {
  if (entries !== 10_000 || oddNameShare !== undefined) return [];
  const work = `transform, 10,000 ${shape} entries`;
  return [
    { figure: `${work}: time over floor`, atMost: timeGoals[shape], measured: ratios(serialized, floor, "ms").median },
    {
      figure: `${work}: serialized over compiled`,
      atMost: 1.15,
      measured: ratios(serialized, compiled, "cpuMs").median,
    },
  ];
}

/** (a) and (b): the transform against the floor, and the uploaded form against plain modules. */
export async function benchTransform(setting: BenchSetting): Promise<BenchTable> {
  const { isQuick, archives, folder } = setting;
  const serialized = path.join(archives.transform.folder, "__index.js");
  const compiled = packCompiled("components/playlistTransformer.ts", archives.transform, path.join(folder, "compiled"));
  const flags = lambdaFlags(archives.transform.memoryMiB);
  const rows: string[][] = [];
  const goals: Goal[] = [];
  for (const one of isQuick ? quickCases : cases) {
    const file = await setting.rawObject(one.shape, one.entries, one.oddNameShare);
    await checkOutput(setting, [serialized, compiled], file, one.output);
    const measured: Measured = await inTurn(isQuick ? 1 : one.entries > 10_000 ? 3 : 9, {
      floor: () => runProcess<Cost>(process.execPath, [...flags, path.join(processes, "floor.js"), file]),
      serialized: () => transform(setting, serialized, file),
      compiled: () => transform(setting, compiled, file),
    });
    rows.push(rowOf(one, measured));
    goals.push(...goalsOf(one, measured));
  }
  return {
    title: "Transform: nine tables, the uploaded function against the floor (gunzip and JSON.parse)",
    columns: [
      "entries",
      "floor ms",
      "ms",
      "time / floor",
      "CPU / floor",
      "serialized / compiled CPU",
      "peak MiB, no SDK",
    ],
    rows,
    notes: [
      "First call in its own process with Lambda's flags; medians, with the least and the most of the rounds in brackets.",
      "Files replace S3; the table of functions has the memory with the SDK and over HTTP.",
    ],
    goals,
  };
}

if (require.main === module) alone(benchTransform);
