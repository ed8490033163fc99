import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { explained } from "../../../lake/stack/clients";
import { temporaryFolder } from "../../support/commandLine";
import { fakePulumi } from "../../support/deployedStack";
import { run } from "../../support/terminal";

const test = suite("lake/stack/outputs");

const { folder, remove } = temporaryFolder();
test.after(remove);

test("another program's outputs of the same names are refused in one line", async () => {
  const texts = ["rawBucket", "lakeBucket", "resultsBucket", "extractFunction", "transformFunction", "database"];
  const outputs = {
    ...Object.fromEntries(texts.map((name) => [name, "x"])),
    ...{ workgroup: {}, tokenParameterArn: 7, schedules: "daily", failureQueues: {} },
  };
  const env = { PATH: `${fakePulumi(folder, outputs)}${path.delimiter}${process.env.PATH}` };
  const { exitCode, err } = await run(["sql", "SELECT 1", "--stack", "dev"], { home: folder, env });
  const message =
    "stack dev does not have the outputs schedules, appParameterArn, tokenParameterArn, workgroup: update it with pulumi up";
  assert.equal([exitCode, err], [1, `from stack dev\nplaylake: ${message} --stack dev\n`]);
});

test("a deployed program without the lake's outputs has to export them", async () => {
  const own = path.join(folder, "own");
  mkdirSync(own);
  const env = { PATH: `${fakePulumi(own, { url: "x" })}${path.delimiter}${process.env.PATH}` };
  const { exitCode, err } = await run(["sql", "SELECT 1", "--stack", "dev"], { home: own, env });
  const message =
    "stack dev does not have the outputs that this command needs: export lakeOutputs({ ... }), then pulumi up --stack dev";
  assert.equal([exitCode, err], [1, `from stack dev\nplaylake: ${message}\n`]);
});

test("an AWS refusal carries AWS's code, a connection error carries none", () => {
  const thrown = (name: string, message: string) => Object.assign(new Error(message), { name, $metadata: {} });
  const said = (error: Error) => (explained(error) as Error).message;
  assert.is(said(thrown("AccessDeniedException", "no\nmore")), "AccessDeniedException: no");
  assert.is(said(thrown("Error", "getaddrinfo ENOTFOUND a")), "no connection to AWS: getaddrinfo ENOTFOUND a");
});

test.run();
