import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { BatchUpdatePartitionRequestEntry, StorageDescriptor } from "@aws-sdk/client-glue";
import type { Terminal } from "../../cli/command";
import type { CatalogColumn, CatalogTable } from "../catalogTables";
import { type CompactRows, compactRows } from "../compactRows";
import type { Place, TransformAnswer } from "../index";
import { failureText } from "../local/place";
import { stateRoot } from "../local/state";
import { openStackLake } from "./athena";
import { crawlStack } from "./crawl";
import type { Stack } from "./index";
import { stackQueues } from "./queues";

/** Glue's limit. */
const partitionsACall = 100;
/** A new account has ten for all its functions. */
const invocationsAtATime = 5;
const firstPauseMs = 200;
const longestPauseMs = 20_000;
/** Lambda refuses so long at most: as long as it keeps trying an event by itself. */
const longestThrottleMs = 6 * 60 * 60_000;

/** The lake of a deployed stack, as a command works on it. */
export function stackPlace(stack: Stack, terminal: Pick<Terminal, "home" | "onStop">): Place {
  const { name, outputs, clients } = stack;
  return {
    title: `stack ${name}`,
    outputs,
    s3: clients.s3(),
    memoryFolder: path.join(stateRoot(terminal.home), "stacks", ...name.split("/")),
    failureQueues: stackQueues(stack),
    compactRows: rowsOf(stack, terminal),
    transform: (event) => invokeTransform(stack, event),
    transformerVersion: async () => {
      const { sdk, client } = clients.lambda();
      const request = { FunctionName: outputs.transformFunction };
      const { CodeSha256 = "" } = await client.send(new sdk.GetFunctionConfigurationCommand(request));
      return CodeSha256;
    },
    concurrency: invocationsAtATime,
    settle: async () => [],
    crawl: async () => (outputs.crawler === undefined ? undefined : crawlStack(stack)),
    catalogTables: () => readCatalog(stack),
    refreshPartitions: (table, partitions) => refresh(stack, table, partitions),
  };
}

/** In the workgroup of people's queries: the copy's own one tells by its ends how the schedule's statements went. */
function rowsOf(stack: Stack, terminal: Pick<Terminal, "onStop">): CompactRows | undefined {
  if (stack.outputs.schedules.compact === undefined) return undefined;
  const { query } = openStackLake(stack, terminal);
  return compactRows(query, query);
}

/** A throttled call is none: it is made again until Lambda takes it. */
async function invokeTransform({ clients, outputs }: Stack, event: unknown): Promise<TransformAnswer> {
  const { sdk, client } = clients.lambda();
  const Payload = Buffer.from(JSON.stringify(event));
  const request = { FunctionName: outputs.transformFunction, InvocationType: "RequestResponse" as const, Payload };
  const endMs = performance.now() + longestThrottleMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      const answer = await client.send(new sdk.InvokeCommand(request));
      const payload: unknown = JSON.parse(Buffer.from(answer.Payload ?? []).toString() || "null");
      if (answer.FunctionError === undefined) return { done: payload as never };
      return { failure: failureText(payload, answer.FunctionError) };
    } catch (error) {
      if (!isPassing(error as ServiceError) || performance.now() > endMs) throw error;
    }
    // Half by chance, so that those who wait do not all come back at once.
    await sleep(pauseMs * (0.5 + Math.random() / 2));
  }
}

interface ServiceError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Whether it is Lambda that can't now, and not the call that it does not take. */
function isPassing({ name, $metadata }: ServiceError): boolean {
  return name === "TooManyRequestsException" || ($metadata?.httpStatusCode ?? 0) >= 500;
}

async function readCatalog({ clients, outputs }: Stack): Promise<CatalogTable[]> {
  const { sdk, client } = clients.glue();
  const DatabaseName = outputs.database;
  const tables: CatalogTable[] = [];
  for await (const { TableList = [] } of sdk.paginateGetTables({ client }, { DatabaseName })) {
    for (const { Name, TableType, StorageDescriptor } of TableList) {
      if (Name === undefined || TableType === "VIRTUAL_VIEW") continue;
      const partitions: { values: string[]; columns: CatalogColumn[] }[] = [];
      for await (const page of sdk.paginateGetPartitions({ client }, { DatabaseName, TableName: Name })) {
        for (const one of page.Partitions ?? []) {
          partitions.push({ values: one.Values ?? [], columns: columnsOf(one.StorageDescriptor) });
        }
      }
      tables.push({ name: Name, columns: columnsOf(StorageDescriptor), partitions });
    }
  }
  return tables;
}

function columnsOf(descriptor: StorageDescriptor | undefined): CatalogColumn[] {
  return (descriptor?.Columns ?? []).map(({ Name = "", Type = "" }) => ({ name: Name, type: Type }));
}

/** As a crawler with InheritFromTable would write them: the table's descriptor, at the partition's place. */
async function refresh(
  { clients, outputs }: Stack,
  TableName: string,
  partitions: readonly (readonly string[])[],
): Promise<void> {
  const { sdk, client } = clients.glue();
  const DatabaseName = outputs.database;
  const { Table } = await client.send(new sdk.GetTableCommand({ DatabaseName, Name: TableName }));
  const wanted = new Set(partitions.map((values) => values.join("/")));
  const Entries: BatchUpdatePartitionRequestEntry[] = [];
  for await (const page of sdk.paginateGetPartitions({ client }, { DatabaseName, TableName })) {
    for (const { Values = [], Parameters = {}, StorageDescriptor = {} } of page.Partitions ?? []) {
      if (!wanted.has(Values.join("/"))) continue;
      const descriptor = { ...Table?.StorageDescriptor, Location: StorageDescriptor.Location };
      Entries.push({
        PartitionValueList: Values,
        PartitionInput: { Values, Parameters, StorageDescriptor: descriptor },
      });
    }
  }
  for (let at = 0; at < Entries.length; at += partitionsACall) {
    const request = { DatabaseName, TableName, Entries: Entries.slice(at, at + partitionsACall) };
    const { Errors: [first] = [] } = await client.send(new sdk.BatchUpdatePartitionCommand(request));
    if (first !== undefined) {
      const { ErrorCode, ErrorMessage } = first.ErrorDetail ?? {};
      throw new Error(
        `partition ${first.PartitionValueList?.join("/")} of ${TableName}: ${ErrorCode}: ${ErrorMessage}`,
      );
    }
  }
}
