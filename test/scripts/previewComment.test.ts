import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Registered } from "../../emulator/resources";
import { zip } from "../../scripts/archives";
import { commentMarker, previewComment } from "../../scripts/previewComment";
import { stackWith } from "../components/support";

const test = suite("scripts/previewComment");

const nothing: Registered[] = [];

test("the program: archives, cost, resources", async () => {
  const { resources } = await stackWith("declared");
  const lines = (await previewComment({ resources })).split("\n");
  assert.equal(lines.slice(0, 3), [commentMarker, "## Playlake: the program", ""]);
  const functions = lines.filter((line) => /^\| playlake-(extract|transform) \| \d\d,\d{3} \| \d+ \|$/.test(line));
  assert.is(functions.length, 2);
  assert.ok(lines.includes("| a month, with so many playlists | 1 | 50 | 1,000 |"));
  assert.ok(lines.includes(`<details><summary>${resources.length} resources</summary>`));
  assert.ok(lines.includes("| `aws:lambda/function:Function` | 2 |"));
  assert.not.match(lines.join("\n"), /example-client/);
});

test("a stack's diff stands in a block that it can't end", async () => {
  const text = await previewComment({ stack: "prod", diff: "+ code: ```x```\n", resources: nothing });
  assert.match(
    text,
    "## Playlake: stack prod\n\n<details><summary>pulumi preview --diff</summary>\n\n````text\n+ code: ```x```\n````\n\n</details>",
  );
});

test("a long diff is cut to what GitHub takes", async () => {
  const text = await previewComment({ stack: "prod", diff: "x".repeat(200_000), resources: nothing });
  assert.ok(text.length < 65_536);
  assert.match(text, "\n… 150000 characters more: see the workflow's log\n");
});

test("no function, no archive", async () => {
  assert.match(await previewComment({ resources: nothing }), "| --- | ---: | ---: |\n\n| a month");
  assert.is(zip({}).length, 22);
});

test.run();
