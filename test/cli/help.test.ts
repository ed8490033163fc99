import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { projectFolder } from "../support/commandLine";
import { run } from "../support/terminal";

const test = suite("cli/help");
const home = __dirname;
const names =
  "init run login transform import list show log diff find duplicates sql report export crawl restore redrive replay forget doctor lakes completion".split(
    " ",
  );
const mostColumns = 80;

for (const words of [[], ...names.map((name) => [name])]) {
  const command = words.join(" ");

  test(`playlake ${command} --help fits the page and equals help ${command}`, async () => {
    const asOption = await run([...words, "--help"], { home });
    const asCommand = await run(["help", ...words], { home });

    assert.is(asOption.exitCode, 0);
    assert.match(asOption.out, new RegExp(`^Usage: playlake ${command}`, "m"));
    assert.equal(
      asOption.out.split("\n").filter((line) => line.length > mostColumns),
      [],
    );
    assert.match(asOption.out, /^Examples?:$/m);
    assert.equal(asCommand, asOption);
  });
}

test("help for an unknown command is wrong use", async () => {
  const { exitCode, out } = await run(["help", "walk"], { home });
  assert.equal([exitCode, out], [2, ""]);
});

test("the version is printed by each of its option names", async () => {
  const { version } = JSON.parse(readFileSync(path.join(projectFolder, "package.json"), "utf8")) as { version: string };
  for (const words of [["--version"], ["-v"], ["version"], ["sql", "--version"]]) {
    assert.equal(await run(words, { home }), { exitCode: 0, out: `${version}\n`, err: "" }, words.join(" "));
  }
});

for (const shell of ["bash", "zsh", "fish"]) {
  test(`completion for ${shell} offers each command and its options`, async () => {
    const { exitCode, out } = await run(["completion", shell], { home });
    assert.is(exitCode, 0);
    for (const name of names) assert.match(out, name);
    for (const option of ["explain", "playlist", "replace"]) assert.match(out, option);
    const known = spawnSync(shell, ["-n"], { input: out, encoding: "utf8" });
    if (known.error === undefined) assert.equal([known.status, known.stderr], [0, ""]);
  });
}

test.run();
