/** What the suites of commands share that work with a history on this machine: a home that holds the samples' three days. */
import { realpathSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as assert from "uvu/assert";
import { temporaryFolder } from "../support/commandLine";
import { type Executed, run, withoutTimes } from "../support/terminal";

/** The playlists that the samples are of. */
export const sample = ["7osf69rrOvLodTvBABtqDC", "lOUUoN40zPOD8vzmNIrgHj", "mLoulRRVGs1FtZ59V4ZG5p"] as const;

/** A home for a suite; it is empty before `begin`. */
export function historyHome() {
  const { folder, remove } = temporaryFolder();
  // What commands print of it goes through no link.
  const home = realpathSync(folder);
  const state = path.join(home, ".playlake", "sample");

  /** What came of a command that must succeed, without times. */
  async function ok(...words: string[]): Promise<Executed> {
    const executed = await run(words, { home });
    assert.is(executed.exitCode, 0, executed.err);
    return { ...executed, err: withoutTimes(executed.err) };
  }

  return {
    home,
    state,
    raw: path.join(state, "buckets", "playlake-raw"),
    lake: path.join(state, "buckets", "playlake-lake"),
    ok,
    /** Runs the samples' days; `isOwn` makes them a history that can be imported into. */
    async begin({ isOwn = false } = {}): Promise<void> {
      await ok("run", "--quiet");
      if (isOwn)
        writeFileSync(path.join(state, "origin.json"), JSON.stringify({ source: "import", playlists: sample }));
    },
    remove,
  };
}
