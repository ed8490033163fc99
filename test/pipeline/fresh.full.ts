// A change in a callback takes effect in the next local run.
import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { playlake, projectFolder, temporaryFolder } from "../support/commandLine";

const test = suite("pipeline/fresh");

const sources = [
  "bin",
  "components",
  "index.ts",
  "schedule",
  "emulator",
  "standin",
  "lake",
  "operations",
  "report",
  "cli",
  "package.json",
  "queries",
  "scripts",
  "spotify",
  "transforms",
  "tsconfig.json",
];

/** One word in each function's callback: the event that it logs at its end. */
const words: readonly [file: string, word: string, changed: string][] = [
  ["spotify/extract.ts", '"dayComplete"', '"dayIsWhole"'],
  ["components/callbacks/transformHandler.ts", '"transformed"', '"turnedIntoTables"'],
];

/** All lines of all logs of a state. */
function logsOf(stateDir: string): string {
  const logs = path.join(stateDir, "logs");
  const files = readdirSync(logs, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => readFileSync(path.join(entry.parentPath ?? entry.path, entry.name), "utf8")).join("");
}

test("one word changed in each callback shows in the next run", async () => {
  const { folder, remove } = temporaryFolder();
  try {
    for (const name of sources) cpSync(path.join(projectFolder, name), path.join(folder, name), { recursive: true });
    symlinkSync(path.join(projectFolder, "node_modules"), path.join(folder, "node_modules"), "dir");
    const stateDir = path.join(folder, "state");
    const run = async () => {
      const program = path.join(folder, "bin", "playlake.js");
      const { exitCode, stderr } = await playlake(["run", "--quiet", "--state", stateDir], { cwd: folder, program });
      assert.is(exitCode, 0, stderr);
    };
    await run();
    const before = logsOf(stateDir);
    for (const [file, word, changed] of words) {
      assert.is(before.includes(word), true, `${word} is logged`);
      assert.is(before.includes(changed), false);
      const text = readFileSync(path.join(folder, file), "utf8");
      assert.is(text.split(`event: ${word}`).length + text.split(`? ${word}`).length, 3, `${file} names it once`);
      writeFileSync(path.join(folder, file), text.replace(word, changed));
    }

    await run();

    const after = logsOf(stateDir);
    for (const [, word, changed] of words) {
      assert.is(after.split(changed).length > 1, true, `${changed} is logged`);
      assert.is(after.split(word).length, before.split(word).length, `${word} is logged no more`);
    }
  } finally {
    remove();
  }
});

test.run();
