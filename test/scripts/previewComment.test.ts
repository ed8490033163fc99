import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Registered } from "../../emulator/resources";
import { zip } from "../../scripts/archives";
import { commentMarker, previewComment } from "../../scripts/previewComment";
import { programFacts } from "../../scripts/programFacts";
import { stackWith } from "../support/components/testPrograms";
import { allow, resource, role } from "../support/emulator/resources";

const test = suite("scripts/previewComment");

const nothing: Registered[] = [];

test("a program compared with itself shows archives and cost, no change", async () => {
  const { resources } = await stackWith("declared");
  const base = await programFacts(resources);
  const lines = (await previewComment({ program: resources, base })).split("\n");
  assert.equal(lines.slice(0, 3), [commentMarker, "## Playlake: the program", ""]);
  assert.ok(lines.includes(`| resources | ${resources.length} | ${resources.length} |  |`));
  const functions = lines.filter((line) =>
    /^\| zip of playlake-(extract|transform), bytes \| (\d+,\d{3}) \| \2 \| {2}\|$/.test(line),
  );
  assert.is(functions.length, 2);
  const costs = lines.filter((line) =>
    /^\| a month, [\d,]+ playlists?, \d years?, list price \| (\$\d+\.\d\d) \| \1 \| {2}\|$/.test(line),
  );
  assert.is(costs.length, 6);
  assert.not.ok(lines.includes("Resources:"));
  assert.ok(
    lines.includes(
      "| dollars a month | 1 playlist, 1 year | 1 playlist, 3 years | 50 playlists, 1 year | 50 playlists, 3 years | 1,000 playlists, 1 year | 1,000 playlists, 3 years |",
    ),
  );
  assert.not.match(lines.join("\n"), /example-client/);
});

test("changed resources, permissions and cost are listed against the base", async () => {
  const alarm = resource("aws:cloudwatch/metricAlarm:MetricAlarm", "late", {});
  const base = await programFacts([alarm, ...role("extract", allow("s3:GetObject", "arn:aws:s3:::raw/*"))]);
  const condition = { StringLike: { "s3:prefix": "state/*" } };
  const program = role("extract", allow(["s3:GetObject", "s3:ListBucket"], "arn:aws:s3:::raw/*", condition));
  const lines = (await previewComment({ program, base })).split("\n");
  assert.equal(lines.slice(3, lines.indexOf("<details><summary>Cost by service</summary>")), [
    "| | base | this branch | change |",
    "| --- | ---: | ---: | ---: |",
    "| resources | 3 | 2 | -1 |",
    "| permissions of roles | 1 | 2 | +1 |",
    ...lines.slice(7, 13),
    "",
    "Resources:",
    "```diff",
    "- aws:cloudwatch/metricAlarm:MetricAlarm late",
    "```",
    "",
    "Permissions:",
    "```diff",
    "- extract: Allow s3:GetObject arn:aws:s3:::raw/*",
    `+ extract: Allow s3:GetObject arn:aws:s3:::raw/* if ${JSON.stringify(condition)}`,
    `+ extract: Allow s3:ListBucket arn:aws:s3:::raw/* if ${JSON.stringify(condition)}`,
    "```",
    "",
  ]);
  assert.match(lines[7]!, /^\| a month, 1 playlist, 1 year, list price \| \$\d+\.\d\d \| \$\d+\.\d\d \| -\$0\.10 \|$/);
});

test("a base that could not be described is reported", async () => {
  const text = await previewComment({ program: nothing });
  assert.match(
    text,
    "The base branch could not be described.\n\n| | this branch |\n| --- | ---: |\n| resources | 0 |\n",
  );
});

test("a stack's diff is in a block that it cannot close", async () => {
  const text = await previewComment({ stack: "prod", diff: "+ code: ```x```\n", program: nothing });
  assert.match(
    text,
    "## Playlake: stack prod\n\n<details><summary>pulumi preview --diff</summary>\n\n````text\n+ code: ```x```\n````\n\n</details>",
  );
});

test("a failed preview and a program that does not run still make a comment", async () => {
  const diff = `${"x".repeat(200_000)}error: no credentials`;
  const text = await previewComment({ stack: "prod", diff, failed: true, program: new Error("schedule: no") });
  assert.ok(text.length < 65_536);
  assert.match(text, "**The preview failed.**");
  assert.match(text, "xerror: no credentials\n```");
  assert.match(text, "The program does not run:\n```text\nschedule: no\n```");
});

test("a long diff is cut to GitHub's limit", async () => {
  const text = await previewComment({ stack: "prod", diff: "x".repeat(200_000), program: nothing });
  assert.ok(text.length < 65_536);
  assert.match(text, "\n… 155,000 characters are left out: see the workflow's log\n");
});

test("no function, no archive", async () => {
  assert.not.match(await previewComment({ program: nothing }), "zip of");
  assert.is(zip({}).length, 22);
});

test.run();
