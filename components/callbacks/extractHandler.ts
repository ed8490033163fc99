import type { DayResult, IncompleteDay, Invocation } from "../../spotify/extract";
import type { ExtractMetric, MetricValues } from "../alarms/metrics";
import type { FunctionLog } from "./functionLog";

/** What Lambda's context tells that is read. */
export interface InvocationContext {
  awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/**
 * Makes the extractor's handler: a day's run that tells its counts, also where it fails.
 *
 * @param extractDay see `makeExtractDay`
 */
export function makeExtractHandler(
  extractDay: (invocation: Invocation) => Promise<DayResult>,
  { begin, emit }: Pick<FunctionLog, "begin" | "emit">,
): (event: unknown, context: InvocationContext) => Promise<DayResult> {
  return async (_event, context) => {
    begin(context.awsRequestId);
    try {
      const result = await extractDay({ remainingMs: () => context.getRemainingTimeInMillis() });
      emit(runMetrics(result, []));
      return result;
    } catch (error) {
      const { result, failures, code } = error as Partial<IncompleteDay>;
      emit(runMetrics(result, failures ?? [{ code }]));
      throw error;
    }
  };
}

/**
 * The metrics of a run.
 *
 * @param result undefined where the run failed before it knew anything
 * @param failures what the day still lacks; none: the run succeeded
 */
export function runMetrics(
  result: DayResult | undefined,
  failures: readonly { code?: string | undefined }[],
): MetricValues<ExtractMetric> {
  const hasEnded = failures.some(({ code }) => code === "CONSENT_ENDED");
  const succeeded = failures.length === 0 ? 1 : 0;
  if (result == null) return { RunSucceeded: succeeded, ...(hasEnded ? { ConsentEnded: 1 } : {}) };
  // A day that was complete before has asked Spotify nothing.
  const wasAnswered = !result.alreadyComplete && result.stored.length + result.unavailable.length > 0;
  return {
    RunSucceeded: succeeded,
    PlaylistsStored: result.stored.length,
    PlaylistsUnchanged: result.unchanged.length,
    PlaylistsUnavailable: result.unavailable.length,
    PlaylistsFailed: failures.length,
    DaysMissed: result.missedDays.length,
    ItemsRead: result.entries,
    SpotifyRequests: result.requests,
    ConsentDaysLeft: result.consent?.daysLeft,
    ConsentEnded: hasEnded ? 1 : wasAnswered ? 0 : undefined,
  };
}
