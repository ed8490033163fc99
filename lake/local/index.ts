import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";
import { dropCopy, mergeIn } from "../../emulator/athena";
import { loadDuckdb } from "../../emulator/athena/copy";
import { bucketsFolder } from "../../emulator/files";
import { hasCatalog, partitionKey, saveCatalog, type Table } from "../../emulator/glue/catalog";
import { forgetOthers } from "../../emulator/glue/crawlMemory";
import { ofType, type Registered } from "../../emulator/resources";
import { compactTable } from "../../queries/compact";
import { myPlaylistsWord } from "../../spotify/playlistId";
import { type CompactRows, compactRows, holdsCompactCopy } from "../compactRows";
import { failureOf, functionAnswer } from "../errors";
import type { Host, Lake, NextRun, S3Access } from "../index";
import { count } from "../lists";
import type { Report } from "../runReport";
import { openPipeline, type Pipeline, type PipelineOptions } from "./pipeline";
import { completePlan, runToday, simulateDays } from "./run";
import { localSql } from "./sql";
import { readOrigin, rememberLast, type State, stateRoot } from "./state";

/** A local lake and a description of its program. */
export interface LocalLake extends Lake {
  /** Such as `94 resources, 2 functions as child processes`. */
  readonly description: string;
}

export interface LocalLakeOptions extends Omit<PipelineOptions, "stateDir"> {
  /** Locked by this process, which unlocks it after closing the lake. */
  readonly state: State;
  readonly host: Pick<Host, "home" | "start">;
}

/** Runs the program and opens a state folder's lake with it. A catalog that is missing is made from the stored files. */
export async function openLocalLake(options: LocalLakeOptions): Promise<LocalLake> {
  const stateDir = options.state.directory;
  const isCatalogThere = hasCatalog(stateDir);
  const pipeline = await openPipeline({ ...options, stateDir });
  const { lakeBucket } = pipeline.outputs as Partial<Pipeline["outputs"]>;
  // A run registers its own day only.
  if (!isCatalogThere && lakeBucket !== undefined && existsSync(path.join(bucketsFolder(stateDir), lakeBucket))) {
    await pipeline.crawlNow();
  }
  return localLake(pipeline, options);
}

/** The lake of an open pipeline. */
export function localLake(pipeline: Pipeline, { source, state, host }: LocalLakeOptions): LocalLake {
  const { cloud, program, outputs } = pipeline;
  const stateDir = state.directory;
  const shown = path.relative(host.home, stateDir);
  const { catalog } = cloud.glue;
  const tablesByName = () => catalog.databases[outputs.database] ?? {};
  let s3: S3Access | undefined;
  const sql = localSql(stateDir, outputs.database);

  /** Queries after the work see its changes. */
  const renewing = async <T>(work: Promise<T>): Promise<T> => work.finally(sql.refresh);

  function compactCopy(): CompactRows | undefined {
    const table = tablesByName()[compactTable];
    if (table !== undefined) {
      const options = { stateDir, database: outputs.database };
      return compactRows(sql.query, (statement) => renewing(mergeIn(options, table, statement)));
    }
    if (!holdsCompactCopy(stateDir)) return undefined;
    throw new Error(`${stateDir} holds a compact copy: give the --config compactSchedule=... that run was given`);
  }

  async function changePartitions(table: string, change: (partitions: Table["partitions"]) => void): Promise<void> {
    change(tablesByName()[table]?.partitions ?? {});
    saveCatalog(stateDir, catalog);
    sql.refresh();
  }

  async function crawl() {
    const report = await renewing(pipeline.crawlNow());
    if (report === undefined) return undefined;
    const [crawled] = report.crawls;
    if (crawled === undefined) throw new Error(report.failures[0] ?? "the crawler was not started");
    return crawled;
  }

  return {
    ...sql,
    identity: { state: stateDir },
    option: "",
    outputs,
    description: describeProgram(program.resources),
    // The SDK takes 0.15 s to load, and a run does not need it in this process.
    get s3() {
      s3 ??= s3Of(pipeline);
      return s3;
    },
    memoryFolder: stateDir,
    isDaily: readOrigin(stateDir)?.source === "spotify",
    logsKeep: `still, in ${stateDir}/logs`,
    run: async (progress) => {
      const isSimulated = source.firstDay !== undefined;
      // This process is idle while the functions' processes start.
      setTimeout(preloadDuckdb, 0);
      const days = await renewing(isSimulated ? simulateDays(pipeline, state, progress) : runToday(pipeline, progress));
      rememberLast(stateRoot(host.home), stateDir);
      return {
        days,
        failure: failureOf(
          "not complete; run again to continue",
          days.flatMap((day) => day.failures),
        ),
        complete: () => completePlan(state),
      };
    },
    transform: async (event) => {
      const invoked = cloud.lambda.invoke(outputs.transformFunction, event, { kind: "owner" });
      const { functionError, payload } = await renewing(invoked);
      return functionAnswer(payload, functionError);
    },
    transformerVersion: async () => codeHash(program.resources, outputs.transformFunction),
    concurrency: 2,
    settle: async () => (await renewing(pipeline.resume())).failures,
    failureQueues: pipeline.failureQueues,
    waitingEvents: () =>
      cloud.lambda.waiting().map((invocation) => ({
        isRun: invocation.functionArn.endsWith(`:${outputs.extractFunction}`),
        payload: invocation.payload,
        cancel: () => cloud.lambda.cancel(invocation),
      })),
    crawl,
    catalogTables: async () =>
      Object.values(tablesByName())
        .filter(({ tableType }) => tableType !== "VIRTUAL_VIEW")
        .map(({ name, columns, partitions }) => ({
          name,
          columns,
          partitions: Object.values(partitions).map((one) => ({ values: one.values, columns: one.columns ?? columns })),
        })),
    refreshPartitions: (name, days) =>
      changePartitions(name, (partitions) => {
        for (const day of days) {
          // A partition inherits from its table what it does not declare.
          delete partitions[partitionKey([day])]?.columns;
          delete partitions[partitionKey([day])]?.serde;
        }
      }),
    dropPartitions: (name, days) =>
      changePartitions(name, (partitions) => {
        for (const day of days) delete partitions[partitionKey([day])];
      }),
    compactRows: compactCopy,
    nextRun: async () => nextRun(stateDir),
    forgetTraces: (playlistId) => {
      sql.close();
      dropCopy(stateDir);
      forgetOthers(stateDir, []);
      const origin = readOrigin(stateDir);
      if (origin === undefined) return;
      state.saveOrigin({ ...origin, playlists: origin.playlists.filter((one) => one !== playlistId) });
    },
    about: {
      files: `${shown}/buckets (raw responses, CSV tables), ${shown}/logs`,
      next: [
        "npx playlake sql --named longest-stays",
        "npx playlake report        a page to look at",
        ...(source.origin === "sample" ? [`${host.start().padEnd(26)} adds a day`] : []),
        `${host.start("--from PATH").padEnd(26)} reads your own Spotify responses`,
      ],
      notModelled: notModelled(program.resources),
    },
    observed: () => ({ metrics: cloud.cloudWatch.metrics(), alarms: cloud.cloudWatch.alarms() }),
    report: (): Report => {
      sql.refresh();
      return pipeline.report();
    },
    close: async () => {
      sql.close();
      s3?.client.destroy();
      await pipeline.close();
    },
  };
}

