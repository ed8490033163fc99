/** Runs schedules: the extractors' archives in processes like Lambda's, the local S3, SSM and stand-in. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { awsJsonListener } from "../../../../emulator/awsJson";
import { createClock } from "../../../../emulator/clock";
import { createIam } from "../../../../emulator/iam";
import { createLambda, type InvokeResult } from "../../../../emulator/lambda";
import { createLoopbackServer } from "../../../../emulator/loopback";
import { type CreatedObject, createS3 } from "../../../../emulator/s3";
import { createSqs } from "../../../../emulator/sqs";
import { createSsm, parametersFolder } from "../../../../emulator/ssm";
import { type ProgramResult, runProgram } from "../../../../lake/local/program";
import type { UserToken } from "../../../../spotify/types";
import { makeProgramFolder } from "../../emulator/lambda/programFolder";
import { until } from "../../emulator/lambda/setup";
import { createTestStandIn, type TestStandIn, type TestStandInOptions } from "../../standin/testStandIn";

/** The extractors of the program, by their names. */
export type ExtractorName = "named" | "mine";

interface ExtractorOutputs {
  functionName: string;
  tokenParameterArn: string;
  bucket: string;
}

/** The results of one invocation or of several at once, and their log lines. */
export interface Invoked {
  results: InvokeResult[];
  log: string[];
}

/** One simulated world after the other, in the same processes. */
export interface World {
  /** Starts over: no objects, no state, a new stand-in. Undefined if no user has consented. */
  reset(
    name: ExtractorName,
    standIn: Omit<TestStandInOptions, "clock">,
    token: UserToken | undefined,
  ): Promise<TestStandIn>;
  /** The instant of the last request to the stand-in by the caller's clock; at first that of the invocation. */
  nowMs(): number;
  /** @param count how many at the same moment */
  invoke(instant: Date, count: number): Promise<Invoked>;
  /** Ends the extractor's processes at once, as Lambda does at the worst moment. */
  kill(): void;
  /** Called before each object becomes visible; if it throws, the object is not written. */
  onObject(listener: (key: string) => void): void;
  /** The bytes of all objects whose keys begin with `prefix`, by key. */
  objects(prefix: string): Promise<Map<string, Buffer>>;
  close(): Promise<void>;
}

/** The resources of the program with the extractors; its archives exist until `remove`. */
export async function runExtractors(): Promise<ProgramResult & { remove(): void }> {
  const { main, remove } = makeProgramFolder(join(__dirname, "program.ts"));
  return { ...(await runProgram({ config: {}, main })), remove };
}

/** @param program see `runExtractors` */
export async function openWorld({ resources, outputs }: ProgramResult): Promise<World> {
  const extractors = outputs.extractors as Record<ExtractorName, ExtractorOutputs>;
  const stateDir = mkdtempSync(join(tmpdir(), "playlake-schedules-"));
  const root = join(stateDir, "buckets");
  const clock = createClock();
  const iam = createIam(resources);
  let objectListener: (key: string) => void = () => undefined;
  const onObjectCreated = ({ key }: CreatedObject) => objectListener(key);
  const s3 = createS3({ root, resources, iam, clock, onObjectCreated });
  const ssm = createSsm({ resources, iam, stateDir, clock });
  const json = createLoopbackServer(awsJsonListener(iam, { AmazonSSM: ssm.operations }));
  let standIn: TestStandIn | undefined;
  let nowMs = 0;
  const spotify = createLoopbackServer((request, response) => {
    nowMs = Math.max(nowMs, Number(request.headers["playlake-clock-ms"] ?? 0));
    standIn?.listener(request, response);
  });
  const spotifyUrl = await spotify.listen();
  const log: string[] = [];
  const lambda = createLambda({
    resources,
    iam,
    clock,
    stateDir,
    sqs: createSqs({ resources, iam, stateDir, clock }),
    endpoints: {
      AWS_ENDPOINT_URL_S3: await s3.listen(),
      AWS_ENDPOINT_URL_SSM: await json.listen(),
      SPOTIFY_API_URL: spotifyUrl,
      SPOTIFY_ACCOUNTS_URL: spotifyUrl,
      NODE_OPTIONS: `--require ${join(__dirname, "virtualTime.js")}`,
    },
    onLog: ({ line }) => log.push(line),
  });
  await lambda.start();
  const killed = new Set<number>();
  let extractor = extractors.named;

  return {
    async reset(name, options, token) {
      extractor = extractors[name];
      rmSync(join(root, extractor.bucket), { recursive: true, force: true });
      rmSync(parametersFolder(stateDir), { recursive: true, force: true });
      objectListener = () => undefined;
      if (token !== undefined) ssm.put(extractor.tokenParameterArn, JSON.stringify(token));
      standIn = createTestStandIn({ ...options, clock: { now: () => new Date(nowMs) } });
      return standIn;
    },
    nowMs: () => nowMs,
    async invoke(instant, count) {
      clock.set(instant);
      nowMs = instant.getTime();
      const invoke = () => lambda.invoke(extractor.functionName, { source: "run" }, { kind: "owner" });
      const results = await Promise.all(Array.from({ length: count }, invoke));
      await until("the end of killed processes", () => !lambda.processes().some(({ pid }) => killed.has(pid)));
      return { results, log: log.splice(0) };
    },
    kill() {
      const running = lambda.processes().filter(({ functionName }) => functionName === extractor.functionName);
      for (const { pid } of running) {
        killed.add(pid);
        process.kill(pid, "SIGKILL");
      }
    },
    onObject(listener) {
      objectListener = listener;
    },
    async objects(prefix) {
      const listed = s3.objects.list(extractor.bucket, prefix);
      return new Map(listed.map(({ key }) => [key, s3.objects.read(extractor.bucket, key)!.bytes]));
    },
    async close() {
      await lambda.close();
      await Promise.all([s3.close(), json.close(), spotify.close()]);
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}
