// For every kind of fault: which alarm fires, when, and when it clears.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { extractMetrics, transformMetrics } from "../../../components/alarms/metrics";
import { makeExtractHandler } from "../../../components/callbacks/extractHandler";
import { makeFunctionLog } from "../../../components/callbacks/functionLog";
import { makeTransformHandler } from "../../../components/callbacks/transformHandler";
import { createCloudWatch } from "../../../emulator/cloudWatch";
import type { Registered } from "../../../emulator/resources";
import { exampleStack } from "../../../scripts/exampleStack";
import { type DayResult, emptyResult } from "../../../spotify/dayResult";
import { makeTransform } from "../../../transforms/transform";

const test = suite("components/alarms/faults");

const hourMs = 3_600_000;
const firstRun = Date.parse("2026-11-22T06:00:00Z");
/** The number of days before the first run, before the fault, during it, and after it. */
const [quietDays, goodDays, faultyDays, laterDays] = [14, 3, 2, 4];

/** One hour of a fault: what happens instead of the normal events. */
interface Faulty {
  /** Replaces the extractor's run: its result, an error that it throws, or no run at all. */
  extract?: Partial<DayResult> | Error | "nothing";
  /** The share of its timeout that the extractor uses. */
  extractShare?: number;
  /** Replaces the raw object `[]` that the transformer receives: another object, or none at all. */
  raw?: string | "nothing";
  transformShare?: number;
  /** Registering the day fails. */
  isHidden?: boolean;
  /** The daily crawl or statement: it fails, or is never started. */
  crawl?: "fails" | "nothing";
  compact?: "fails" | "nothing";
  /** A message in the failure queue of that name, each time that the work should have run. */
  queue?: "extract" | "transform" | "crawl" | "compact" | "digest";
}

interface Fault extends Faulty {
  name: string;
  /** The alarms that fire: hours from the fault's start to firing, and from its end to clearing. */
  fires: Record<string, readonly [fires: number, cleared: number]>;
}

const failed = (code: string) =>
  Object.assign(new Error("not stored"), {
    code: "INCOMPLETE",
    failures: [{ playlistId: "a", reason: "down", code }],
    result: emptyResult("2026-11-25"),
  });
const unavailable = [{ playlistId: "gone", status: 404, cause: "gone" }];
const consent = (daysLeft: number) => ({ consentedAt: "", endsAt: "", daysLeft, isEnding: daysLeft < 31 });
const unreadable = JSON.stringify({ items: [{ track: { type: "track", name: "no id" } }] });

