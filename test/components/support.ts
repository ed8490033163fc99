import * as path from "node:path";
import type { CatalogMode } from "../../components/validation";
import { type ProgramResult, type Registered, runProgram } from "../../local/program";

/** A stack's config with what has no default. */
export const goodConfig: Record<string, string> = {
  "playlake:playlists": '["3cEYpjA9oz9GiPac4AsH4n"]',
  "playlake:spotifyClientId": "planted-client-id",
  "playlake:spotifyClientSecret": "planted-client-secret",
};

const runs = new Map<CatalogMode, Promise<ProgramResult>>();

/** The project's own program with a catalog of that kind; run once for all tests, which only read the result. */
export function stackWith(catalog: CatalogMode): Promise<ProgramResult> {
  const run = runs.get(catalog) ?? runProgram({ config: { ...goodConfig, "playlake:catalog": catalog } });
  runs.set(catalog, run);
  return run;
}

/** Runs one of the programs beside this file. */
export function runTestProgram(name: string, config: Record<string, string> = {}): Promise<ProgramResult> {
  return runProgram({ main: path.join(__dirname, "programs", `${name}.ts`), config });
}

/** The one resource of that type and name; the type by its last part. */
export function resource({ resources }: ProgramResult, type: string, name: string): Registered {
  const found = resources.filter((one) => one.type.endsWith(`:${type}`) && one.name === name);
  if (found.length !== 1) throw new Error(`${found.length} resources are a ${type} named ${name}`);
  return found[0] as Registered;
}

/** The error of a promise that must fail. */
export async function errorOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("it did not fail");
}
