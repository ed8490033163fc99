import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, createClock } from "../../../../emulator/clock";
import { createIam, type Iam, type Principal } from "../../../../emulator/iam";
import { createLambda, type Lambda, type LambdaOptions } from "../../../../emulator/lambda";
import type { Registered } from "../../../../emulator/resources";
import { createSqs } from "../../../../emulator/sqs";
import { runProgram } from "../../../../lake/local/program";
import { makeProgramFolder } from "./programFolder";

export const owner: Principal = { kind: "owner" };
export const probeArn = "arn:aws:lambda:us-east-1:123456789012:function:probe";
export const failuresArn = "arn:aws:sqs:us-east-1:123456789012:failures";

export const functionType = "aws:lambda/function:Function";
export const asyncConfigType = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";

/** Lambda's description of an error. */
export interface Failure {
  errorType: string;
  errorMessage: string;
}

let probe: Promise<Registered[]> | undefined;

/** The resources of the test program, with its real archives. It runs once for all test files of a process. */
export function probeResources(): Promise<Registered[]> {
  probe ??= runProbe();
  return probe;
}

async function runProbe(): Promise<Registered[]> {
  const { main, remove } = makeProgramFolder(join(__dirname, "program.ts"));
  // Archives are read when a function first runs.
  process.once("exit", remove);
  return (await runProgram({ config: {}, main })).resources;
}

/** The resources with a change to one of them. */
export function withChange(
  resources: Registered[],
  type: string,
  name: string,
  inputs: Record<string, unknown>,
): Registered[] {
  return resources.map((resource) =>
    resource.type === type && resource.name === name
      ? { ...resource, inputs: { ...resource.inputs, ...inputs } }
      : resource,
  );
}

/** A Lambda with records of everything that it did. */
export interface Bench {
  lambda: Lambda;
  iam: Iam;
  clock: Clock;
  stateDir: string;
  /** The bodies of the messages in the failure queue. */
  failures(): Promise<unknown[]>;
  /** Lines of the log, in order. */
  lines: string[];
}

const openBenches: (() => Promise<void>)[] = [];

/** Ends all benches and removes their folders. Processes that a failed test leaves would keep the tests from ending. */
export async function closeBenches(): Promise<void> {
  // Closes the last opened first, as a process writes into its folder until it ends.
  for (const close of openBenches.splice(0).reverse()) await close();
}

export function createBench(resources: Registered[], overrides: Partial<LambdaOptions> = {}): Bench {
  const iam = createIam(resources);
  const clock = createClock();
  const stateDir = overrides.stateDir ?? mkdtempSync(join(tmpdir(), "playlake-state-"));
  const lines: string[] = [];
  openBenches.push(async () => rmSync(stateDir, { recursive: true, force: true }));
  const sqs = createSqs({ resources, iam, stateDir, clock });
  const lambda = createLambda({
    resources,
    iam,
    clock,
    endpoints: { AWS_ENDPOINT_URL_S3: "http://127.0.0.1:9" },
    sqs,
    onLog: ({ line }) => lines.push(line),
    ...overrides,
    stateDir,
  });
  openBenches.push(() => lambda.close());
  const failures = async () => sqs.messages(failuresArn).map(({ body }) => JSON.parse(body));
  return { lambda, iam, clock, stateDir, failures, lines };
}

/** Waits until a condition holds; fails after a minute. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  for (const end = performance.now() + 60_000; !holds(); await new Promise((resolve) => setTimeout(resolve, 5))) {
    if (performance.now() > end) throw new Error(`waited in vain: ${what}`);
  }
}

/** The processes that serve functions of this test. */
export function functionProcesses(): string[] {
  const { stdout } = spawnSync("ps", ["-o", "args=", "--ppid", String(process.pid)], { encoding: "utf8" });
  return stdout.split("\n").filter((args) => args.includes("bootstrap.js"));
}
