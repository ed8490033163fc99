import { metricsRecord } from "./metricsLine";

/** A function's log: one JSON object per line. */
export interface FunctionLog {
  /** Begins an invocation: later lines carry its id. */
  begin(requestId: string): void;
  /** Writes a record, with time, level and request id. A record can state its level itself. */
  log(record: object): void;
  /**
   * Writes an invocation's values as a separate line.
   * @param attention what needs attention; empty if nothing does
   */
  emit(values: { readonly [name: string]: number | undefined }, attention?: readonly string[]): void;
}

/** The effects, as arguments. */
interface FunctionLogEffects {
  /** Takes a whole line, line break included. */
  write(line: string): void;
  /** Milliseconds since 1970. */
  now(): number;
  /** The function's name, the metrics' dimension. */
  functionName: string;
  /** The metrics that the function emits, with their units. */
  units: { readonly [metric: string]: string };
}

/**
 * Makes a function's log. `write` must write to standard output itself, not through `console`. In the log format "Text"
 * Lambda's console puts time and id before the text. In "JSON" it wraps the object into another one, and CloudWatch finds
 * metrics only at the top. Without the console a line is the record alone, and Logs Insights knows its fields by name.
 */
export function makeFunctionLog({ write, now, functionName, units }: FunctionLogEffects): FunctionLog {
  const warnings = [
    "daysMissed",
    "playlistUnavailable",
    "rateLimited",
    "retry",
    "editedWhileRead",
    "earlierObjectUnusable",
    "playlistSkipped",
  ];
  const errors = ["playlistFailed", "dayIncomplete", "refreshTokenNotStored", "notTransformed", "notVisible"];
  let requestId: string | undefined;

  function levelOf({ event }: { event?: string }): string {
    if (errors.includes(event ?? "")) return "ERROR";
    return warnings.includes(event ?? "") ? "WARN" : "INFO";
  }

  function writeLine(record: object): void {
    write(`${JSON.stringify(record)}\n`);
  }

  return {
    begin(id) {
      requestId = id;
    },
    log(record) {
      writeLine({ time: new Date(now()).toISOString(), level: levelOf(record), requestId, ...record });
    },
    emit(values, attention = []) {
      const properties = { requestId, ...(attention.length > 0 ? { level: "WARN", attention } : {}) };
      const record = metricsRecord(units, { timestampMs: now(), functionName, values, properties });
      if (record != null) writeLine(record);
    },
  };
}
