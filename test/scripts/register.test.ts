import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { temporaryFolder } from "../support/commandLine";

const test = suite("scripts/register");
const { folder, remove } = temporaryFolder();
test.after(remove);

test("a stack trace names the place in a source that TypeScript transpiled", () => {
  const file = path.join(folder, "throws.ts");
  writeFileSync(file, "interface A {\n  a: string;\n}\n\nexport const fail = (a: A) => new Error(a.a);\n");
  const { fail } = require(file) as { fail: (a: object) => Error };

  const [message, frame] = fail({ a: "gone" }).stack?.split("\n") ?? [];

  assert.equal([message, frame], ["Error: gone", `    at fail (${file}:5:31)`]);
});

test("a stack trace names the place in a source that esbuild transpiled", () => {
  const [, frame] = new Error("of esbuild").stack?.split("\n") ?? [];

  const lines = readFileSync(__filename, "utf8").split("\n");
  const line = lines.findIndex((text) => text.includes("= new Error("));
  assert.match(String(frame), `(${__filename}:${line + 1}:${(lines[line]?.indexOf("new Error(") ?? 0) + 1})`);
});

test.run();
