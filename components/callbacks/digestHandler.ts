import { type DigestRow, type DigestState, newsOf, sinceOf, stateAfter } from "../../queries/digest";
import { type DigestText, digestText } from "../../queries/digestText";
import type { FunctionLog } from "./functionLog";

/** The effects, as arguments. */
export interface DigestEffects {
  /** Asks the named query for the changes from a day on. */
  ask(since: string): Promise<readonly DigestRow[]>;
  /** Reads what earlier digests covered; undefined before the first. */
  readState(): Promise<DigestState | undefined>;
  writeState(state: DigestState): Promise<unknown>;
  publish(text: DigestText): Promise<unknown>;
  /** Milliseconds since 1970. */
  now(): number;
  log: FunctionLog["log"];
}

/** What a digest did. */
export interface DigestResult {
  /** The first day that was compared. */
  since: string;
  /** Changes in the message; 0 if none was sent. */
  changes: number;
}

/**
 * Makes the digest's handler. It sends what no digest has covered, then remembers it. If an invocation fails before the
 * second, the next one sends the same changes again: a change can be told twice, but never be left out.
 */
export function makeDigestHandler(effects: DigestEffects): () => Promise<DigestResult> {
  const { ask, readState, writeState, publish, now, log } = effects;
  return async () => {
    const state = (await readState()) ?? { playlists: {} };
    const since = sinceOf(state, new Date(now()).toISOString().slice(0, 10));
    const rows = await ask(since);
    const news = newsOf(rows, state);
    if (news.length > 0) await publish(digestText(news));
    const after = stateAfter(rows, state);
    await writeState(after);
    const result = { since, changes: news.length };
    log({ event: "digest", ...result, playlists: Object.keys(after.playlists).length });
    return result;
  };
}
