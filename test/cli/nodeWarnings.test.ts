import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { playlake, temporaryFolder } from "../support/commandLine";

const test = suite<{ folder: string }>("cli/nodeWarnings");
test.before.each((context) => {
  context.folder = temporaryFolder().folder;
});
test.after.each(({ folder }) => rmSync(folder, { recursive: true, force: true }));

/** What `playlake help` prints to standard error when Node warns while it runs. */
async function warned(folder: string, warning: string): Promise<string> {
  const file = path.join(folder, "warn.js");
  writeFileSync(file, `setImmediate(() => process.emitWarning(${JSON.stringify(warning)}, "ExperimentalWarning"));`);
  return (await playlake(["help"], { env: { NODE_OPTIONS: `--require ${file}` } })).stderr;
}

test("Node 26's warning about FFI does not reach the user", async ({ folder }) => {
  assert.is(await warned(folder, "FFI is an experimental feature and might change at any time"), "");
});

test("other warnings reach the user", async ({ folder }) => {
  assert.match(await warned(folder, "Type Stripping is an experimental feature"), "Type Stripping is an experimental");
});

test.run();
