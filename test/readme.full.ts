import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { copyCheckout } from "../scripts/checkout";
import { projectFolder, temporaryFolder } from "./support/commandLine";
import { codeBlocks, commands } from "./support/readme";
import { withoutTimes } from "./support/terminal";

const test = suite("readme");
const { folder, remove } = temporaryFolder();

test.before(() => {
  copyCheckout(folder);
  symlinkSync(path.join(projectFolder, "node_modules"), path.join(folder, "node_modules"));
});

test.after(remove);

/** Runs a line as a reader would type it, except that packages are already installed. */
function shell(line: string): string {
  const env = { ...process.env, NO_COLOR: "1" };
  return execFileSync("bash", ["-c", `(${line}) 2>&1`], { cwd: folder, env }).toString();
}

test("its commands run in order", () => {
  // CI runs the two commands that install.
  const lines = commands().filter((line) => line !== "npm install && npm test");
  assert.equal([lines[0], lines[1]], ["npm install && npm start", "npx playlake list"]);

  // npx finds the command once; after that, its own start would take a quarter of the time.
  const direct = (line: string, at: number) => (at > 1 ? line.replace("npx playlake", "node bin/playlake.js") : line);
  const [first = "", ...others] = lines.map((line, at) => shell(direct(line, at).replace("npm install && ", "")));

  const shown = codeBlocks("text").find((block) => block.startsWith("into .playlake/sample")) ?? "no example";
  const printed = withoutTimes(first).split("\n");
  for (const line of withoutTimes(shown).split("\n"))
    assert.is(printed.includes(line), true, `missing: ${line}\n${first}`);
  for (const [i, output] of others.entries()) assert.is(output.trim() === "", false, `${lines[i + 1]} printed nothing`);
});

/** One word in each function's callback: the event that it logs at its end. */
const words: readonly [file: string, word: string, changed: string][] = [
  ["spotify/extract.ts", '"dayComplete"', '"dayIsWhole"'],
  ["components/callbacks/transformHandler.ts", '"transformed"', '"turnedIntoTables"'],
];

/** All lines of all logs of the samples' lake. */
function logs(): string {
  const folderOfLogs = path.join(folder, ".playlake", "sample", "logs");
  const files = readdirSync(folderOfLogs, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => readFileSync(path.join(entry.parentPath ?? entry.path, entry.name), "utf8")).join("");
}

test("one word changed in each callback shows in the next npm start", () => {
  const before = logs();
  for (const [file, word, changed] of words) {
    assert.is(before.includes(word), true, `${word} is logged`);
    assert.is(before.includes(changed), false);
    const text = readFileSync(path.join(folder, file), "utf8");
    assert.is(text.split(`event: ${word}`).length + text.split(`? ${word}`).length, 3, `${file} names it once`);
    writeFileSync(path.join(folder, file), text.replace(word, changed));
  }

  shell("npm start -- --sample --quiet");

  const after = logs();
  for (const [, word, changed] of words) {
    assert.is(after.split(changed).length > 1, true, `${changed} is logged`);
    assert.is(after.split(word).length, before.split(word).length, `${word} is logged no more`);
  }
});

test.run();