/** The fault lasts from a run at 6 to the one two days later. The last success before it is the catch-up at 23. */
const faults: readonly Fault[] = [
  {
    name: "not run: both schedules are disabled",
    extract: "nothing",
    raw: "nothing",
    fires: { "run-overdue": [19, 0], "transform-overdue": [2, 0] },
  },
  {
    name: "a run that fails, as do its catch-ups",
    ...{ extract: failed("TRANSIENT"), raw: "nothing", queue: "extract" },
    fires: {
      "extract-errors": [0, 0],
      "extract-failures": [0, 0],
      "run-overdue": [19, 0],
      "transform-overdue": [2, 0],
    },
  },
  {
    name: "throttled for an hour or more",
    ...{ extract: "nothing", raw: "nothing", queue: "extract" },
    fires: { "extract-failures": [0, 0], "run-overdue": [19, 0], "transform-overdue": [2, 0] },
  },
  {
    name: "runs that cannot be started",
    ...{ extract: "nothing", raw: "nothing", queue: "extract" },
    fires: { "extract-failures": [0, 0], "run-overdue": [19, 0], "transform-overdue": [2, 0] },
  },
  { name: "a run near its timeout", extractShare: 0.85, fires: { "extract-attention": [0, 17] } },
  { name: "a transform near its timeout", transformShare: 0.85, fires: { "transform-attention": [0, 0] } },
  { name: "stored, but not transformed", raw: "nothing", fires: { "transform-overdue": [2, 0] } },
  {
    name: "transformed, but not visible",
    ...{ isHidden: true, queue: "transform" },
    fires: { "transform-failures": [0, 0], "transform-overdue": [2, 0] },
  },
  {
    name: "an object that is not a Spotify response",
    raw: "<html>",
    fires: { "transform-attention": [0, 0], "transform-failures": [0, 0], "transform-overdue": [2, 0] },
  },
  { name: "entries that cannot be read", raw: unreadable, fires: { "transform-attention": [0, 0] } },
  { name: "a playlist that is gone", extract: { unavailable }, fires: { "extract-attention": [0, 17] } },
  {
    name: "days that were missed",
    extract: { missedDays: [{ snapshotDate: "2026-11-24", missing: ["a"] }] },
    // Reported only by a day's first run.
    fires: { "extract-attention": [0, 0] },
  },
  { name: "a consent that ends soon", extract: { consent: consent(30) }, fires: { consent: [0, 0] } },
  {
    name: "a consent that has ended",
    ...{ extract: failed("CONSENT_ENDED"), raw: "nothing", queue: "extract" },
    fires: {
      ...{ consent: [0, 0], "extract-errors": [0, 0], "extract-failures": [0, 0] },
      ...{ "run-overdue": [19, 0], "transform-overdue": [2, 0] },
    },
  },
  {
    name: "a crawl that fails",
    ...{ crawl: "fails", queue: "crawl" },
    fires: { "crawl-failures": [0, 0], "crawl-overdue": [7, 0] },
  },
  {
    name: "a crawl that cannot be started",
    ...{ crawl: "nothing", queue: "crawl" },
    fires: { "crawl-failures": [0, 0], "crawl-overdue": [7, 0] },
  },
  { name: "no crawl at all", crawl: "nothing", fires: { "crawl-overdue": [7, 0] } },
  {
    name: "a statement of the copy that fails",
    compact: "fails",
    fires: { "compact-failed": [0, 0], "compact-overdue": [2, 0] },
  },
  {
    name: "a statement of the copy that cannot be started",
    ...{ compact: "nothing", queue: "compact" },
    fires: { "compact-failures": [0, 0], "compact-overdue": [2, 0] },
  },
  { name: "no statement of the copy at all", compact: "nothing", fires: { "compact-overdue": [2, 0] } },
  { name: "a digest that fails", queue: "digest", fires: { "digest-failures": [0, 0] } },
];

let resources: readonly Registered[];
test.before(async () => {
  ({ resources } = await exampleStack({
    ...{ catalog: "inferred", compactSchedule: "cron(0 7 * * ? *)", digestEmail: "you@example.com" },
  }));
});

