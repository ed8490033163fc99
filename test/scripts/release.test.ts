import { suite } from "uvu";
import * as assert from "uvu/assert";
import { faultsOf, notesOf } from "../../scripts/release";

const test = suite("scripts/release");

const changelog = `# Changelog

The format is that of Keep a Changelog.

## Unreleased

## 1.2.0 - 2026-12-01

### Data contract

Run \`playlake replay\` after the upgrade. Raw objects of earlier
versions stay valid.

- \`track_key\` is new. See [the tables](docs/tables.md)
  and [Spotify](https://spotify.com).
- Another.

### Upgrading

1. The first step, over
   two lines.
2. The second.

\`\`\`text
kept
as it is
\`\`\`

## [1.1.0]

- Old.
`;

const versions = { "package.json": "1.2.0", "policy/package.json": "1.2.0" };

test("a tag that matches the packages and the changelog is released", () => {
  assert.equal(faultsOf({ tag: "v1.2.0", changelog, versions }), []);
});

test("a tag that does not match is refused, with everything to change", () => {
  assert.equal(faultsOf({ tag: "1.2.0", changelog, versions }), ["the tag 1.2.0: expected e.g. v1.2.0 or v1.2.0-rc.1"]);
  assert.equal(faultsOf({ tag: "v1.3.0-rc.1", changelog, versions: { ...versions, "package.json": "1.3.0-rc.1" } }), [
    "policy/package.json has version 1.2.0: set 1.3.0-rc.1",
    'CHANGELOG.md has no heading "## 1.3.0-rc.1": add it above the entries',
  ]);
  const unmoved = "## Unreleased\n\n- New.\n\n## 1.2.0\n";
  assert.equal(faultsOf({ tag: "v1.2.0", changelog: unmoved, versions }), [
    'CHANGELOG.md has no entries under "## 1.2.0"',
    'CHANGELOG.md has entries under "Unreleased": move them',
  ]);
});

test("notes are the changelog's section, unwrapped, with links to the tag", () => {
  assert.is(
    notesOf(changelog, "v1.2.0", "https://github.com/a/b"),
    `Install: \`npm install playlake@1.2.0\`

### Data contract

Run \`playlake replay\` after the upgrade. Raw objects of earlier versions stay valid.

- \`track_key\` is new. See [the tables](https://github.com/a/b/blob/v1.2.0/docs/tables.md) and [Spotify](https://spotify.com).
- Another.

### Upgrading

1. The first step, over two lines.
2. The second.

\`\`\`text
kept
as it is
\`\`\`
`,
  );
});

test("without a tag, notes are what is not released yet", () => {
  assert.is(notesOf(changelog, undefined, "https://github.com/a/b"), "Nothing.\n");
  assert.is(notesOf("## Unreleased\n\n- New,\n  and long.\n", undefined, ""), "- New, and long.\n");
});

test("a heading in brackets is found, a missing one is an error", () => {
  assert.match(notesOf(changelog, "v1.1.0", ""), "\n- Old.\n");
  assert.throws(() => notesOf(changelog, "v9.0.0", ""), 'CHANGELOG.md has no heading "## 9.0.0"');
});

test.run();
