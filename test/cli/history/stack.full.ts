import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type DeployedStack, deployStack } from "../../support/deployedStack";

const test = suite("cli/history/stack");

let stack: DeployedStack;
test.before(async () => {
  stack = await deployStack();
  const { exitCode, err } = await stack.playlake(["run", "--stack", "dev", "--quiet"]);
  assert.is(exitCode, 0, err);
});
test.after(() => stack.close());

const commands: readonly string[][] = [
  ["list"],
  ["show", "MIXTAPE fur den mond"],
  ["show", "7osf69rrOvLodTvBABtqDC", "--on", "today"],
  ["show", "night shift"],
  ["log", "everyday rain"],
  ["diff", "rain", "today", "today"],
  ["find", "she", 'said "stay",'],
  ["find", "o'malley's"],
  ["find", "no'thing"],
  ["duplicates"],
  ["sql", "--named", "duplicates", "--param", "playlist=RAIN"],
  ["duplicates", "spotify:playlist:7osf69rrOvLodTvBABtqDC"],
];

for (const words of commands) {
  test(`as locally, with --stack: ${words.join(" ")}`, async () => {
    // CSV is written from the rows of which JSON shows each value.
    for (const format of words[0] === "list" ? ["table", "csv", "json"] : ["table", "json"]) {
      const [remote, local] = [
        await stack.playlake([...words, "--format", format, "--stack", "dev"]),
        await stack.playlake([...words, "--format", format, "--state", stack.stateDir]),
      ];
      assert.equal([remote.exitCode, remote.out], [0, local.out], `${format}: ${remote.err}`);
      assert.is(remote.err.split("\n")[0], "from stack dev");
      if (format === "table") assert.ok(remote.out.length > 0);
    }
  });
}

test("as locally, with --stack: digest", async () => {
  for (const words of [[], ["--since", "2026-11-01"], ["--json"]]) {
    const [remote, local] = [
      await stack.playlake(["digest", ...words, "--stack", "dev", "--quiet"]),
      await stack.playlake(["digest", ...words, "--state", stack.stateDir, "--quiet"]),
    ];
    assert.equal([remote.exitCode, remote.out], [0, local.out], remote.err);
  }
});

test("a saved query names its parameters, and is asked with them", async () => {
  const bare = await stack.playlake(["sql", "--named", "find-songs", "--stack", "dev", "--quiet"]);
  const message =
    'find-songs asks for --param words="golden hour" (parts of a name, an artist or an ISRC, in any order)';
  assert.equal([bare.exitCode, bare.err.split("\n")[0]], [2, `playlake: ${message}`]);
  const asked = ["sql", "--named", "find-songs", "--param", "words=o'malley's", "--json", "--quiet"];
  const [remote, local] = [
    await stack.playlake([...asked, "--stack", "dev"]),
    await stack.playlake([...asked, "--state", stack.stateDir]),
  ];
  assert.equal([remote.exitCode, remote.out], [0, local.out], remote.err);
  assert.ok((JSON.parse(remote.out) as unknown[]).length > 0);
});

test("a wrong number of values is refused by Athena in one line", async () => {
  const { exitCode, err } = await stack.playlake(["sql", "SELECT ?", "--stack", "dev", "--quiet"]);
  assert.equal(
    [exitCode, err],
    [
      1,
      "playlake: Incorrect number of parameters: expected 1 but found 0\ngive one --param VALUE for each ? of the query, in their order\n",
    ],
  );
});

test.run();
