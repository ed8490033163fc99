// A user's own program, which the local run takes in place of the package's.
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { readJsonIfWhole } from "../../emulator/files";

/** The project whose program runs if the user has no other one. */
export const packageProject = "playlake";

/** A program of the user's. */
export interface OwnProgram {
  /** The name of its Pulumi project, with which its config keys begin. */
  readonly project: string;
  /** The project's folder. */
  readonly folder: string;
  /** The program's file, relative to the folder. */
  readonly main: string;
  /** The name of the file with its stack's config; undefined if there is none. */
  readonly stackFile: string | undefined;
}

/**
 * The program that a folder's package.json names: `"playlake": { "program": "index.ts" }`. Undefined if it names none.
 * @param stack the stack whose config it gets, as in PULUMI_STACK
 * @param installed the entry of the package that this process runs from
 * @throws one line if the program cannot be run from here
 */
export function ownProgram(
  folder: string,
  stack: string | undefined,
  installed = path.join(__dirname, "..", "..", "components", "index.js"),
): OwnProgram | undefined {
  const main = mainOf(folder);
  if (main === undefined) return undefined;
  const file = path.join(folder, main);
  if (!existsSync(file)) throw new Error(`package.json: playlake.program is "${main}", and there is no such file`);
  const [, project] = /^name:\s*["']?([\w.-]+)/m.exec(textOf(path.join(folder, "Pulumi.yaml"))) ?? [];
  if (project === undefined)
    throw new Error(`${main} needs a Pulumi.yaml beside package.json, with the project's name`);
  const resolved = resolvedFrom(file, "playlake");
  if (resolved === undefined) throw new Error(`${main} needs packages that are not installed; run: npm install`);
  if (realpathSync(resolved) !== realpathSync(installed)) {
    // Two copies have two Pulumi runtimes, and the program would register its resources in the other one.
    throw new Error(`${main} uses another copy of playlake than this command; run: npx playlake`);
  }
  return { project, folder, main, stackFile: stackFileOf(folder, stack) };
}

/**
 * The name of the file with the stack's values: the named stack's, else the only one; undefined if there is none.
 * @param stack as in PULUMI_STACK: `dev`, or with its organization and project
 * @throws one line if there is no such file, or if several could be meant
 */
export function stackFileOf(folder: string, stack: string | undefined): string | undefined {
  const files = readdirSync(folder).filter((name) => /^Pulumi\..+\.ya?ml$/.test(name));
  if (!stack) {
    if (files.length < 2) return files[0];
    throw new Error(`there are ${files.sort().join(", ")}; name the stack whose values a run takes: PULUMI_STACK=dev`);
  }
  const name = stack.split("/").at(-1);
  const found = files.find((file) => file.replace(/^Pulumi\.|\.ya?ml$/g, "") === name);
  if (found === undefined) throw new Error(`PULUMI_STACK is ${stack}, and there is no Pulumi.${name}.yaml`);
  return found;
}

/** Undefined also for a package.json that is not JSON: npm reports it. */
function mainOf(folder: string): string | undefined {
  const manifest = readJsonIfWhole<{ playlake?: { program?: unknown } } | null>(path.join(folder, "package.json"));
  const main = manifest?.playlake?.program;
  return typeof main === "string" ? main : undefined;
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

/** The words that let Node load the program's language. @throws one line if TypeScript is not installed */
export function loaderOf({ folder, main }: OwnProgram): string[] {
  if (!main.endsWith(".ts")) return [];
  const loader = resolvedFrom(path.join(folder, main), "ts-node/register/transpile-only");
  if (loader === undefined) throw new Error(`${main} needs: npm install --save-dev ts-node typescript@5`);
  return ["--require", loader];
}

function resolvedFrom(file: string, name: string): string | undefined {
  try {
    return createRequire(file).resolve(name);
  } catch {
    return undefined;
  }
}
