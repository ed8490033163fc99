import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { compareLists } from "../../../lake/lists";
import { applyEdit, planEdits } from "../../../operations/restore/plan";
import { targetOf } from "../../../operations/restore/target";
import { isInCatalog } from "../../../spotify/entryUri";

const test = suite("operations/restore/plan");

/** Lists of `a b c` for short: a letter is a track, a capital one a local file, `-` an unavailable entry. */
function list(letters: string): string[] {
  return [...letters.replaceAll(" ", "")].map((letter) => {
    if (letter === "-") return "unavailable";
    return /[A-Z]/.test(letter) ? `spotify:local:${letter}` : `spotify:track:${letter}`;
  });
}

const anyUri = fc.oneof(
  { arbitrary: fc.constantFrom(..."abcdefghij"), weight: 8 },
  { arbitrary: fc.constantFrom(..."AB-"), weight: 1 },
);
const anyList = fc.array(anyUri, { maxLength: 60, size: "max" }).map((letters) => list(letters.join("")));
const longList = fc
  .array(fc.integer({ min: 0, max: 400 }), { minLength: 150, maxLength: 700, size: "max" })
  .map((numbers) => numbers.map((number) => (number < 5 ? `spotify:local:${number}` : `spotify:track:${number}`)));

function targetFor(old: readonly string[], current: readonly string[]) {
  const entries = old.map((uri) => ({ uri, name: uri, by: "", isTakenDown: false }));
  return targetOf(entries, current, { refused: new Set(), others: new Map(), substitutes: false });
}

for (const [kind, lists, runs] of [
  ["short", anyList, 400],
  ["long", longList, 25],
] as const) {
  test(`the edits turn any ${kind} list into the old one, as far as it can come back`, () => {
    fc.assert(
      fc.property(lists, lists, (old, current) => {
        const { uris, leftovers, losses } = targetFor(old, current);

        const edits = planEdits(current, uris);
        const written = edits.reduce<readonly string[]>(applyEdit, current);

        assert.equal(written, uris);
        const inOld = written.slice(0, written.length - leftovers);
        assert.equal(inOld.filter(isInCatalog), old.filter(isInCatalog));
        assert.equal(inOld.length + losses.length, old.length);
        for (const edit of edits) {
          assert.ok(edit.kind === "move" || edit.uris.length <= 100);
          assert.ok(edit.kind === "move" || edit.uris.every(isInCatalog));
        }
      }),
      { numRuns: runs },
    );
  });
}

test("a list that is there already takes no request", () => {
  fc.assert(fc.property(anyList, (current) => assert.equal(planEdits(current, current), [])));
});

const plans = [
  ["a new list", "", "a b b c", [{ kind: "add", uris: list("abbc"), position: 0 }]],
  ["one entry was added", "a b x c", "a b c", [{ kind: "remove", uris: list("x") }]],
  ["one entry was removed", "a c", "a b c", [{ kind: "add", uris: list("b"), position: 1 }]],
  ["one entry moved up", "c a b", "a b c", [{ kind: "move", start: 0, length: 1, before: 3 }]],
  ["a block moved down", "c d a b e", "a b c d e", [{ kind: "move", start: 2, length: 2, before: 0 }]],
  [
    "one copy too many",
    "a b a",
    "a b",
    [
      { kind: "remove", uris: list("a") },
      { kind: "add", uris: list("a"), position: 0 },
    ],
  ],
  ["a local file in the wrong place", "A a b", "a b A", [{ kind: "move", start: 0, length: 1, before: 3 }]],
] as const;

for (const [what, current, old, edits] of plans) {
  test(`the fewest requests: ${what}`, () => assert.equal(planEdits(list(current), list(old)), edits));
}

test("a list in reverse order is written anew, 100 URIs a request", () => {
  const current = Array.from({ length: 350 }, (_, number) => `spotify:track:${number}`);

  const edits = planEdits(current, [...current].reverse());

  const kinds = edits.map((edit) => [edit.kind, edit.kind === "move" ? edit.length : edit.uris.length]);
  assert.equal(kinds, [
    ["remove", 100],
    ["remove", 100],
    ["remove", 100],
    ["remove", 49],
    ["add", 100],
    ["add", 100],
    ["add", 100],
    ["add", 49],
  ]);
});

test("a move counts as one, and what came and went is found by position", () => {
  assert.equal(compareLists(list("a b c d x"), list("b c d a y")), {
    origins: [1, 2, 3, 0, -1],
    removed: [4],
    moved: [3],
  });
});

test.run();
