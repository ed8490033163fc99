// The ways to package a function: its callback serialized by Pulumi, the same callback as compiled modules, and as a bundle.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { settingsFile } from "../components/callbacks/settingsFile";
import { bucketsFolder } from "../emulator/files";
import type { Registered } from "../emulator/resources";
import { openPipeline } from "../lake/local/pipeline";
import { chooseSource } from "../lake/local/source";
import type { UnpackedFunction } from "./archives";
import { bundle, packCompiled } from "./compiled";
import { simulateAll } from "./countedRun";
import { alone, type BenchSetting } from "./inputs";
import { type Cost, inTurn, lambdaFlags, ratios, runProcess, showMedian, showRatio } from "./measure";
import type { BenchTable } from "./table";
import { zipOf } from "./zip";

const days = 3;

/** The component of each function. */
const components = {
  extract: "components/spotifyExtractor.ts",
  transform: "components/playlistTransformer.ts",
} as const;
type Name = keyof typeof components;
/** The module of each function that exports `handler`. */
type Modules = Record<Name, string>;
const names = Object.keys(components) as Name[];

/** Files below a folder by their names in it. */
function filesOf(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = entries.map((entry) => path.join(entry.parentPath ?? entry.path, entry.name)).sort();
  return Object.fromEntries(files.map((file) => [path.relative(folder, file), readFileSync(file, "latin1")]));
}

/** The lake of the samples' first days by the given archives, without the times at which responses came. */
async function sampleLake(folder: string, archives: Partial<Record<string, string>>): Promise<Record<string, string>> {
  const repack = (resource: Registered): Registered => {
    const archive = archives[resource.name];
    if (archive === undefined || resource.type !== "aws:lambda/function:Function") return resource;
    // The settings are the program's: the samples' playlists, not the bench's.
    const own = (resource.inputs.code as unknown as { assets: Record<string, unknown> }).assets;
    const assets = Object.keys(filesOf(archive)).map((name): [string, unknown] => [
      name,
      name === settingsFile ? own[name] : new pulumi.asset.FileAsset(path.join(archive, name)),
    ]);
    return {
      ...resource,
      inputs: { ...resource.inputs, code: { __pulumiArchive: true, assets: Object.fromEntries(assets) } },
    };
  };
  const pipeline = await openPipeline({
    source: await chooseSource({ sample: true, from: undefined, playlists: [], env: {}, remembered: undefined }),
    stateDir: folder,
    adjust: (resources) => resources.map(repack),
  });
  try {
    await simulateAll(pipeline, pipeline.runsAfter(undefined, days));
  } finally {
    await pipeline.close();
  }
  const isCsv = ([name]: [string, string]) => name.endsWith(".csv");
  const time = /20\d\d-\d\d-\d\dT[\d:.]+Z/g;
  return Object.fromEntries(
    Object.entries(filesOf(bucketsFolder(folder)))
      .filter(isCsv)
      .map(([name, text]) => [name, text.replace(time, "")]),
  );
}

/** @throws if the forms' lakes differ. @returns the number of files compared */
async function compareLakes(folder: string, forms: readonly Modules[]): Promise<number> {
  const hashes = new Set<string>();
  let compared = 0;
  for (const [index, modules] of forms.entries()) {
    const archives = Object.fromEntries(names.map((name) => [`playlake-${name}`, path.dirname(modules[name])]));
    const lake = await sampleLake(path.join(folder, `lake-${index}`), archives);
    compared = Object.keys(lake).length;
    hashes.add(createHash("sha256").update(JSON.stringify(lake)).digest("hex"));
  }
  if (compared === 0 || hashes.size !== 1) throw new Error("the forms' lakes differ");
  return compared;
}

/** Loads a function's module with the SDK, as a cold start does. */
function load({ memoryMiB, environment }: UnpackedFunction, module: string): Promise<Cost> {
  const words = [...lambdaFlags(memoryMiB), path.join(__dirname, "processes", "load.js"), module];
  return runProcess<Cost>(process.execPath, words, {
    ...environment,
    AWS_REGION: "us-east-1",
    AWS_LAMBDA_FUNCTION_NAME: "playlake",
    LAMBDA_TASK_ROOT: path.dirname(module),
    NODE_PATH: path.join(__dirname, "..", "node_modules"),
  });
}

/** Size and start of each function in each form. @throws if their lakes differ */
export async function benchPackaging({ isQuick, archives, folder }: BenchSetting): Promise<BenchTable> {
  const modules = (make: (name: Name) => string) =>
    Object.fromEntries(names.map((name) => [name, make(name)])) as unknown as Modules;
  const serialized = modules((name) => path.join(archives[name].folder, "__index.js"));
  const compiled = modules((name) =>
    packCompiled(components[name], archives[name], path.join(folder, "modules", name)),
  );
  const bundled = modules((name) => bundle(compiled[name], path.join(folder, "bundles", name)));
  const compared = await compareLakes(folder, [serialized, compiled, bundled]);
  const rows: string[][] = [];
  for (const name of names) {
    const forms = { serialized: serialized[name], compiled: compiled[name], bundled: bundled[name] };
    const start = (module: string) => () => load(archives[name], module);
    const measured = await inTurn(isQuick ? 1 : 15, {
      serialized: start(forms.serialized),
      compiled: start(forms.compiled),
      bundled: start(forms.bundled),
    });
    for (const [form, costs] of Object.entries(measured)) {
      const { bytes, files } = zipOf(path.dirname(forms[form as keyof typeof forms]));
      const ratio = showRatio(ratios(costs, measured.serialized, "cpuMs"));
      rows.push([name, form, (bytes / 1024).toFixed(1), `${files}`, showMedian(costs, "cpuMs"), ratio]);
    }
  }
  return {
    title: "Packaging: the same callback serialized by Pulumi, as compiled modules, and as a bundle of these",
    columns: ["function", "form", "zip KiB", "files", "load, CPU ms", "load / serialized"],
    rows,
    notes: [
      `All wrote the same ${compared} CSV files from the samples of ${days} days, times of responses left out.`,
      "Loading includes the SDK's clients. The table of transforms compares the work.",
    ],
  };
}

if (require.main === module) alone(benchPackaging);
