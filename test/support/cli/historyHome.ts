/** Shared by the suites that work with a local history: a home that holds the samples' three days. */
import { realpathSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as assert from "uvu/assert";
import { homeFolder } from "../commandLine";
import { copySampleLake } from "../kept";
import { type Executed, run, withoutTimes } from "../terminal";

/** The playlists of the samples. */
export const sample = ["7osf69rrOvLodTvBABtqDC", "lOUUoN40zPOD8vzmNIrgHj", "mLoulRRVGs1FtZ59V4ZG5p"] as const;

/** A home for a suite; it is empty before `begin`. */
export function historyHome() {
  const { folder, remove } = homeFolder();
  // Commands print the resolved path, without links.
  const home = realpathSync(folder);
  const state = path.join(home, ".playlake", "sample");

  /** The result of a command that must succeed, without times. */
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
    /** Puts the samples' days there; `isOwn` marks them as the user's own history, which accepts imports. */
    async begin({ isOwn = false } = {}): Promise<void> {
      await copySampleLake(home);
      if (isOwn)
        writeFileSync(path.join(state, "origin.json"), JSON.stringify({ source: "import", playlists: sample }));
    },
    remove,
  };
}
