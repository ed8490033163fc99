// A function's code: its serialized callback, and of the packages just the files that it loads.
import { existsSync, readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";

/** The handler, as Lambda is told of it: `handler` of the archive's `__index.js`. */
export const handlerName = "__index.handler";

/**
 * What a package's text names but a function never loads: the SDK is the runtime's own, and node-fetch asks for the streams
 * only where the runtime has none.
 */
const leftOut = /^(@aws-sdk|@smithy|web-streams-polyfill)(\/|$)/;

const named = /\b(?:from|import|require)\s*\(?\s*["']([^"'\s]+)["']/g;

/**
 * Serializes a callback and packs it with the files of packages that it names, and those that they name in turn. Pulumi's
 * own `CallbackFunction` packs every dependency of the program whole, whoever loads it, and finds a package where the
 * program has it: a program with another node-fetch than ours would give the callback that one. Same source, same archive:
 * names in it are relative to `node_modules`, wherever that is.
 * @param callbackFactory called once a cold start; a secret in what it captures is refused
 */
export async function codeArchive(callbackFactory: () => unknown): Promise<pulumi.asset.AssetArchive> {
  const options = { serialize: () => true, exportName: "handler", isFactoryFunction: true, allowSecrets: true };
  const { text, containsSecrets } = await pulumi.runtime.serializeFunction(callbackFactory, options);
  if (containsSecrets)
    throw new pulumi.RunError("a callback captures a secret, which would be plain text in its archive");
  const assets: pulumi.asset.AssetMap = { "__index.js": new pulumi.asset.StringAsset(text) };
  for (const [name, file] of Object.entries(packageFiles(text))) {
    // An absolute path would stand in the stack's state, another one on each machine.
    assets[name] = new pulumi.asset.FileAsset(path.relative(process.cwd(), file));
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

/** The files that a module names. What is not installed can't be packed: it is somebody's optional package. */
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

/** The package.json files that say what kind of module a file is: the package's own, and those of folders in it. */
function packageJsons(file: string): string[] {
  const { packageFolder } = placeOf(file);
  const found: string[] = [];
  for (let folder = path.dirname(file); folder.startsWith(packageFolder); folder = path.dirname(folder)) {
    const candidate = path.join(folder, "package.json");
    if (existsSync(candidate)) found.push(candidate);
  }
  return found;
}

/** Where a file is: its package's folder, and its name in the archive, which has one `node_modules`. */
function placeOf(file: string): { packageFolder: string; name: string } {
  const marker = `${path.sep}node_modules${path.sep}`;
  const start = file.lastIndexOf(marker) + marker.length;
  if (start < marker.length) throw new pulumi.RunError(`${file} is in no package, so no archive can hold it`);
  const inside = file.slice(start).split(path.sep);
  const packageName = inside.slice(0, inside[0]?.startsWith("@") ? 2 : 1).join(path.sep);
  return { packageFolder: file.slice(0, start) + packageName, name: `node_modules/${inside.join("/")}` };
}
