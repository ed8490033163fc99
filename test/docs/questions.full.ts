import { readFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { answeredPages, docsFolder } from "../../scripts/docs";

const test = suite("docs/questions");

for (const [name, text] of Object.entries(answeredPages)) {
  test(`docs/${name} shows the samples' answers (else: npm run docs)`, async () => {
    assert.is(readFileSync(path.join(docsFolder, name), "utf8"), await text());
  });
}

test.run();