/** A simulation that advances hour by hour and calls the real handlers. */
function world(
  cloudWatchOf: (now: () => Date, depth: (queueArn: string) => number) => ReturnType<typeof createCloudWatch>,
) {
  let time = firstRun - quietDays * 24 * hourMs;
  const depths = new Map<string, number>();
  const cloudWatch = cloudWatchOf(
    () => new Date(time),
    (queueArn) => depths.get(queueArn) ?? 0,
  );
  const from = (functionName: string) => (line: string) =>
    cloudWatch.logged({ functionName, logGroup: "g", logStream: "s", line: line.trimEnd() });
  const logOf = (functionName: string, units: Record<string, string>) =>
    makeFunctionLog({ write: from(functionName), now: () => time, functionName, units });

  /** One invocation: Lambda's metrics, and the handler's work. */
  async function invoke(functionName: string, share: number, handle: (leftMs: () => number) => Promise<unknown>) {
    const wholeMs = 300_000;
    let looks = 0;
    from(functionName)("START RequestId: x Version: $LATEST");
    const isGood = await handle(() => (looks++ === 0 ? wholeMs : wholeMs * (1 - share))).then(
      () => true,
      () => false,
    );
    const status = isGood ? "" : "Status: error\t";
    from(functionName)(`REPORT RequestId: x\tDuration: ${wholeMs * share} ms\tBilled Duration: 1 ms\t${status}`);
  }

  async function extract(alreadyComplete: boolean, { extract: how, extractShare = 0.1 }: Faulty) {
    if (how === "nothing") return;
    const log = logOf("playlake-extract", extractMetrics);
    const handle = makeExtractHandler(async () => {
      if (how instanceof Error) throw how;
      // A catch-up sends Spotify no request, and reports the same unavailable playlists again.
      if (alreadyComplete) return { ...emptyResult("d"), alreadyComplete, unavailable: how?.unavailable ?? [] };
      return { ...emptyResult("d"), stored: ["a"], consent: consent(180), ...how };
    }, log);
    await invoke("playlake-extract", extractShare, (leftMs) =>
      handle({}, { awsRequestId: "x", getRemainingTimeInMillis: leftMs }),
    );
  }

  async function transform({ raw = "[]", isHidden = false, transformShare = 0.1 }: Faulty) {
    if (raw === "nothing") return;
    const chunks = async function* () {
      yield Buffer.from(raw);
    };
    const pieces: Uint8Array[] = [];
    const file = { push: (bytes: Uint8Array) => void pieces.push(bytes), body: () => Buffer.concat(pieces) };
    const { log, emit } = logOf("playlake-transform", transformMetrics);
    const handle = makeTransformHandler({
      ...{ transform: makeTransform(), read: async () => chunks(), write: async () => undefined, log, emit },
      files: { start: () => file, discard: () => undefined },
      keepRefused: async () => fill("transform"),
      register: async () => {
        if (isHidden) throw new Error("csv_tracks: throttled");
      },
    });
    const key = "playlists/snapshot_date=2026-11-22/a.json";
    const event = { Records: [{ eventSource: "aws:s3", s3: { bucket: { name: "raw" }, object: { key } } }] };
    await invoke("playlake-transform", transformShare, (leftMs) => handle(event, { getRemainingTimeInMillis: leftMs }));
  }

  function fill(queue: string): void {
    const arn = `arn:aws:sqs:us-east-1:123456789012:playlake-${queue}-failures`;
    depths.set(arn, (depths.get(arn) ?? 0) + 1);
    cloudWatch.sent(arn);
  }

  /** An hour of the day's schedules: the run at 6, the crawl and the copy after it, catch-ups until midnight. */
  async function hour(faulty: Faulty): Promise<void> {
    const hourOfDay = new Date(time).getUTCHours();
    if (hourOfDay >= 6) {
      const isRun = hourOfDay === 6;
      await extract(!isRun, faulty);
      if (faulty.queue === "extract") fill("extract");
      if (isRun) {
        await transform(faulty);
        if (faulty.crawl === undefined) cloudWatch.triggered("playlake-crawl-ok");
        if (faulty.compact === undefined) cloudWatch.triggered("playlake-copy-ok");
        if (faulty.compact === "fails") cloudWatch.triggered("playlake-copy-bad");
        if (faulty.queue !== undefined && faulty.queue !== "extract") fill(faulty.queue);
      }
    }
  }

  return {
    /** Advances by some hours. Returns the names of the alarms that are up after each. */
    async go(hours: number, runs: boolean, faulty: Faulty = {}): Promise<string[][]> {
      const up: string[][] = [];
      for (let n = 0; n < hours; n += 1) {
        if (runs) await hour(faulty);
        cloudWatch.evaluate();
        up.push(
          cloudWatch
            .alarms()
            .filter(({ state, firedAt }) => state === "ALARM" || (state === "INSUFFICIENT_DATA" && firedAt.length > 0))
            .map(({ name }) => name.replace("playlake-alarm-", "")),
        );
        time += hourMs;
      }
      return up;
    },
    redrive: () => depths.clear(),
  };
}

for (const { name, fires, ...faulty } of faults) {
  test(name, async () => {
    const { go, redrive } = world((now, depth) =>
      createCloudWatch({ resources, now, messages: (queueArn) => depth(queueArn) }),
    );
    assert.equal([...new Set((await go(quietDays * 24, false)).flat())], [], "before the first run");
    assert.equal([...new Set((await go(goodDays * 24, true)).flat())], [], "on good days");

    const during = await go(faultyDays * 24, true, faulty);
    redrive();
    const after = await go(laterDays * 24, true);

    const seen = [...new Set([...during, ...after].flat())].sort();
    const found = seen.map((alarm) => [
      alarm,
      [during.findIndex((up) => up.includes(alarm)), after.findIndex((up) => !up.includes(alarm))],
    ]);
    assert.equal(Object.fromEntries(found), fires);
    assert.equal(after.at(-1), [], "all is clear in the end");
  });
}

test.run();
