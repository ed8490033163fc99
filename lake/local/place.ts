import { createHash } from "node:crypto";
import { mergeIn, openAthena } from "../../emulator/athena";
import { saveCatalog, type Table } from "../../emulator/glue/catalog";
import { compactTable } from "../../queries/compact";
import { type CompactRows, compactRows } from "../compactRows";
import type { Place, S3Access } from "../index";
import type { StackOutputs } from "../stack";
import type { Pipeline } from "./pipeline";

/** The lake of a state folder, as a command works on it. `close` it when the work is done. */
export function localPlace(pipeline: Pipeline, stateDir: string): Place & { close(): void } {
  const { cloud, program } = pipeline;
  const outputs = program.outputs as unknown as StackOutputs;
  const { catalog } = cloud.glue;
  const tablesByName = catalog.databases[outputs.database] ?? {};
  const s3 = s3Of(pipeline);
  return {
    title: stateDir,
    outputs,
    s3,
    memoryFolder: stateDir,
    failureQueues: pipeline.failureQueues,
    compactRows: rowsHere(outputs, tablesByName[compactTable], stateDir),
    close: () => s3.client.destroy(),
    transform: async (event) => {
      const { functionError, payload } = await cloud.lambda.invoke(outputs.transformFunction, event, { kind: "owner" });
      return functionError === undefined
        ? { done: payload as never }
        : { failure: failureText(payload, functionError) };
    },
    transformerVersion: async () => {
      const code = program.resources.find(
        ({ type, outputs: { name } }) => type === "aws:lambda/function:Function" && name === outputs.transformFunction,
      )?.inputs.code;
      return textHash(code);
    },
    concurrency: 2,
    settle: async () => (await pipeline.resume()).failures,
    crawl: async () => {
      const report = await pipeline.crawlNow();
      if (report === undefined) return undefined;
      const [crawl] = report.crawls;
      if (crawl === undefined) throw new Error(report.failures[0] ?? "the crawler was not started");
      return crawl;
    },
    catalogTables: async () =>
      Object.values(tablesByName)
        .filter(({ tableType }) => tableType !== "VIRTUAL_VIEW")
        .map(({ name, columns, partitions }) => ({
          name,
          columns,
          partitions: Object.values(partitions).map((one) => ({ values: one.values, columns: one.columns ?? columns })),
        })),
    refreshPartitions: async (name, partitions) => {
      const wanted = new Set(partitions.map((values) => values.join("/")));
      for (const partition of Object.values(tablesByName[name]?.partitions ?? {})) {
        if (!wanted.has(partition.values.join("/"))) continue;
        // What it does not say it has from its table.
        delete partition.columns;
        delete partition.serde;
      }
      saveCatalog(stateDir, catalog);
    },
  };
}

function rowsHere({ database }: StackOutputs, table: Table | undefined, stateDir: string): CompactRows | undefined {
  if (table === undefined) return undefined;
  const query = async (sql: string) => {
    const athena = await openAthena({ stateDir, database });
    try {
      return await athena.query(sql);
    } finally {
      athena.close();
    }
  };
  return compactRows(query, (sql) => mergeIn({ stateDir, database }, table, sql));
}

/** The owner's way to the local S3, by the SDK: its writes set off what AWS's would. */
function s3Of({ cloud }: Pipeline): S3Access {
  // What the SDK has to say of Node's version is for those who call AWS.
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

/** Tells one code archive from another: by its texts, among which the function itself is. */
async function textHash(code: unknown): Promise<string> {
  const { assets } = ((await code) ?? {}) as { assets?: unknown };
  const entries = Object.entries(((await assets) ?? {}) as Record<string, unknown>).sort();
  const hash = createHash("sha256");
  for (const [name, entry] of entries) {
    const { text } = (await entry) as { text?: unknown };
    hash.update(`${name}\n${(await text) ?? ""}\n`);
  }
  return hash.digest("hex");
}

/** What a function said when it failed. */
export function failureText(payload: unknown, functionError: string): string {
  const { errorMessage, errorType } = (payload ?? {}) as { errorMessage?: string; errorType?: string };
  return (errorMessage ?? errorType ?? functionError).split("\n")[0] ?? functionError;
}
