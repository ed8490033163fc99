// The program's own stack as an example for the pages of docs/, the comment on a pull request and most tests.
import { AsyncLocalStorage } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import { configDefaults } from "../components/stack/config";
import { type ProgramResult, runProgram } from "../lake/local/program";

/** A stack's config with the values that have no default, by full keys. */
export const exampleConfig: Readonly<Record<string, string>> = {
  "playlake:playlists": '["3cEYpjA9oz9GiPac4AsH4n"]',
  "playlake:spotifyClientId": "example-client-id",
  "playlake:spotifyClientSecret": "example-client-secret",
};

type Serialized = ReturnType<typeof pulumi.runtime.serializeFunction>;

const serialized = new Map<string, Serialized>();
const reusing = new AsyncLocalStorage<boolean>();
const { serializeFunction } = pulumi.runtime;
Object.assign(pulumi.runtime, {
  serializeFunction(...call: Parameters<typeof serializeFunction>): Serialized {
    const text = String(call[0]);
    const result = (reusing.getStore() && serialized.get(text)) || serializeFunction(...call);
    if (reusing.getStore()) serialized.set(text, result);
    return result;
  },
});

/**
 * Runs programs that differ in their settings, and serializes each of the components' callbacks once: it captures only
 * constants, as test/golden shows, and serializing takes two thirds of a program's run.
 */
export function reusingCallbacks<T>(run: () => Promise<T>): Promise<T> {
  return reusing.run(true, run);
}

const runs = new Map<string, Promise<ProgramResult>>();

/**
 * What the program registers with these settings. It runs once per process; callers only read the result.
 * @param settings by their keys in Pulumi.yaml: `{ catalog: "inferred" }`
 */
export function exampleStack(settings: Readonly<Record<string, string>>): Promise<ProgramResult> {
  const full = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`playlake:${key}`, value]));
  const key = JSON.stringify(Object.entries({ ...configDefaults("playlake"), ...full }).sort());
  const run = runs.get(key) ?? reusingCallbacks(() => runProgram({ config: { ...exampleConfig, ...full } }));
  runs.set(key, run);
  return run;
}
