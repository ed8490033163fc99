import type { DayResult, IncompleteDay, Invocation } from "../../spotify/extract";
import type { ExtractValues } from "../alarms/metrics";
import { causesOf, type InvocationContext, watchTime } from "./attention";
import type { FunctionLog } from "./functionLog";

/**
 * Makes the extractor's handler: runs a day, and emits the run's counts even if it fails.
 *
 * @param extractDay see `makeExtractDay`
 */
export function makeExtractHandler(
  extractDay: (invocation: Invocation) => Promise<DayResult>,
  { begin, emit }: Pick<FunctionLog, "begin" | "emit">,
): (event: unknown, context: InvocationContext) => Promise<DayResult> {
  return async (_event, context) => {
    begin(context.awsRequestId);
    const isNearTimeout = watchTime(context);
    const report = (result: DayResult | undefined, failures: readonly { code?: string | undefined }[]) => {
      const attention = causesOf({
        playlistsUnavailable: newlyUnavailable(result) > 0,
        daysMissed: (result?.missedDays.length ?? 0) > 0,
        nearTimeout: isNearTimeout(),
      });
      emit({ ...runValues(result, failures), NeedsAttention: attention.length > 0 ? 1 : 0 }, attention);
    };
    try {
      const result = await extractDay({ remainingMs: () => context.getRemainingTimeInMillis() });
      report(result, []);
      return result;
    } catch (error) {
      const { result, failures, code } = error as Partial<IncompleteDay>;
      report(result, failures ?? [{ code }]);
      throw error;
    }
  };
}

/** An alarm that a followed playlist keeps on for good would hide the next cause. */
function newlyUnavailable(result: DayResult | undefined): number {
  return (result?.unavailable ?? []).filter(({ isOld }) => isOld !== true).length;
}

/**
 * The values of a run.
 *
 * @param result undefined if the run failed before it had a result
 * @param failures what is still missing of the day; empty if the run succeeded
 */
export function runValues(
  result: DayResult | undefined,
  failures: readonly { code?: string | undefined }[],
): ExtractValues {
  const hasEnded = failures.some(({ code }) => code === "CONSENT_ENDED");
  const values = {
    RunSucceeded: failures.length === 0 ? 1 : undefined,
    ConsentDaysLeft: hasEnded ? 0 : result?.consent?.daysLeft,
  };
  if (result == null) return values;
  return {
    ...values,
    PlaylistsStored: result.stored.length,
    PlaylistsUnchanged: result.unchanged.length,
    PlaylistsUnavailable: newlyUnavailable(result),
    PlaylistsFailed: failures.length,
    DaysMissed: result.missedDays.length,
    ItemsRead: result.entries,
    SpotifyRequests: result.requests,
  };
}
