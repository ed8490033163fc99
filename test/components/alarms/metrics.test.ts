import { suite } from "uvu";
import * as assert from "uvu/assert";
import { extractMetrics, meanings, transformMetrics } from "../../../components/alarms/metrics";
import { makeExtractHandler, runValues } from "../../../components/callbacks/extractHandler";
import { makeFunctionLog } from "../../../components/callbacks/functionLog";
import { metricsRecord } from "../../../components/callbacks/metricsLine";
import { emptyResult } from "../../../spotify/dayResult";
import { errorOf } from "../../support/components/testPrograms";

const test = suite("components/alarms/metrics");

test("each metric has a unit and a meaning", () => {
  const metrics = { ...extractMetrics, ...transformMetrics };
  for (const [name, unit] of Object.entries(metrics)) {
    assert.ok(unit === "Count" || unit === "None", unit);
    assert.ok(meanings[name as keyof typeof meanings].length > 10, name);
  }
});

test("the embedded metric format holds metrics with units, and other values as fields", () => {
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
    Unheard: 5,
  });
  assert.is(metricsRecord(extractMetrics, { ...measured, values: { RunSucceeded: undefined } }), undefined);
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

test("a log line is one JSON object with time, level and request id", () => {
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

test("known metrics are one separate line with a top-level `_aws`", () => {
  const { log, records } = logged();
  log.begin("first");
  log.emit({});
  log.emit({ DaysMissed: 2 });
  log.emit({ NeedsAttention: 1 }, ["daysMissed"]);
  assert.is(records().length, 2);
  const [{ _aws, ...rest }, { _aws: _, ...more }] = records() as [Record<string, unknown>, Record<string, unknown>];
  assert.equal(rest, { requestId: "first", FunctionName: "f", DaysMissed: 2 });
  assert.equal(more, {
    ...{ requestId: "first", level: "WARN", attention: ["daysMissed"] },
    ...{ FunctionName: "f", NeedsAttention: 1 },
  });
  assert.is((_aws as { Timestamp: number }).Timestamp, Date.parse("2026-11-22T06:00:00Z"));
});

const day = emptyResult("2026-11-22");
const unavailable = [{ playlistId: "gone", status: 404, cause: "gone" }];
const consent = { consentedAt: "", endsAt: "", daysLeft: 12, isEnding: true };

test("the values of a run follow from its outcome", () => {
  const zero = {
    RunSucceeded: undefined,
    PlaylistsStored: 0,
    PlaylistsUnchanged: 0,
    PlaylistsUnavailable: 0,
    PlaylistsFailed: 0,
    DaysMissed: 0,
    ItemsRead: 0,
    SpotifyRequests: 0,
    ConsentDaysLeft: undefined,
  };
  const good = {
    ...{ ...day, stored: ["a", "b"], unchanged: ["b"], unavailable, entries: 7, requests: 5, consent },
    missedDays: [{ snapshotDate: "2026-11-21", missing: ["a"] }],
  };
  assert.equal(runValues(good, []), {
    RunSucceeded: 1,
    PlaylistsStored: 2,
    PlaylistsUnchanged: 1,
    PlaylistsUnavailable: 1,
    PlaylistsFailed: 0,
    DaysMissed: 1,
    ItemsRead: 7,
    SpotifyRequests: 5,
    ConsentDaysLeft: 12,
  });
  // A run on a complete day sends Spotify no request, and reports the same unavailable playlists again.
  const complete = { ...day, alreadyComplete: true, alreadyStored: ["a"], unavailable };
  assert.equal(runValues(complete, []), { ...zero, RunSucceeded: 1, PlaylistsUnavailable: 1 });
  const failures = [{ code: "TRANSIENT" }, { code: "TRANSIENT" }];
  assert.equal(runValues({ ...day, requests: 9 }, failures), { ...zero, PlaylistsFailed: 2, SpotifyRequests: 9 });
  const ended = [{ code: "CONSENT_ENDED" }];
  assert.equal(runValues({ ...day, consent }, ended), { ...zero, PlaylistsFailed: 1, ConsentDaysLeft: 0 });
  const nothing = { RunSucceeded: undefined, ConsentDaysLeft: undefined };
  assert.equal(runValues(undefined, [{ code: undefined }]), nothing);
  assert.equal(runValues(undefined, ended), { ...nothing, ConsentDaysLeft: 0 });
});

test("the handler reports its counts and what needs attention before it fails", async () => {
  const told: unknown[] = [];
  const begun: string[] = [];
  const log = {
    begin: (id: string) => void begun.push(id),
    emit: (values: { NeedsAttention?: number }, attention: readonly string[] = []) =>
      void told.push([values.NeedsAttention, attention]),
  };
  const failures = [{ playlistId: "a", reason: "down", code: "TRANSIENT" }];
  const incomplete = Object.assign(new Error("not stored yet"), { code: "INCOMPLETE", failures, result: day });
  const run = (leftMs: number[], extractDay: Parameters<typeof makeExtractHandler>[0]) =>
    makeExtractHandler(extractDay, log)(
      {},
      { awsRequestId: "id", getRemainingTimeInMillis: () => leftMs.shift() as number },
    );

  assert.is(await errorOf(run([900_000, 800_000], () => Promise.reject(incomplete))), "not stored yet");
  await run([900_000, 180_001], async () => ({ ...day, unavailable }));
  await run([900_000, 180_001], async () => ({ ...day, unavailable: [{ ...unavailable[0]!, isOld: true }] }));
  await run([900_000, 179_999], async () => ({ ...day, missedDays: [{ snapshotDate: "2026-11-21", missing: ["a"] }] }));
  const { entries } = await run([900_000, 1234, 800_000], async ({ remainingMs }) => {
    return { ...day, entries: remainingMs?.() ?? 0 };
  });

  assert.is(entries, 1234);
  assert.equal(begun, ["id", "id", "id", "id", "id"]);
  assert.equal(told, [
    [0, []],
    [1, ["playlistsUnavailable"]],
    [0, []],
    [1, ["daysMissed", "nearTimeout"]],
    [0, []],
  ]);
});

test.run();
