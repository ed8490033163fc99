import { copyFile, mkdir } from "node:fs/promises";
import path from "node:path";
import { openCloud } from "../emulator";
import { createClock } from "../emulator/clock";
import { bucketsFolder } from "../emulator/files";
import { serveSpotify } from "../lake/local/standIn";
import type { ServedPlaylist } from "../standin/library";
import { type PlaylistPlan, pageResponses, playlistIdOf, playlistResponse } from "./generate";
import { alone, type BenchSetting } from "./inputs";
import { type Cost, lambdaFlags, ratiosOf, runProcess, showRatio, spreadOf } from "./measure";
import type { BenchTable, Goal } from "./table";
import { zipOf } from "./zip";

/** The figures of Lambda's REPORT line of an invocation. */
interface Report {
  /** Loading the code. */
  initMs: number;
  durationMs: number;
  peakMiB: number;
}

/** How a function is called. */
interface Call {
  name: "extract" | "transform";
  /** A description of its input. */
  work: string;
  event: unknown;
  /** Prepares its input. */
  prepare?: (buckets: string) => Promise<void>;
  /** @throws if the answer is wrong */
  check: (answer: unknown) => void;
  rounds: number;
  /** The most MiB that its process can use. */
  peakGoal: number | undefined;
}

const playlistId = "3cEYpjA9oz9GiPac4AsH4n";

/** A generated playlist as the stand-in serves it. */
function served(plan: PlaylistPlan): ServedPlaylist {
  const { snapshot_id: _snapshot, items: _items, tracks: _tracks, ...generated } = playlistResponse(plan);
  const fields = { ...generated, id: playlistId };
  const entries = [...pageResponses(plan)].flatMap((page) => (JSON.parse(page) as { items: unknown[] }).items);
  return {
    id: playlistId,
    fields: Object.entries(fields).map(([name, value]) => [name, JSON.stringify(value)] as const),
    snapshotId: "made-up",
    contentsNames: ["items"],
    entries: entries.map((entry) => JSON.stringify(entry)),
  };
}

/** Invokes a function once, in its own process, with the real SDK against the local services. */
async function invoke({ archives, folder }: BenchSetting, call: Call, entries: number): Promise<Report> {
  const stateDir = path.join(folder, "state", crypto.randomUUID());
  const clock = createClock();
  const library = { playlistsAt: () => playlists };
  const playlists = call.name === "extract" ? [served({ seed: 1, shape: "old", entries })] : [];
  const { apiUrl, accountsUrl, close } = await serveSpotify({ library, clock });
  const lines: string[] = [];
  const cloud = await openCloud({
    resources: archives.resources,
    stateDir,
    clock,
    environment: { SPOTIFY_API_URL: apiUrl, SPOTIFY_ACCOUNTS_URL: accountsUrl },
    onLog: ({ line }) => lines.push(line),
  });
  try {
    await call.prepare?.(bucketsFolder(stateDir));
    const { payload, functionError } = await cloud.lambda.invoke(`playlake-${call.name}`, call.event, {
      kind: "owner",
    });
    if (functionError !== undefined) throw new Error(`${call.name}, ${call.work}: ${JSON.stringify(payload)}`);
    call.check(payload);
    return readReport(lines);
  } finally {
    await cloud.close();
    await close();
  }
}

/** The floor of a function's start. */
function startSdk(memoryMiB: number): Promise<Cost> {
  const program = path.join(__dirname, "processes", "sdkStart.js");
  return runProcess<Cost>(process.execPath, [...lambdaFlags(memoryMiB), program]);
}

function readReport(lines: readonly string[]): Report {
  const report = lines.find((line) => line.startsWith("REPORT")) ?? "";
  const figure = (name: string) => Number(new RegExp(`\\t${name}: ([\\d.]+)`).exec(report)?.[1]);
  return { initMs: figure("Init Duration"), durationMs: figure("Duration"), peakMiB: figure("Max Memory Used") };
}

