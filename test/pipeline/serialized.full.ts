// A function's archive in its own process gives the same results as its parts in this process.
import { existsSync } from "node:fs";
import path from "node:path";
import * as S3 from "@aws-sdk/client-s3";
import * as SSM from "@aws-sdk/client-ssm";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { makeLakeWriter } from "../../components/callbacks/lakeWriter";
import { makeObjectStore } from "../../components/callbacks/objectStore";
import { makeParameterStore } from "../../components/callbacks/parameterStore";
import type { RawEvent } from "../../components/callbacks/rawEvents";
import { makeTableFiles } from "../../components/callbacks/tableFiles";
import { makeTransformHandler, type TransformedPlaylist } from "../../components/callbacks/transformHandler";
import { awsJsonListener } from "../../emulator/awsJson";
import { createClock } from "../../emulator/clock";
import { bucketsFolder } from "../../emulator/files";
import { createIam } from "../../emulator/iam";
import { createLoopbackServer } from "../../emulator/loopback";
import { createS3 } from "../../emulator/s3";
import { createNotifications } from "../../emulator/s3/notifications";
import { createSsm } from "../../emulator/ssm";
import type { ProgramResult } from "../../lake/local/program";
import type { Source } from "../../lake/local/source";
import { type DayResult, makeExtractDay } from "../../spotify/extract";
import { makeTransform } from "../../transforms/transform";
import { projectFolder } from "../support/commandLine";
import { filesOf } from "../support/lakes";
import { filesSource, sampleSource, stateFolder, withPipeline } from "../support/pipeline/pipelines";

const test = suite("pipeline/serialized");

/** What one way of running a day gives. */
interface Day {
  readonly extracted: readonly DayResult[];
  readonly transformed: readonly TransformedPlaylist[];
}

/** All objects of both buckets with the hash of their bytes. */
function objectsIn(stateDir: string): Record<string, string> {
  const files = filesOf(bucketsFolder(stateDir));
  return Object.fromEntries(Object.entries(files).filter(([name]) => !name.startsWith(".")));
}

/** As it is after it was sent as JSON, in an order that does not hang on which transform ended first. */
function plain({ extracted, transformed }: Day): Day {
  const byKey = (a: TransformedPlaylist, b: TransformedPlaylist) =>
    `${a.key} ${a.playlistId}` < `${b.key} ${b.playlistId}` ? -1 : 1;
  return JSON.parse(JSON.stringify({ extracted, transformed: [...transformed].sort(byKey) })) as Day;
}

