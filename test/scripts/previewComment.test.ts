/**
 * Comments on pull requests, as files to read. After a wanted change,
 * `UPDATE_GOLDEN=1 npx uvu -r $PWD/scripts/register.js test scripts/previewComment` writes them anew; review the diff.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { docsFolder } from "../../scripts/docs";
import { programFacts } from "../../scripts/preview/facts";
import { commentMarker, type PreviewFacts, previewComment } from "../../scripts/previewComment";
import { stackWith } from "../support/components/testPrograms";
import { allow, resource, role } from "../support/emulator/resources";
import { dangerousDiff, type StackParts, stackOf } from "../support/scripts/previewStacks";

const test = suite("scripts/previewComment");

const folder = path.join(__dirname, "../golden/preview");
const isUpdating = process.env.UPDATE_GOLDEN === "1";

/** The comment on a change of the usual stack. */
async function commentOn(change: Partial<StackParts>, more: Partial<PreviewFacts> = {}): Promise<string> {
  return previewComment({ program: stackOf(change), base: await programFacts(stackOf()), ...more });
}

/** The comment without the table of costs, which changes with prices and counts of requests. */
function withoutCosts(comment: string): string {
  return comment.replace(/<details><summary>Cost by service<\/summary>[\s\S]*?<\/details>\n\n?/, "");
}

const dangerous: Partial<StackParts> = {
  isProtected: false,
  bucket: "music-raw-2",
  database: "playlists",
  timezone: "Europe/Berlin",
  actions: ["glue:BatchCreatePartition", "glue:GetTable"],
  tables: "arn:aws:glue:us-east-1:123456789012:table/music/*",
  readers: ["arn:aws:iam::123456789012:role/analyst", "arn:aws:iam::999999999999:root"],
  alarms: ["music-alarm-failed"],
};

const errorText = `Previewing update (prod):
Diagnostics:
  pulumi:pulumi:Stack (playlake-prod):
    error: schedule: got "daily", expected e.g. "cron(0 6 * * ? *)"
`;

const cases: Readonly<Record<string, () => Promise<string>>> = {
  "no-change": () => commentOn({}),
  "new-setting": () => commentOn({ timezone: "Europe/Berlin" }),
  "removed-alarm": () => commentOn({ alarms: ["music-alarm-failed"] }),
  "changed-secret": () => commentOn({ secret: "not-the-example-client-secret" }),
  "failed-preview": () => commentOn({ timezone: "Europe/Berlin" }, { stack: "prod", diff: errorText, failed: true }),
  "failed-program": () =>
    commentOn({}, { stack: "prod", diff: errorText, failed: true, program: new Error('schedule: got "daily"') }),
  "no-base": () => commentOn({}, { stack: "prod", base: undefined, diff: dangerousDiff }),
  dangerous: () => commentOn(dangerous, { stack: "prod", diff: dangerousDiff }),
};

for (const [name, comment] of Object.entries(cases)) {
  test(`golden comment: ${name}`, async () => {
    const text = withoutCosts(await comment());
    const file = path.join(folder, `${name}.md`);
    if (isUpdating) writeFileSync(file, text);
    assert.fixture(text, readFileSync(file, "utf8"));
  });
}

test("docs/reviewing.md shows the comment on a dangerous change", async () => {
  const file = path.join(docsFolder, "reviewing.md");
  const lines = withoutCosts(await cases.dangerous!())
    .split("\n")
    .slice(1);
  const quoted = lines.map((line) => (line === "" ? ">" : `> ${line}`)).join("\n");
  const [start, end] = ["<!-- example -->\n\n", "\n\n<!-- end of the example -->"];
  const text = readFileSync(file, "utf8");
  const from = text.indexOf(start) + start.length;
  const to = text.indexOf(end);
  if (isUpdating) writeFileSync(file, text.slice(0, from) + quoted + text.slice(to));
  else assert.fixture(text.slice(from, to), quoted);
});

