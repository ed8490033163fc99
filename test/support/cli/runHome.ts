/** Shared by the suites of `playlake run`: a home for each, and queries to its lake. */
import * as assert from "uvu/assert";
import { homeFolder } from "../commandLine";
import { run } from "../terminal";

/** A suite's own home. */
export function runHome() {
  const { folder: home, remove } = homeFolder();

  /** An answer's rows as CSV. */
  async function ask(sql: string): Promise<string[]> {
    const { exitCode, out, err } = await run(["sql", sql, "--format", "csv"], { home });
    assert.is(exitCode, 0, err);
    return out.trimEnd().split("\n").slice(1);
  }

  return { home, remove, ask };
}
