import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { moduleFile, moduleHead } from "../../scripts/scanner";

const test = suite("scripts/scanner");

test("the scanner's module is that of its source: else run npm run scanner", () => {
  const head = moduleHead();
  assert.is(readFileSync(moduleFile, "utf8").slice(0, head.length), head);
});

test.run();
