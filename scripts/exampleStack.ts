// The program's own stack as an example: what the pages of docs/, the comment on a pull request and most tests look at.
import { type ProgramResult, runProgram } from "../lake/local/program";

/** A stack's config with what has no default, by full keys. */
export const exampleConfig: Readonly<Record<string, string>> = {
  "playlake:playlists": '["3cEYpjA9oz9GiPac4AsH4n"]',
  "playlake:spotifyClientId": "example-client-id",
  "playlake:spotifyClientSecret": "example-client-secret",
};

const runs = new Map<string, Promise<ProgramResult>>();

/**
 * What the program registers with these settings; run once a process for all who ask, who only read it.
 * @param settings by their keys in Pulumi.yaml: `{ catalog: "inferred" }`
 */
export function exampleStack(settings: Readonly<Record<string, string>>): Promise<ProgramResult> {
  const full = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`playlake:${key}`, value]));
  const key = JSON.stringify(full);
  const run = runs.get(key) ?? runProgram({ config: { ...exampleConfig, ...full } });
  runs.set(key, run);
  return run;
}
