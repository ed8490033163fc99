import { readFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { docsFolder, pages } from "../../scripts/docs";
import { projectFolder } from "../support/commandLine";
import { codeBlocks } from "../support/readme";

const test = suite("docs/docs");

for (const [name, text] of Object.entries(pages)) {
  test(`docs/${name} matches the code (else: npm run docs)`, async () => {
    assert.is(readFileSync(path.join(docsFolder, name), "utf8"), await text());
  });
}

test("README's code is part of an example, which test/examples installs and runs", () => {
  const example = readFileSync(path.join(projectFolder, "examples", "existing-bucket", "index.ts"), "utf8");
  const [code = "nothing"] = codeBlocks("ts");
  assert.is(example.split(code).length, 2, "the snippet, once");
});

test("README stays short", () => {
  const lines = readFileSync(path.join(projectFolder, "README.md"), "utf8").split("\n");
  assert.is(lines.length < 200, true, `${lines.length} lines`);
});

test.run();
