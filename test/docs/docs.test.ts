import { readFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { runProgram } from "../../local/program";
import { tablesDoc, tablesFile } from "../../scripts/docs";
import { projectFolder } from "../support/commandLine";
import { codeBlocks } from "../support/readme";

const test = suite("docs");

test("docs/tables.md says what the queries say (else: npm run docs)", () => {
  assert.is(readFileSync(tablesFile, "utf8"), tablesDoc());
});

test("README's code stands in examples/reuse.ts, which runs", async () => {
  const example = path.join(projectFolder, "examples", "reuse.ts");
  const [code = "nothing"] = codeBlocks("ts");

  const { outputs } = await runProgram({
    config: { "playlake:spotifyClientId": "id", "playlake:spotifyClientSecret": "secret" },
    main: example,
  });

  assert.is(readFileSync(example, "utf8").split(code).length, 2, "the snippet, once");
  assert.equal(outputs, { functionName: "radio-transform" });
});

test("README stays a door", () => {
  const lines = readFileSync(path.join(projectFolder, "README.md"), "utf8").split("\n");
  assert.is(lines.length < 200, true, `${lines.length} lines`);
});

test.run();
