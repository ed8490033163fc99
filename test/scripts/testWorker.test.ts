import { fork } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { projectFolder, temporaryFolder } from "../support/commandLine";

const test = suite<ReturnType<typeof temporaryFolder>>("scripts/testWorker");
test.before.each((context) => {
  Object.assign(context, temporaryFolder());
});
test.after.each(({ remove }) => remove());

/** Runs test files in one worker. @returns its results so far, its exit code if it ended, and its output */
async function runFiles(folder: string, bodies: readonly string[]) {
  const register = path.join(projectFolder, "scripts", "register.js");
  const worker = fork(path.join(projectFolder, "scripts", "testWorker.ts"), ["RESULT "], {
    execArgv: ["-r", register],
    silent: true,
  });
  let output = "";
  let onOutput = () => {};
  for (const stream of [worker.stdout!, worker.stderr!]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      onOutput();
    });
  }
  const closed = new Promise<number | null>((resolve) => worker.once("close", resolve));
  const results = () => [...output.matchAll(/RESULT (.*)\n/g)].map(([, json = ""]) => JSON.parse(json));
  let exitCode: number | null | undefined;
  for (const [index, body] of bodies.entries()) {
    const file = path.join(folder, `${index}.js`);
    writeFileSync(
      file,
      `const test = require(${JSON.stringify(require.resolve("uvu"))}).suite("s");\n${body}\ntest.run();\n`,
    );
    const answered = new Promise<undefined>((resolve) => {
      onOutput = () => {
        if (results().length > index) resolve(undefined);
      };
    });
    worker.send(file);
    exitCode = await Promise.race([answered, closed]);
    if (exitCode !== undefined) break;
  }
  worker.kill();
  await closed;
  return { results: results().map(({ cpuSeconds, ...counts }) => counts), exitCode, output };
}

test("each file is counted by itself, including failed tests", async ({ folder }) => {
  const { results, output } = await runFiles(folder, [
    'test("a", () => {}); test("b", () => { throw new Error("b is wrong"); });',
    'test("c", () => {}); test.skip("d", () => {});',
  ]);
  assert.equal(results, [
    { total: 2, passed: 1, skipped: 0 },
    { total: 1, passed: 1, skipped: 1 },
  ]);
  assert.match(output, "b is wrong");
});

test("a suite whose before throws shows its error and passes no test", async ({ folder }) => {
  const body = 'test.before(() => { throw new Error("no lake"); }); test("a", () => {});';
  const { results, output } = await runFiles(folder, [body]);
  assert.equal(results, [{ total: 1, passed: 0, skipped: 0 }]);
  assert.match(output, "no lake");
});

test("a file that does not load or that exits ends the worker", async ({ folder }) => {
  const broken = await runFiles(folder, ['throw new Error("does not load");']);
  assert.equal([broken.results, broken.exitCode], [[], 1]);
  assert.match(broken.output, "does not load");
  const ending = await runFiles(folder, ['test("a", () => process.exit(0));']);
  assert.equal([ending.results, ending.exitCode], [[], 0]);
});

test("a test name of 80 characters is refused", async ({ folder }) => {
  const named = (length: number) => `test("${"n".repeat(length)}", () => {});`;
  const { results, exitCode, output } = await runFiles(folder, [named(79), named(80)]);
  assert.equal([results, exitCode], [[{ total: 1, passed: 1, skipped: 0 }], 1]);
  assert.match(output, "a test's name has 80 characters, at most 79: nnn");
});

test.run();
