/** What the suites of `playlake run` share: a home for each, and questions to what is there. */
import * as assert from "uvu/assert";
import { temporaryFolder } from "../support/commandLine";
import { run } from "../support/terminal";

/** A home of its own for a suite. */
export function runHome() {
  const { folder: home, remove } = temporaryFolder();

  /** The rows of an answer, as CSV. */
  async function ask(sql: string): Promise<string[]> {
    const { exitCode, out, err } = await run(["sql", sql, "--format", "csv"], { home });
    assert.is(exitCode, 0, err);
    return out.trimEnd().split("\n").slice(1);
  }

  return { home, remove, ask };
}
