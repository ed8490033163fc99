// A function's code: its serialized callback, its settings, and only those package files that it loads.
import { existsSync, readFileSync } from "node:fs";
import { builtinModules, createRequire, isBuiltin } from "node:module";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { settingsFile } from "../callbacks/settingsFile";

/** The handler's name for Lambda: `handler` of the archive's `__index.js`. */
export const handlerName = "__index.handler";

/**
 * Modules that a package names but a function never loads. The SDK comes with the runtime, and node-fetch loads the polyfill
 * only if the runtime has no streams.
 */
const leftOut = /^(@aws-sdk|@smithy|web-streams-polyfill)(\/|$)/;

const named = /\b(?:from|import|require)\s*\(?\s*["']([^"'\s]+)["']/g;

/** The folder in which pnpm keeps a package. Pulumi mistakes it for the start of the module's name. */
const pnpmFolder = /(?<=require\(["'])\.pnpm\/[^"']*\/node_modules\//g;

/**
 * Serializes a callback and packs it with the package files that it loads, and those that they load in turn. Pulumi's own
 * `CallbackFunction` packs every dependency of the program whole. It also resolves packages from the program: if the program
 * has another version of node-fetch, the callback would get that one. The same source gives the same archive, because names
 * in it are relative to `node_modules`.
 * @param callbackFactory called once per cold start. It can capture only constants, because a preview does not show a change
 * inside a code file. A secret in it is refused.
 * @param settings what the callback reads from `settings.json`, in plain text. A preview shows each line that changes.
 */
export function codeArchive(
  callbackFactory: () => unknown,
  settings?: pulumi.Input<object>,
): pulumi.Output<pulumi.asset.AssetArchive> {
  refuseOtherRuntimes();
  const output = pulumi.output(settings);
  return pulumi.all([output, pulumi.isSecret(output)]).apply(([values, isSecret]) => {
    if (isSecret) {
      const keys = Object.keys(values as object).join(", ");
      const advice = "pass no secret there, or pulumi.unsecret(...)";
      throw new pulumi.RunError(
        `a secret among a function's settings (${keys}): ${settingsFile} is plain text; ${advice}`,
      );
    }
    return archiveOf(callbackFactory, values);
  });
}

/** @throws one line if Bun or Deno runs the program */
function refuseOtherRuntimes(): void {
  const { bun, deno } = process.versions;
  const runtime = bun !== undefined ? "Bun" : deno !== undefined ? "Deno" : undefined;
  if (runtime === undefined) return;
  throw new pulumi.RunError(
    `${runtime} cannot run this program: Pulumi serializes functions through Node's inspector; use Node 20 or later`,
  );
}

/**
 * Loads Node's experimental modules without their warnings. Pulumi's serializer loads every module of Node to recognize it in a
 * callback, so Node 26 would warn about `node:ffi`, which nothing uses. Each module warns only at its first load.
 */
function loadExperimentalModules(): void {
  const { emitWarning } = process;
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (rest[0] !== "ExperimentalWarning") Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  try {
    for (const name of builtinModules) if (name.startsWith("node:")) require(name);
  } finally {
    process.emitWarning = emitWarning;
  }
}

async function archiveOf(callbackFactory: () => unknown, settings?: object): Promise<pulumi.asset.AssetArchive> {
  loadExperimentalModules();
  const options = { serialize: () => true, exportName: "handler", isFactoryFunction: true, allowSecrets: true };
  const { text: serialized, containsSecrets } = await pulumi.runtime.serializeFunction(callbackFactory, options);
  const text = serialized.replace(pnpmFolder, "");
  if (containsSecrets)
    throw new pulumi.RunError("a callback captures a secret, which would be plain text in its archive");
  const assets: pulumi.asset.AssetMap = { "__index.js": new pulumi.asset.StringAsset(text) };
  for (const [name, file] of Object.entries(packageFiles(text))) {
    // An absolute path would become part of the stack's state and differ between machines.
    assets[name] = new pulumi.asset.FileAsset(path.relative(process.cwd(), file));
  }
  if (settings !== undefined) {
    assets[settingsFile] = new pulumi.asset.StringAsset(`${JSON.stringify(settings, null, 2)}\n`);
  }
  return new pulumi.asset.AssetArchive(assets);
}

/** The files of packages that a text loads, by their names in the archive, sorted. */
function packageFiles(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  const waiting = namedFiles(text, __filename);
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const { name } = placeOf(file);
    if (found[name] === file) continue;
    if (found[name] !== undefined) throw new pulumi.RunError(`two versions of one package: ${found[name]} and ${file}`);
    found[name] = file;
    waiting.push(
      ...(file.endsWith(".json") ? [] : [...packageJsons(file), ...namedFiles(readFileSync(file, "utf8"), file)]),
    );
  }
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The files that a module names. A package that is not installed is an optional one. */
function namedFiles(text: string, from: string): string[] {
  const { resolve } = createRequire(from);
  const files = new Set<string>();
  for (const [, specifier = ""] of text.matchAll(named)) {
    if (isBuiltin(specifier) || leftOut.test(specifier)) continue;
    try {
      files.add(resolve(specifier));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  return [...files];
}

/** The package.json files that decide a file's module type: the package's own, and those of folders in it. */
function packageJsons(file: string): string[] {
  const { packageFolder } = placeOf(file);
  const found: string[] = [];
  for (let folder = path.dirname(file); folder.startsWith(packageFolder); folder = path.dirname(folder)) {
    const candidate = path.join(folder, "package.json");
    if (existsSync(candidate)) found.push(candidate);
  }
  return found;
}

/** A file's package folder, and its name in the archive, which has one `node_modules`. */
function placeOf(file: string): { packageFolder: string; name: string } {
  const marker = `${path.sep}node_modules${path.sep}`;
  const start = file.lastIndexOf(marker) + marker.length;
  if (start < marker.length) throw new pulumi.RunError(`${file} is not in a package, so it cannot be packed`);
  const inside = file.slice(start).split(path.sep);
  const packageName = inside.slice(0, inside[0]?.startsWith("@") ? 2 : 1).join(path.sep);
  return { packageFolder: file.slice(0, start) + packageName, name: `node_modules/${inside.join("/")}` };
}
