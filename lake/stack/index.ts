import path from "node:path";
import type { S3Event } from "../../components/callbacks/rawEvents";
import { compactRows } from "../compactRows";
import type { Host, Lake, TransformedPlaylist } from "../index";
import { stateRoot } from "../local/state";
import { stackSql } from "./athena";
import { dropPartitions, readCatalog, refreshPartitions } from "./catalog";
import { stackChecks } from "./checks";
import { explained, isServiceError, waitFor } from "./clients";
import { crawlStack } from "./crawl";
import { configuredPlaylists } from "./outputs";
import { stackQueues } from "./queues";
import { runStack } from "./run";
import { invoke, openStack, type Stack } from "./stack";

/** A new account's limit is ten for all its functions. */
const invocationsAtATime = 5;
/** How long to retry a throttled call: as long as Lambda itself retries an event. */
const longestThrottleMs = 6 * 60 * 60_000;

/**
 * Works on the lake of a deployed stack, and closes its connections.
 * @param command whose work it is: some work with one component alone, and then have only its outputs
 * @throws as `openStack`; an AWS error as one line with its code
 */
export async function withStackLake<T>(
  name: string,
  host: Host,
  command: string,
  work: (lake: Lake) => Promise<T>,
): Promise<T> {
  const stack = await openStack(name, host, command);
  try {
    return await work(stackLake(stack, host));
  } catch (error) {
    throw explained(error);
  } finally {
    stack.clients.close();
  }
}

/** The lake of a deployed stack. */
function stackLake(stack: Stack, host: Host): Lake {
  const { name, outputs, clients } = stack;
  const sql = stackSql(stack, host);
  return {
    ...sql,
    identity: { stack: name },
    option: ` --stack ${name}`,
    outputs,
    s3: clients.s3(),
    memoryFolder: path.join(stateRoot(host.home), "stacks", ...name.split("/")),
    logsKeep: "until CloudWatch's retention ends",
    run: (progress) => runStack(stack, progress),
    transform: (event) => invokeTransform(stack, event),
    transformerVersion: async () => {
      const { sdk, client } = clients.lambda();
      const request = { FunctionName: outputs.transformFunction };
      const { CodeSha256 = "" } = await client.send(new sdk.GetFunctionConfigurationCommand(request));
      return CodeSha256;
    },
    concurrency: invocationsAtATime,
    settle: async () => [],
    failureQueues: stackQueues(stack),
    waitingEvents: () => [],
    crawl: async () => (outputs.crawler === undefined ? undefined : crawlStack(stack, outputs.crawler)),
    catalogTables: () => readCatalog(stack),
    refreshPartitions: (table, days) => refreshPartitions(stack, table, days),
    dropPartitions: (table, days) => dropPartitions(stack, table, days),
    compactRows: () => {
      if (outputs.schedules.compact === undefined) return undefined;
      return {
        // Uses the workgroup of user queries. In the copy's own workgroup, query states report on its schedule.
        ...compactRows(sql.query, sql.query),
        remnant:
          "older files of the compact copy hold it until Glue's optimizers remove them, about two weeks later: see docs/scale.md",
      };
    },
    nextRun: async () => ({
      where: `the config of stack ${name}`,
      playlists: await configuredPlaylists(name, host),
    }),
    forgetTraces: () => undefined,
    isDaily: true,
    checks: () => stackChecks(stack),
    about: { next: [`npx playlake sql --stack ${name} --named longest-unheard-additions`] },
  };
}

async function invokeTransform(stack: Stack, event: S3Event): ReturnType<Lake["transform"]> {
  let throttled: unknown;
  const answer = await waitFor(async () => {
    try {
      return await invoke<TransformedPlaylist[]>(stack, stack.outputs.transformFunction, event);
    } catch (error) {
      if (!isPassing(error)) throw error;
      throttled = error;
      return undefined;
    }
  }, longestThrottleMs);
  if (answer === undefined) throw throttled;
  return answer;
}

/** Whether Lambda's error is temporary, and not a refusal. */
function isPassing(error: unknown): boolean {
  if (!isServiceError(error)) return false;
  return error.name === "TooManyRequestsException" || (error.$metadata.httpStatusCode ?? 0) >= 500;
}
