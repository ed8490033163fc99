import { execFileSync } from "node:child_process";
import { symlinkSync } from "node:fs";
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
  assert.equal(lines[0], "npm install && npm start");

  const [first = "", ...others] = lines.map((line) => shell(line.replace("npm install && ", "")));

  const shown = codeBlocks("text").find((block) => block.startsWith("into .playlake/sample")) ?? "no example";
  const printed = withoutTimes(first).split("\n");
  for (const line of withoutTimes(shown).split("\n"))
    assert.is(printed.includes(line), true, `missing: ${line}\n${first}`);
  for (const [i, output] of others.entries()) assert.is(output.trim() === "", false, `${lines[i + 1]} printed nothing`);
});

test.run();
