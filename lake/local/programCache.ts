// Caches the program's registrations by a hash of everything they depend on. Only the first run after a change runs it.
import type { ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { readJsonIfWhole, replaceFile } from "../../emulator/files";
import { loaderOf, type OwnProgram } from "./ownProgram";
import type { ProgramResult } from "./program";

/** Placeholder credentials for the cached program, so that the cache holds no secret. */
export const noCredentials = { clientId: "client-id", clientSecret: "client-secret" };

const { startProgram } = require("./programChild.js") as {
  startProgram: (loaders: string[], folder: string | undefined) => ChildProcess;
};

/** What the program's process answers. */
type ChildAnswer = { readonly result: unknown } | { readonly error: string; readonly stack?: string | undefined };

/** How many results are kept. */
const mostKept = 8;

/** The program's sources, relative to the project's folder, or to dist/ if compiled: modules and folders. */
const sources = [
  ...["index", "components", "transforms", "spotify", "schedule", "queries"],
  // These transpile the program, and turn registrations into a result.
  "scripts/transpiler",
  "lake/local/program",
  "lake/local/programCache",
  "lake/local/programChild",
  "emulator/awsOutputs",
  "emulator/resources",
];
const settings = ["Pulumi.yaml", "tsconfig.json", "package.json"];
/** The files that decide a program's result. Folders that begin with a dot hold none. */
const sourceFile = /\.([cm]?[jt]s|json|ya?ml|sql)$/;
const notSource = /^(node_modules$|\.)/;
const lockFiles = ["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"];

/**
 * The result of the program, run only if no earlier run had the same sources, packages, config and Node.
 * @param config by full key; without secrets
 * @param folder the cache; if undefined, nothing is kept and the program runs in this process
 * @param own the user's own program. @default the package's
 */
export async function cachedProgram(
  config: Readonly<Record<string, string>>,
  folder: string | undefined,
  own?: OwnProgram,
): Promise<ProgramResult> {
  if (folder === undefined) {
    const { runProgram } = require("./program") as typeof import("./program");
    return JSON.parse(JSON.stringify(await runProgram({ config, own }))) as ProgramResult;
  }
  const file = path.join(folder, `${programHash(config, { own })}.json`);
  const known = readJsonIfWhole<ProgramResult>(file);
  if (known !== undefined) return known;
  const result = await runInChild(own, config);
  keep(folder, file, result);
  return result;
}

/**
 * Runs the program in a child process, which ends with this one.
 * @throws the program's errors
 */
async function runInChild(
  own: OwnProgram | undefined,
  config: Readonly<Record<string, string>>,
): Promise<ProgramResult> {
  const child = startProgram(own === undefined ? [] : loaderOf(own), own?.folder);
  const stop = () => child.kill();
  process.once("exit", stop);
  try {
    const answer = await new Promise<ChildAnswer>((resolve, reject) => {
      child.once("message", resolve);
      child.once("error", reject);
      child.once("exit", (code, signal) => reject(new Error(`the program's process ended early (${signal ?? code})`)));
      child.send({ config, own });
    });
    if ("result" in answer) return answer.result as ProgramResult;
    throw Object.assign(new Error(answer.error), { stack: answer.stack });
  } finally {
    process.off("exit", stop);
    child.removeAllListeners("exit");
  }
}

/** A failure to keep a result is ignored: it only costs time. */
function keep(folder: string, file: string, result: ProgramResult): void {
  try {
    replaceFile(file, JSON.stringify(result), 0o600);
    const others = readdirSync(folder).filter((name) => name.endsWith(".json") && path.join(folder, name) !== file);
    for (const name of others.slice(0, Math.max(0, others.length + 1 - mostKept))) rmSync(path.join(folder, name));
  } catch {
    // For example, the disk is full. The next run runs the program again.
  }
}

/** What a program's result depends on besides its config. */
interface HashedProgram {
  /** The folder of the package's sources. @default this package's */
  root?: string;
  /** @default this process's */
  nodeVersion?: string;
  own?: OwnProgram | undefined;
}

/** Hashes everything that the program's result depends on. */
export function programHash(
  config: Readonly<Record<string, string>>,
  { root = path.join(__dirname, "..", ".."), nodeVersion = process.version, own }: HashedProgram = {},
): string {
  const hash = createHash("sha256");
  const add = (name: string, content: string | Uint8Array) =>
    hash.update(`${name}\0${content.length}\0`).update(content);
  add("node", nodeVersion);
  add("root", root);
  add("config", JSON.stringify(Object.entries(config).sort()));
  if (own !== undefined) add("own", JSON.stringify([own.main, own.stackFile]));
  const project = existsSync(path.join(root, "package.json")) ? root : path.dirname(root);
  const files = [
    ...sources.flatMap((name) => ["", ".ts", ".js"].map((ending) => path.join(root, `${name}${ending}`))),
    ...(own === undefined ? [] : [own.folder]),
    ...settings.map((name) => path.join(project, name)),
    ...upFrom(project).flatMap((folder) => lockFiles.map((name) => path.join(folder, name))),
  ].flatMap(filesIn);
  for (const file of files) add(file, readFileSync(file));
  for (const [name, version] of versionsOf(project)) add(name, version);
  return hash.digest("hex").slice(0, 40);
}

/** A file, or the source files below a folder, sorted; none if there is neither. */
function filesIn(place: string): string[] {
  const found = statSync(place, { throwIfNoEntry: false });
  if (found?.isDirectory() !== true) return found === undefined ? [] : [place];
  return readdirSync(place, { withFileTypes: true })
    .filter((entry) => !notSource.test(entry.name) && (entry.isDirectory() || sourceFile.test(entry.name)))
    .flatMap(({ name }) => filesIn(path.join(place, name)))
    .sort();
}

/** The installed versions of the program's packages. A lock file may differ from what is installed. */
function versionsOf(project: string): [name: string, version: string][] {
  const { dependencies = {}, peerDependencies = {} } = JSON.parse(
    readFileSync(path.join(project, "package.json"), "utf8"),
  ) as Record<string, Record<string, string>>;
  return Object.keys({ ...dependencies, ...peerDependencies })
    .sort()
    .map((name) => [name, installedVersion(project, name)]);
}

function installedVersion(project: string, name: string): string {
  for (const folder of upFrom(project)) {
    const file = path.join(folder, "node_modules", name, "package.json");
    if (existsSync(file)) return (JSON.parse(readFileSync(file, "utf8")) as { version?: string }).version ?? "";
  }
  return "none";
}

/** A folder, and all folders above it. */
function upFrom(folder: string): string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [folder, ...upFrom(parent)];
}