/** The functions' parts in this process, with separate local services, the real SDK and node-fetch. */
async function openDirect(
  { resources }: ProgramResult,
  source: Source,
  stateDir: string,
  spotify: Record<string, string>,
): Promise<{ run(instant: Date): Promise<Day>; close(): Promise<void> }> {
  const clock = createClock();
  const iam = createIam(resources);
  const notifications = createNotifications(resources, iam);
  const waiting: RawEvent[] = [];
  const s3 = createS3({
    root: bucketsFolder(stateDir),
    resources,
    iam,
    clock,
    onObjectCreated: (object) => {
      for (const { event } of notifications.deliveries(object)) waiting.push(event as unknown as RawEvent);
    },
  });
  const ssm = createSsm({ resources, iam, stateDir, clock });
  const json = createLoopbackServer(awsJsonListener(iam, { AmazonSSM: ssm.operations }));
  const [s3Url, ssmUrl] = await Promise.all([s3.listen(), json.listen()]);
  const clientOf = (functionName: string, endpoint: string) => ({
    endpoint,
    region: "us-east-1",
    credentials: iam.assume(`arn:aws:iam::123456789012:role/${functionName}`, "lambda.amazonaws.com"),
    forcePathStyle: true,
  });
  const variables = resources.find(
    ({ type, name }) => type === "aws:lambda/function:Function" && name === "playlake-extract",
  )?.inputs.environment as { variables: { APP_PARAMETER_NAME: string; TOKEN_PARAMETER_NAME: string } };
  const { readApp, token } = makeParameterStore(SSM, new SSM.SSMClient(clientOf("playlake-extract", ssmUrl)), {
    app: variables.variables.APP_PARAMETER_NAME,
    token: variables.variables.TOKEN_PARAMETER_NAME,
  });
  const { refreshToken } = source.credentials;
  if (refreshToken !== undefined) ssm.put(variables.variables.TOKEN_PARAMETER_NAME, JSON.stringify({ refreshToken }));
  const { default: fetch } = await import("node-fetch");
  const extractDay = makeExtractDay(
    {
      fetch,
      now: () => clock.now().getTime(),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      random: () => Math.random(),
      store: makeObjectStore(S3, new S3.S3Client(clientOf("playlake-extract", s3Url)), "playlake-raw"),
      app: readApp,
      tokens: token,
    },
    {
      playlists: source.playlists,
      timezone: "UTC",
      apiUrl: spotify.SPOTIFY_API_URL,
      accountsUrl: spotify.SPOTIFY_ACCOUNTS_URL,
    },
  );
  const client = new S3.S3Client(clientOf("playlake-transform", s3Url));
  const transform = makeTransformHandler({
    transform: makeTransform(),
    async read({ bucket, key }) {
      const { Body } = await client.send(new S3.GetObjectCommand({ Bucket: bucket, Key: key }));
      return Body as unknown as AsyncIterable<Uint8Array>;
    },
    files: makeTableFiles({ folder: path.join(stateDir, "tables") }),
    write: makeLakeWriter(S3, client, "playlake-lake"),
    keepRefused: async () => {
      throw new Error("nothing is refused in this test");
    },
    log: () => undefined,
    emit: () => undefined,
  });
  return {
    async run(instant) {
      clock.set(instant);
      const extracted = [await extractDay({ remainingMs: () => 900_000 })];
      const transformed: TransformedPlaylist[] = [];
      for (const event of waiting.splice(0))
        transformed.push(
          ...((await transform(event, { getRemainingTimeInMillis: () => 300_000 })) as TransformedPlaylist[]),
        );
      return { extracted, transformed };
    },
    close: async () => {
      await Promise.all([s3.close(), json.close()]);
    },
  };
}

/** Runs days both ways against one and the same stand-in, whose address is part of what is stored. */
async function compare(source: Source, firstDay: string, days: number): Promise<number> {
  const clock = createClock();
  const { environment, close } = await source.open(clock);
  const shared: Source = { ...source, firstDay, open: async () => ({ environment, close: async () => undefined }) };
  const { stateDir: directDir, remove } = stateFolder();
  try {
    return await withPipeline({ source: shared }, async (pipeline, stateDir) => {
      const direct = await openDirect(pipeline.program, source, directDir, environment);
      try {
        for (const instant of pipeline.runsAfter(undefined, days)) {
          clock.set(instant);
          const { failures, extracted, transformed } = await pipeline.simulate(instant);
          assert.equal(failures, []);
          assert.equal(plain({ extracted, transformed }), plain(await direct.run(instant)), instant.toISOString());
        }
      } finally {
        await direct.close();
      }
      const objects = objectsIn(stateDir);
      assert.equal(objects, objectsIn(directDir));
      return Object.keys(objects).length;
    });
  } finally {
    remove();
    await close();
  }
}

test("the sample playlists, over three days", async () => {
  const objects = await compare(await sampleSource(), "2026-11-01", 3);
  // Raw objects, their tables, the state of four playlists and three days.
  assert.is(objects, 12 + 12 * 9 + 4 + 3);
});

const samples = path.join(projectFolder, "..", "shared", "samples");
const hasSamples = existsSync(samples);
if (!hasSamples) console.log("pipeline/serialized: there are no samples beside the project");

(hasSamples ? test : test.skip)("responses of Spotify's", async () => {
  assert.is.not(await compare(await filesSource(samples), "2026-11-22", 1), 0);
});

test.run();