function transformCall(setting: BenchSetting, entries: number, rounds: number, peakGoal?: number): Call {
  const day = "playlists/snapshot_date=2026-11-22";
  const key = `${day}/${playlistIdOf(setting.planOf("old", entries))}.jsonl.gz`;
  return {
    name: "transform",
    work: `${entries.toLocaleString("en-US")} old entries`,
    event: { Records: [{ s3: { bucket: { name: "playlake-raw" }, object: { key: encodeURIComponent(key) } } }] },
    async prepare(buckets) {
      await mkdir(path.join(buckets, "playlake-raw", day), { recursive: true });
      await copyFile(await setting.rawObject("old", entries), path.join(buckets, "playlake-raw", key));
    },
    check: (answer) => expectEntries((answer as { entries: number }[])[0]?.entries, entries),
    rounds,
    peakGoal,
  };
}

function extractCall(entries: number, rounds: number, peakGoal?: number): Call {
  return {
    name: "extract",
    work: `${entries.toLocaleString("en-US")} old entries`,
    event: {},
    check: (answer) => expectEntries((answer as { entries: number }).entries, entries),
    rounds,
    peakGoal,
  };
}

function expectEntries(found: number | undefined, expected: number): void {
  if (found !== expected) throw new Error(`wrong output: ${found} entries, expected ${expected}`);
}

const zipGoals = { transform: 70, extract: 120 };

/** (d): each function from its archive to its first answer, and its memory. */
export async function benchFunctions(setting: BenchSetting): Promise<BenchTable> {
  const { isQuick, archives } = setting;
  const rounds = isQuick ? 1 : 5;
  const calls: [Call, entries: number][] = [
    [transformCall(setting, 100, rounds), 100],
    [extractCall(100, rounds), 100],
  ];
  if (!isQuick) {
    calls.push([transformCall(setting, 10_000, 5, 176), 10_000]);
    calls.push([transformCall(setting, 100_000, 3, 320), 100_000]);
    calls.push([extractCall(11_000, 3, 150), 11_000]);
  }
  const rows: string[][] = [];
  const goals: Goal[] = (["transform", "extract"] as const).map((name) => {
    const measured = zipOf(archives[name].folder).bytes / 1024;
    return { figure: `${name}, zip`, atMost: zipGoals[name], measured, unit: "KiB" };
  });
  for (const [call, entries] of calls) {
    const reports: Report[] = [];
    const floors: Cost[] = [];
    for (let round = 0; round < call.rounds; round++) {
      reports.push(await invoke(setting, call, entries));
      floors.push(await startSdk(archives[call.name].memoryMiB));
    }
    const overFloor = (of: (report: Report) => number, figure: "ms" | "peakMiB") =>
      showRatio(
        ratiosOf(
          reports.map(of),
          floors.map((floor) => floor[figure]),
        ),
      );
    const middle = (of: (report: Report) => number) => spreadOf(reports.map(of)).median;
    const median = (of: (report: Report) => number) => middle(of).toFixed(0);
    const zip = zipOf(archives[call.name].folder);
    rows.push([
      `${call.name}, ${call.work}`,
      median(({ initMs }) => initMs),
      overFloor(({ initMs }) => initMs, "ms"),
      median(({ initMs, durationMs }) => initMs + durationMs),
      overFloor(({ initMs, durationMs }) => initMs + durationMs, "ms"),
      median(({ peakMiB }) => peakMiB),
      overFloor(({ peakMiB }) => peakMiB, "peakMiB"),
      (zip.bytes / 1024).toFixed(0),
      String(zip.files),
    ]);
    if (call.peakGoal === undefined) continue;
    const figure = `${call.name}, ${call.work}: peak memory`;
    goals.push({ figure, atMost: call.peakGoal, measured: middle(({ peakMiB }) => peakMiB), unit: "MiB" });
  }
  return {
    title:
      "Functions: from the archive to the first answer, in processes like Lambda's, with the SDK and services over HTTP",
    columns: [
      "first invocation",
      "init ms",
      "over floor",
      "init + work ms",
      "over floor",
      "peak MiB",
      "over floor",
      "zip KiB",
      "files",
    ],
    rows,
    notes: [
      "The floor is a process that loads Node and the SDK's S3 client, and ends.",
      "Lambda's start of a machine is not included. Init begins with the process, before Node has loaded anything.",
      "The local services run on the same processors and are part of the time.",
    ],
    goals,
  };
}

if (require.main === module) alone(benchFunctions);
