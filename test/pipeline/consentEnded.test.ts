// An ended consent in the deployed function: its archive in child processes, with Lambda's retries.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Clock } from "../../emulator/clock";
import { consentedSource, withPipeline } from "../support/pipeline/pipelines";
import type { TestStandIn } from "../support/standin/testStandIn";

const test = suite("pipeline/consentEnded");

const minuteMs = 60_000;

/** How often the extractor's processes were called. */
function invocations(stateDir: string): number {
  const folder = path.join(stateDir, "logs", "playlake-extract");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const text = files
    .map((entry) => readFileSync(path.join(entry.parentPath ?? entry.path, entry.name), "utf8"))
    .join("");
  return text.split("\n").filter((line) => line.startsWith("START RequestId: ")).length;
}

test("Spotify is asked once in 50 minutes, and at once after a login", async () => {
  let spotify: TestStandIn | undefined;
  let clock: Clock | undefined;
  const consented = await consentedSource((standIn) => {
    spotify = standIn;
  });
  const ended = { refreshToken: "planted-ended-token", consentedAt: "2026-11-01T00:00:00Z" };
  const source = {
    ...consented,
    credentials: { ...consented.credentials, refreshToken: ended.refreshToken },
    open: (opened: Clock) => {
      clock = opened;
      return consented.open(opened);
    },
  };
  await withPipeline({ source, config: { "playlake:crawlSchedule": "none" } }, async (pipeline, stateDir) => {
    const { lambda, settle, ssm } = pipeline.cloud;
    const statuses = () => spotify!.requests.splice(0).map(({ url, status }) => `${url.split("?")[0]} ${status}`);
    const [run] = pipeline.runsAfter(undefined, 1);
    async function invokeAfter(minutes: number): Promise<void> {
      clock!.set(new Date(run!.getTime() + minutes * minuteMs));
      lambda.enqueue("playlake-extract", { source: "test" }, { kind: "owner" });
      await settle();
    }

    const { failures } = await pipeline.simulate(run!);

    const said = "(consent ended, run npx playlake login (Spotify says invalid_grant))";
    assert.is(failures.length, 1, failures.join("\n"));
    assert.is(failures[0]?.startsWith("playlake-extract: not stored yet for 2026-11-01: "), true, failures[0]);
    assert.is(failures[0]?.endsWith(said), true, failures[0]);
    assert.equal([invocations(stateDir), statuses()], [3, ["/api/token 400"]]);

    await invokeAfter(49);
    assert.equal([invocations(stateDir), statuses()], [6, []]);
    await invokeAfter(60);
    assert.equal([invocations(stateDir), statuses()], [9, ["/api/token 400"]]);
    const kept = JSON.parse(ssm.current("playlake-token")!) as object;
    assert.equal(kept, { refreshToken: ended.refreshToken }, "the token is kept");

    const login = { refreshToken: consented.credentials.refreshToken, consentedAt: "2026-11-01T07:01:00.000Z" };
    ssm.put("playlake-token", JSON.stringify(login));
    await invokeAfter(61);
    const [first, second] = statuses();
    assert.equal([invocations(stateDir), first, second?.split(" ")[1]], [10, "/api/token 200", "200"]);
    const rotated = JSON.parse(ssm.current("playlake-token")!) as typeof login;
    assert.is(rotated.consentedAt, login.consentedAt);
    assert.is.not(rotated.refreshToken, login.refreshToken);
  });
});

test.run();