test("the program compared with itself shows its archives, and no difference", async () => {
  const { resources } = await stackWith("declared");
  const lines = (await previewComment({ program: resources, base: await programFacts(resources) })).split("\n");
  assert.equal(lines.slice(0, 2), [commentMarker, "### Playlake: the program"]);
  assert.ok(lines.includes("The program declares the same as the base branch."));
  assert.ok(lines.includes(`| resources | ${resources.length} | ${resources.length} |  |`));
  const archives = lines.filter((line) =>
    /^\| zip of `playlake-(extract|transform)`, bytes \| ([\d,]+) \| \2 \| {2}\|$/.test(line),
  );
  assert.is(archives.length, 2);
  assert.ok(lines.some((line) => line.startsWith("| dollars a month | 1 playlist, 1 year | ")));
  assert.not.match(lines.join("\n"), /```diff|Look at these first|example-client/);
});

test("a changed file of an archive is named", async () => {
  const text = await commentOn({ code: "exports.handler = async () => 1;\n" });
  assert.match(text, /\*\*Archives\*\*\n\n```diff\n# music-extract: \d+ → \d+ bytes\n! {5}__index\.js\n```\n/);
});

const wide: readonly [what: string, before: object[], after: object[], sentence: RegExp][] = [
  [
    "an action with a wildcard",
    [allow("s3:GetObject", "a")],
    [allow("s3:*", "a")],
    /`Allow s3:\* on a` has a wildcard\.$/m,
  ],
  ["every resource", [allow("s3:GetObject", "a")], [allow("s3:GetObject", "*")], /has a wildcard\.$/m],
  [
    "a condition that is gone",
    [allow("s3:ListBucket", "a", { StringLike: { "s3:prefix": "state/*" } })],
    [allow("s3:ListBucket", "a")],
    /`Allow s3:ListBucket on a` has lost its condition\.$/m,
  ],
  ["a wider pattern", [allow("s3:GetObject", "a/b/*")], [allow("s3:GetObject", "a/*")], /is wider than before\.$/m],
  [
    "a denial that is gone",
    [allow("s3:GetObject", "a"), { Effect: "Deny", Action: "s3:PutObject", Resource: "a" }],
    [allow("s3:GetObject", "a")],
    /`Deny s3:PutObject on a` is no longer denied\.$/m,
  ],
];

for (const [what, before, after, sentence] of wide) {
  test(`pointed out: ${what}`, async () => {
    const base = await programFacts(role("r", ...(before as Record<string, unknown>[])));
    const text = await previewComment({ program: role("r", ...(after as Record<string, unknown>[])), base });
    assert.match(text, /\*\*Look at these first:\*\*\n\n- `role r`: /);
    assert.match(text, sentence);
  });
}

test("one more action on the same resource is listed, not pointed out", async () => {
  const base = await programFacts(role("r", allow("s3:GetObject", "a")));
  const text = await previewComment({ program: role("r", allow(["s3:GetObject", "s3:ListBucket"], "a")), base });
  assert.not.match(text, "Look at these first");
  assert.match(text, "# role r\n+ Allow s3:ListBucket on a\n```");
});

test("credentials in a tool's output are not published", async () => {
  process.env.PULUMI_CONFIG_PASSPHRASE = "correct horse";
  try {
    const diff = `error: AKIAABCDEFGHIJKLMNOP, pul-${"0a".repeat(20)}, correct horse, Bearer ${"x".repeat(30)}, all of them\n`;
    const text = await commentOn({}, { diff, failed: true, program: new Error("correct horse again") });
    assert.match(text, "error: [secret], [secret], [secret], [secret], all of them");
    assert.match(text, "[secret] again");
  } finally {
    delete process.env.PULUMI_CONFIG_PASSPHRASE;
  }
});

const limit = 65_536;

test("a huge preview keeps within GitHub's limit, and all its parts are there", async () => {
  const many = Array.from({ length: 1_000 }, (_, i) => `name-${i}-${"ü".repeat(60)}`);
  const more = [
    ...many.map((name) => resource("aws:sqs/queue:Queue", name, { name })),
    ...role(
      "huge",
      ...many.map((name) => allow(`sqs:${name}`, `arn:${name}`)),
      ...many.map((name) => allow("s3:*", name)),
    ),
  ];
  const steps = many.map(
    (name) => `    + aws:sqs/queue:Queue: (create)\n        [urn=urn:pulumi:prod::p::t::${name}]\n`,
  );
  const diff = `${steps.join("")}${"`".repeat(10_000)}\nResources:\n    + 1000 to create\n`;

  for (const failed of [false, true]) {
    const text = await commentOn({ more }, { stack: "prod", diff: diff.repeat(8), failed });
    assert.is(Buffer.byteLength(text) < limit, true, `${Buffer.byteLength(text)} bytes`);
    for (const part of ["Resources", "Permissions"])
      assert.match(
        text,
        new RegExp(`\\*\\*${part}\\*\\*\\n\\n\`\`\`diff\\n(.*\\n)+?  … and [\\d,]+ more lines\\n\`\`\``),
      );
    assert.match(text, "# + 1000 to create\n```");
    assert.match(text, /… [\d,]+ bytes are left out: see the workflow's log/);
    assert.match(text, /`{3,}\n\n<\/details>\n$/);
    assert.not.match(text, "\uFFFD");
  }
});

test("a name can do no more than be shown", async () => {
  const piece = fc.constantFrom(
    "`",
    "``",
    "```",
    "|",
    "\n",
    "</details>",
    "<img src=x>",
    "@everyone",
    "**",
    "[a](b)",
    "# ",
    "~~~",
    "x ",
  );
  const hostile = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => `Q${pieces.join("")}Q`);
  await fc.assert(
    fc.asyncProperty(hostile, async (name) => {
      const queue = resource("aws:sqs/queue:Queue", name, { name });
      const alarm = resource("aws:cloudwatch/metricAlarm:MetricAlarm", name, { threshold: 1 });
      const base = await programFacts([alarm, ...role(name, allow("s3:GetObject", "a"))]);
      const diff = `+ aws:sqs/queue:Queue: (create)\n    [urn=urn:pulumi:p::p::t::${name}]\n${name}`;
      const text = await previewComment({
        stack: name,
        diff,
        program: [queue, ...role(name, allow("s3:*", name))],
        base,
      });
      // Blocks and inline code, as CommonMark finds them.
      const outside = text
        .replace(/^(`{3,})(text|diff)\n[\s\S]*?^\1$/gm, "")
        .split("\n")
        .map((line) => line.replace(/(?<!`)(`+)(?!`)(.*?[^`])\1(?!`)/g, ""))
        .join("\n");
      assert.not.match(outside, /Q|@everyone|<img/, outside);
      assert.is(outside.match(/<\/details>/g)?.length, 2, "each closed once");
    }),
    { numRuns: 30 },
  );
});

test.run();
