// Every test file is found, runs whole, and is in the folder of what it tests.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { projectFolder } from "./support/commandLine";

const test = suite("testFiles");

const names = readdirSync(__dirname, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.[jt]s$/.test(name))
  .map((name) => name.replaceAll(path.sep, "/"))
  .sort();
const tests = names.filter((name) => /\.(test|full)\.ts$/.test(name));
const textOf = (name: string) => readFileSync(path.join(__dirname, name), "utf8");

/** These folders hold tests of the whole program. */
const whole = ["golden", "pipeline"];

test("code that is not a test is in support", () => {
  assert.equal(
    names.filter((name) => !tests.includes(name) && !name.startsWith("support/")),
    [],
  );
  assert.equal(
    tests.filter((name) => name.startsWith("support/")),
    [],
  );
});

test("a test file is in the folder of what it tests", () => {
  const folders = [...new Set(tests.map((name) => path.posix.dirname(name)))];
  assert.equal(
    folders.filter((folder) => !whole.includes(folder) && !existsSync(path.join(projectFolder, folder))),
    [],
  );
});

test("a suite has its file's name", () => {
  const named = (name: string) => /^ *(?:const .*= )?\w*[sS]uite(?:<.*>)?\([`"]([^`"]*)/m.exec(textOf(name))?.[1] ?? "";
  assert.equal(
    tests.filter((name) => !named(name).startsWith(name.replace(/\.\w+\.ts$/, ""))),
    [],
  );
});

test("a test file ends by running its suite, and runs all of it", () => {
  assert.equal(
    tests.filter((name) => !/\.run\(\);\n?\}?\n$/.test(textOf(name)) || /\.only\(/.test(textOf(name))),
    [],
  );
});

test("a test's name is under 80 characters", () => {
  const namesIn = (name: string) => [...textOf(name).matchAll(/\btest\(\s*"([^"]*)"/g)].map(([, title = ""]) => title);
  assert.equal(
    tests.flatMap(namesIn).filter((title) => title.length >= 80),
    [],
  );
});

test.run();
