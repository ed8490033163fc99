// A raw object that is not a Spotify response: the deployed function keeps its event at once, without a retry.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { localLake } from "../../lake/local";
import { openState } from "../../lake/local/state";
import { listFailures, redrive } from "../../operations/redrive";
import { sampleSource, withPipeline } from "../support/pipeline/pipelines";
import { silent } from "../support/progress";

const test = suite("pipeline/refused");
const key = "playlists/snapshot_date=2026-11-01/mine.json";
const reason =
  "mine.json: found an error response (500); expected a playlist with its items, a page or an array of entries, a map of " +
  'playlist id to playlist, a list of playlists, or raw lines {"url", "fetchedAt", "body"}';

/** How often the transformer was called. */
function invocations(stateDir: string): number {
  const folder = path.join(stateDir, "logs", "playlake-transform");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const text = files.map((entry) => readFileSync(path.join(entry.parentPath ?? entry.path, entry.name), "utf8"));
  return text.join("").split("START RequestId: ").length - 1;
}

test("a refused object is kept without a retry, and redriven", async () => {
  const source = await sampleSource();
  const config = { "playlake:crawlSchedule": "none" };
  await withPipeline({ source, config }, async (pipeline, stateDir) => {
    const state = await openState(stateDir);
    const lake = localLake(pipeline, { source, state, host: { home: stateDir, start: () => "npm start" } });
    const { sdk, client } = lake.s3;
    const put = (Body: string) =>
      client.send(new sdk.PutObjectCommand({ Bucket: lake.outputs.rawBucket, Key: key, Body }));
    try {
      await put('{"error":{"status":500}}');
      const failures = await lake.settle();

      assert.equal(failures, [`playlake-transform (${key}): ${reason}`]);
      assert.is(invocations(stateDir), 1);
      const listed = await listFailures(lake.failureQueues);
      assert.equal(
        listed.map(({ sentAt: _, ...message }) => message),
        [{ queue: "transform", what: key, reason }],
      );
      const { metrics, alarms } = lake.observed!();
      assert.is(metrics.find(({ metricName }) => metricName === "ObjectsRefused")?.sum, 1);
      assert.equal(
        alarms.filter(({ firedAt }) => firedAt.length > 0).map(({ name }) => name.replace("playlake-alarm-", "")),
        ["transform-attention", "transform-failures"],
      );

      const again = await redrive(lake, silent);
      assert.equal(again.failures, [`playlake-transform (${key}): ${reason}`]);
      assert.is((await listFailures(lake.failureQueues)).length, 1, "it is kept again");

      await put("[]");
      await lake.settle();
      const { queues, ended } = await redrive(lake, silent);
      assert.equal(
        queues.map(({ again: n }) => n).reduce((a, b) => a + b),
        1,
      );
      assert.equal(
        ended?.transformed.map((one) => one.key),
        [key],
      );
      assert.equal(await listFailures(lake.failureQueues), []);
      assert.equal(pipeline.cloud.iam.denied, []);
    } finally {
      state.unlock();
    }
  });
});

test.run();
