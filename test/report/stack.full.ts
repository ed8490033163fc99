import { readFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type DeployedStack, deployStack } from "../support/deployedStack";

const test = suite("report/stack");

let stack: DeployedStack;
test.before(async () => {
  stack = await deployStack();
});
test.after(() => stack.close());

test("--stack gives the same page as a local report of the same lake", async () => {
  const none = await stack.playlake(["report", "--stack", "dev", "--out", "none.html"]);
  assert.is(none.exitCode, 0, none.err);
  assert.match(readFileSync(none.out.trim(), "utf8"), "No playlist is stored yet.");

  const day = await stack.playlake(["run", "--stack", "dev", "--quiet"]);
  assert.is(day.exitCode, 0, day.err);
  const deployed = await stack.playlake(["report", "--stack", "dev", "--out", "there.html", "--quiet"]);
  const local = await stack.playlake(["report", "--state", stack.stateDir, "--quiet"]);

  assert.equal([deployed.exitCode, local.exitCode], [0, 0], deployed.err + local.err);
  assert.is(path.basename(local.out.trim()), "playlake-report.html");
  const page = readFileSync(local.out.trim(), "utf8");
  assert.ok(readFileSync(deployed.out.trim(), "utf8") === page);
  assert.match(page, "One day is stored so far");
});

test("a file that cannot be written is reported in one line", async () => {
  const { exitCode, err } = await stack.playlake([
    "report",
    "--state",
    stack.stateDir,
    "--out",
    "no/such.html",
    "--quiet",
  ]);

  assert.is(exitCode, 1);
  assert.match(
    err,
    /^playlake: \S+no\/such\.html cannot be written: there is no folder \S+no; choose another --out\n$/,
  );
});

test.run();
