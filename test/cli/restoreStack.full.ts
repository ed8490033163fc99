/** `playlake restore --stack`: the list comes from Athena, the app from SSM, and the list before goes to this machine. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { idFrom } from "../../standin/library";
import { sampleLibrary } from "../../standin/sampleLibrary";
import { writableLibrary } from "../../standin/writableLibrary";
import { browse, freePort } from "../support/cli/loginSuite";
import { type DeployedStack, deployStack } from "../support/deployedStack";
import { urisOf } from "../support/operations/restoreWorld";
import { createTestStandIn, type TestStandIn } from "../support/standin/testStandIn";
import { type Executed, run } from "../support/terminal";

const test = suite("cli/restoreStack");

const nightId = idFrom('Night "Shift" Radio');
const clock = { now: () => new Date() };
const library = writableLibrary(sampleLibrary(), { clock });
let stack: DeployedStack;
let spotify: TestStandIn;
let addresses: NodeJS.ProcessEnv;

test.before(async () => {
  stack = await deployStack();
  spotify = createTestStandIn({ library, clock });
  const { apiUrl, accountsUrl } = await spotify.listen();
  addresses = { SPOTIFY_API_URL: apiUrl, SPOTIFY_ACCOUNTS_URL: accountsUrl };
  const { exitCode, err } = await stack.playlake(["run", "--stack", "dev", "--quiet"]);
  assert.is(exitCode, 0, err);
});

test.after(async () => {
  await spotify.close();
  await stack.close();
});

/** Runs a restore of today's list; the user consents. */
async function restore(...words: string[]): Promise<Executed> {
  const onErr = (text: string) => {
    const link = /^http\S+\/authorize\?\S+$/m.exec(text)?.[0];
    if (link !== undefined) void browse(link);
  };
  const line = ["restore", "night", "--to", "today", "--stack", "dev", "--yes", "--port", String(await freePort())];
  return run([...line, ...words], { home: stack.home, env: { ...stack.env, ...addresses }, onErr });
}

test("the stored list is written into a new playlist, and in place", async () => {
  const stored = urisOf(library.current(nightId));
  const inCatalog = stored.filter((uri) => /^spotify:(track|episode):/.test(uri));

  const made = await restore("--json");

  assert.is(made.exitCode, 0, made.err);
  assert.equal(urisOf(library.current((JSON.parse(made.out) as { written: string }).written)), inCatalog);

  library.edit(nightId, { kind: "remove", uris: inCatalog.slice(0, 3) });
  library.edit(nightId, { kind: "move", start: 0, length: 2, before: 20 });
  const { exitCode, err } = await restore("--in-place", "--quiet");

  assert.is(exitCode, 0, err);
  assert.equal(urisOf(library.current(nightId)), stored);
  const kept = readdirSync(path.join(stack.home, ".playlake", "stacks", "dev", "restore"));
  assert.equal(
    kept.map((name) => name.replace(/\d{8}T\d{9}Z/, "TIME")),
    [`${nightId}.before-TIME.jsonl.gz`],
  );
});

test.run();
