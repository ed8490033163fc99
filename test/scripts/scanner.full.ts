import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { compileModule, moduleFile } from "../../scripts/scanner";

const test = suite("scripts/scanner (full)");

test("compiling the scanner gives the module that is committed", () => {
  assert.is(readFileSync(moduleFile, "utf8"), compileModule());
});

test.run();
