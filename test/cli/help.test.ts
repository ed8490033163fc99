import { suite } from "uvu";
import * as assert from "uvu/assert";
import { run } from "../support/terminal";

const test = suite("help");
const home = __dirname;
const names = "run login transform import sql report export crawl redrive replay forget".split(" ");
/** What a terminal of usual width shows without a break, and a little. */
const mostColumns = 123;

for (const words of [[], ...names.map((name) => [name])]) {
  const command = words.join(" ");

  test(`playlake ${command} --help: no line too long; help ${command} says the same`, async () => {
    const asOption = await run([...words, "--help"], { home });
    const asCommand = await run(["help", ...words], { home });

    assert.is(asOption.exitCode, 0);
    assert.match(asOption.out, new RegExp(`^Usage: playlake ${command}`, "m"));
    assert.equal(
      asOption.out.split("\n").filter((line) => line.length > mostColumns),
      [],
    );
    assert.equal(asCommand, asOption);
  });
}

test("help of a command that is none: wrong use", async () => {
  const { exitCode, out } = await run(["help", "walk"], { home });
  assert.equal([exitCode, out], [2, ""]);
});

test.run();
