/** Reads the results and logs of the extractor's runs. */
import * as assert from "uvu/assert";
import type { DayResult, MissedDay } from "../../../../spotify/extract";
import type { Invoked } from "./world";

/** How one invocation ended. */
export type Outcome =
  | { kind: "complete"; result: DayResult }
  /** `named`: what is missing, ids or "me". */
  | { kind: "incomplete"; named: string[] }
  | { kind: "killed" };

/** A record of the function's log. */
export type LogRecord = { event?: string } & Partial<DayResult> & Record<string, unknown>;

/** Every reason for which a day can stay incomplete. Any other reason is a fault of the run. */
const reason = new RegExp(
  [
    "^(the access token: )?(status (500|502|503|504|408)",
    "200 with (a body that is not JSON|an error body \\(.*\\)|another body than was asked for)",
    "a response of more than \\d+ MiB",
    "network error \\(.*\\)",
    "no answer within \\d+ s), 5 times$",
    "^(Spotify's quota is used up|Spotify limits the rate of requests); no request before [-0-9T:.]+Z$",
    "^(the time of this invocation|its share of this invocation's time) is used up$",
    "^40[34] for its entries from \\d+: deleted or closed while it was read, or not served in full$",
    "^its pages do not end: \\d+ were read$",
    "^Spotify refuses a fresh access token \\(401 .*\\)$",
    "^consent ended",
  ].join("|"),
);

/** The records of a log's lines, whether the line is the record or holds it. */
export function recordsOf(lines: readonly string[]): LogRecord[] {
  return lines.flatMap((line) => {
    const start = line.indexOf("{");
    if (start < 0) return [];
    try {
      const parsed = JSON.parse(line.slice(start)) as LogRecord;
      const { message } = parsed;
      if (typeof message === "string" && message.startsWith("{")) return [JSON.parse(message) as LogRecord];
      return [message !== null && typeof message === "object" ? (message as LogRecord) : parsed];
    } catch {
      return [];
    }
  });
}

/** How the invocations ended; each failure names what is missing and a reason that lies with Spotify. */
export function outcomesOf({ results }: Invoked, day: string): Outcome[] {
  return results.map(({ payload, functionError }) => {
    if (functionError === undefined) return { kind: "complete", result: payload as DayResult };
    const { errorType, errorMessage } = payload as { errorType: string; errorMessage: string };
    if (errorType === "Runtime.ExitError") return { kind: "killed" };
    const beginning = `not stored yet for ${day}: `;
    assert.ok(errorMessage.startsWith(beginning), `${errorType}: ${errorMessage}`);
    const named: string[] = [];
    for (const part of errorMessage.slice(beginning.length).split(/; (?=(?:me|liked|[A-Z]{22})\b)/)) {
      const [, ids, why] = /^((?:me|liked|[A-Z]{22})(?:, (?:me|liked|[A-Z]{22}))*) \((.*)\)$/.exec(part) ?? [];
      assert.ok(ids !== undefined && why !== undefined, `names no playlist: ${part}`);
      assert.ok(reason.test(why!), `a reason that does not lie with Spotify: ${why}`);
      named.push(...ids!.split(", "));
    }
    return { kind: "incomplete", named };
  });
}

/** The days that runs reported as missed, the killed ones too. */
export function missedDaysOf(records: readonly LogRecord[]): MissedDay[] {
  return records.filter(({ event }) => event === "daysMissed").flatMap(({ missedDays }) => missedDays ?? []);
}