/** The queries after a run load DuckDB, and report if it is missing. */
function preloadDuckdb(): void {
  try {
    loadDuckdb();
  } catch {
    // Not installed.
  }
}

function describeProgram(resources: readonly Registered[]): string {
  const functions = ofType(resources, "aws:lambda/function:Function");
  return `${count(resources.length, "resource")}, ${count(functions.length, "function")} as child processes`;
}

function notModelled(resources: readonly Registered[]): string {
  const trail = resources.some(({ type }) => type === "awsx:cloudtrail:Trail") ? ", the audit trail" : "";
  const isCopied = resources.some(({ inputs }) => inputs.openTableFormatInput !== undefined);
  const iceberg = isCopied ? ", Iceberg (locally the compact copy is one Parquet file)" : "";
  return `Not modelled locally: Lambda's CPU share, S3's versions and lifecycle, encryption, Athena's results bucket and cost${trail}${iceberg}.`;
}

/** Runs against Spotify record their playlists in the state. `forget` removes a playlist from it, but not `me`. */
function nextRun(stateDir: string): NextRun {
  const { source = "spotify", playlists = [] } = readOrigin(stateDir) ?? {};
  if (source === "spotify") {
    return { where: "the last run", playlists: playlists.filter((word) => word === myPlaylistsWord) };
  }
  return { where: source === "sample" ? "the samples" : source, playlists };
}

/** The owner's access to the local S3 through the SDK. Its writes trigger the same events as in AWS. */
function s3Of({ cloud }: Pipeline): S3Access {
  // The SDK's warning about Node's version matters only for calls to AWS.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  const sdk = require("@aws-sdk/client-s3") as typeof import("@aws-sdk/client-s3");
  const client = new sdk.S3Client({
    region: "us-east-1",
    endpoint: cloud.endpoints.AWS_ENDPOINT_URL_S3 ?? "",
    credentials: cloud.iam.own(),
    forcePathStyle: true,
  });
  return { sdk, client };
}

/** Hashes a code archive's texts, which include the function itself. */
function codeHash(resources: readonly Registered[], functionName: string): string {
  const found = ofType(resources, "aws:lambda/function:Function").find(({ outputs }) => outputs.name === functionName);
  const { assets = {} } = (found?.inputs.code ?? {}) as unknown as { assets?: Record<string, { text?: string }> };
  const hash = createHash("sha256");
  for (const [name, { text = "" }] of Object.entries(assets).sort()) hash.update(`${name}\n${text}\n`);
  return hash.digest("hex");
}
