import { suite } from "uvu";
import * as assert from "uvu/assert";
import { extractMetrics, metricMeanings, transformMetrics } from "../../../components/alarms/metrics";
import { makeExtractHandler, runMetrics } from "../../../components/callbacks/extractHandler";
import { makeFunctionLog } from "../../../components/callbacks/functionLog";
import { metricsRecord } from "../../../components/callbacks/metricsLine";
import { emptyResult } from "../../../spotify/dayResult";
import { errorOf } from "../support";

const test = suite("components/alarms/metrics");

test("each metric has one name, a unit and a meaning", () => {
  const names = [...Object.keys(extractMetrics), ...Object.keys(transformMetrics)];
  assert.is(new Set(names).size, names.length);
  assert.equal(Object.keys(metricMeanings), names);
  for (const unit of [...Object.values(extractMetrics), ...Object.values(transformMetrics)]) {
    assert.ok(unit === "Count" || unit === "None", unit);
  }
});

test("the record of the embedded metric format; what is not known is left out", () => {
  const measured = {
    timestampMs: 1_793_512_800_000,
    functionName: "playlake-extract",
    values: { RunSucceeded: 1, ConsentDaysLeft: undefined, Unheard: 5 },
    properties: { requestId: "id" },
  };
  assert.equal(metricsRecord(extractMetrics, measured), {
    _aws: {
      Timestamp: 1_793_512_800_000,
      CloudWatchMetrics: [
        {
          Namespace: "Playlake",
          Dimensions: [["FunctionName"]],
          Metrics: [{ Name: "RunSucceeded", Unit: "Count" }],
        },
      ],
    },
    requestId: "id",
    FunctionName: "playlake-extract",
    RunSucceeded: 1,
  });
  assert.is(metricsRecord(transformMetrics, measured), undefined);
});

function logged() {
  const lines: string[] = [];
  const log = makeFunctionLog({
    write: (line) => lines.push(line),
    now: () => Date.parse("2026-11-22T06:00:00Z"),
    functionName: "f",
    units: extractMetrics,
  });
  const records = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { lines, log, records };
}

test("a log's line is one JSON object with time, level and the request's id", () => {
  const { lines, log, records } = logged();
  log.begin("first");
  log.log({ event: "playlistStored", playlistId: "p\nq" });
  log.begin("second");
  log.log({ event: "playlistUnavailable" });
  log.log({ event: "dayIncomplete" });
  log.log({ level: "WARN", event: "own" });
  const time = "2026-11-22T06:00:00.000Z";
  assert.equal(records(), [
    { time, level: "INFO", requestId: "first", event: "playlistStored", playlistId: "p\nq" },
    { time, level: "WARN", requestId: "second", event: "playlistUnavailable" },
    { time, level: "ERROR", requestId: "second", event: "dayIncomplete" },
    { time, level: "WARN", requestId: "second", event: "own" },
  ]);
  for (const line of lines) assert.match(line, /^[^\n]*\n$/);
});

test("metrics are a line of their own, with `_aws` at the top; none where nothing is known", () => {
  const { log, records } = logged();
  log.begin("first");
  log.emit({});
  log.emit({ DaysMissed: 2 });
  assert.is(records().length, 1);
  const [{ _aws, ...rest }] = records() as [Record<string, unknown>];
  assert.equal(rest, { requestId: "first", FunctionName: "f", DaysMissed: 2 });
  assert.is((_aws as { Timestamp: number }).Timestamp, Date.parse("2026-11-22T06:00:00Z"));
});

const day = emptyResult("2026-11-22");
const unavailable = [{ playlistId: "gone", status: 404, cause: "gone" }];
const consent = { consentedAt: "", endsAt: "", daysLeft: 12, isEnding: true };

test("a run's metrics, by its outcome", () => {
  const zero = {
    PlaylistsStored: 0,
    PlaylistsUnchanged: 0,
    PlaylistsUnavailable: 0,
    PlaylistsFailed: 0,
    DaysMissed: 0,
    ItemsRead: 0,
    SpotifyRequests: 0,
    ConsentDaysLeft: undefined,
    ConsentEnded: undefined,
  };
  const good = {
    ...{ ...day, stored: ["a", "b"], unchanged: ["b"], unavailable, entries: 7, requests: 5, consent },
    missedDays: [{ snapshotDate: "2026-11-21", missing: ["a"] }],
  };
  assert.equal(runMetrics(good, []), {
    RunSucceeded: 1,
    PlaylistsStored: 2,
    PlaylistsUnchanged: 1,
    PlaylistsUnavailable: 1,
    PlaylistsFailed: 0,
    DaysMissed: 1,
    ItemsRead: 7,
    SpotifyRequests: 5,
    ConsentDaysLeft: 12,
    ConsentEnded: 0,
  });
  // A complete day asks Spotify nothing, and can't know about consent; what is unavailable it repeats.
  const complete = { ...day, alreadyComplete: true, alreadyStored: ["a"], unavailable };
  assert.equal(runMetrics(complete, []), { ...zero, RunSucceeded: 1, PlaylistsUnavailable: 1 });
  const failures = [{ code: "TRANSIENT" }, { code: "TRANSIENT" }];
  assert.equal(runMetrics({ ...day, requests: 9 }, failures), {
    ...{ ...zero, RunSucceeded: 0, PlaylistsFailed: 2, SpotifyRequests: 9 },
  });
  assert.equal(runMetrics(day, [{ code: "CONSENT_ENDED" }]), {
    ...{ ...zero, RunSucceeded: 0, PlaylistsFailed: 1, ConsentEnded: 1 },
  });
  assert.equal(runMetrics(undefined, [{ code: undefined }]), { RunSucceeded: 0 });
  assert.equal(runMetrics(undefined, [{ code: "CONSENT_ENDED" }]), { RunSucceeded: 0, ConsentEnded: 1 });
});

test("the handler tells its counts before it fails, and how much time is left", async () => {
  const told: object[] = [];
  const begun: string[] = [];
  const log = { begin: (id: string) => void begun.push(id), emit: (values: object) => void told.push(values) };
  const context = { awsRequestId: "id", getRemainingTimeInMillis: () => 1234 };
  const failures = [{ playlistId: "a", reason: "down", code: "TRANSIENT" }];
  const incomplete = Object.assign(new Error("not stored yet"), { code: "INCOMPLETE", failures, result: day });

  assert.is(
    await errorOf(makeExtractHandler(async () => Promise.reject(incomplete), log)({}, context)),
    "not stored yet",
  );
  const result = await makeExtractHandler(async ({ remainingMs }) => ({ ...day, entries: remainingMs?.() ?? 0 }), log)(
    {},
    context,
  );

  assert.is(result.entries, 1234);
  assert.equal(begun, ["id", "id"]);
  assert.equal(told, [runMetrics(day, failures), runMetrics(result, [])]);
});

test.run();
