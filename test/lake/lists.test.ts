import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { compareLists } from "../../lake/lists";

const test = suite("lake/lists");

const shown = (before: string, after: string) => {
  const codes = (text: string) => [...text].map((letter) => letter.charCodeAt(0));
  const { origins, removed, moved } = compareLists(codes(before), codes(after));
  const mark = (position: number) => (origins[position] === -1 ? "+" : moved.includes(position) ? "~" : "");
  return {
    after: [...after].map((letter, i) => `${mark(i)}${letter}`).join(" "),
    removed: removed.join(" "),
  };
};

const cases: [name: string, before: string, after: string, marked: string, removed: string][] = [
  ["nothing", "", "", "", ""],
  ["a first list", "", "ab", "+a +b", ""],
  ["an emptied list", "ab", "", "", "0 1"],
  ["an entry on top", "abc", "xabc", "+x a b c", ""],
  ["an entry replaced", "abc", "axc", "a +x c", "1"],
  ["an entry dragged to the end", "abcd", "bcda", "b c d ~a", ""],
  ["a block dragged to the top", "abcdef", "efabcd", "~e ~f a b c d", ""],
  ["the second copy goes", "aba", "ab", "a b", "2"],
  ["a second copy comes", "ab", "aab", "a +a b", ""],
];
for (const [name, before, after, marked, removed] of cases) {
  test(name, () => {
    assert.equal(shown(before, after), { after: marked, removed });
  });
}

const lists = fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 8 });

test("entries that are kept without a move stay in the same order", () => {
  fc.assert(
    fc.property(lists, lists, (before, after) => {
      const { origins, removed, moved } = compareLists(before, after);
      const countOf = (list: readonly number[], item: number) => list.filter((one) => one === item).length;
      for (let item = 0; item <= 6; item += 1) {
        const added = origins.filter((origin, i) => origin === -1 && after[i] === item).length;
        const gone = removed.filter((position) => before[position] === item).length;
        assert.is(added - gone, countOf(after, item) - countOf(before, item));
        assert.ok(added === 0 || gone === 0, "an item is never both added and removed");
      }
      const kept = origins.filter((origin, i) => origin !== -1 && !moved.includes(i));
      assert.equal(
        kept,
        [...kept].sort((a, b) => a - b),
      );
    }),
  );
});

test("no smaller set of moves explains the new order", () => {
  const longestByTrying = (values: readonly number[]) => {
    let longest = 0;
    for (let subset = 0; subset < 2 ** values.length; subset += 1) {
      const chosen = values.filter((_, i) => (subset >> i) & 1);
      if (chosen.every((value, i) => i === 0 || value > (chosen[i - 1] as number)))
        longest = Math.max(longest, chosen.length);
    }
    return longest;
  };
  fc.assert(
    fc.property(lists, lists, (before, after) => {
      const { origins, moved } = compareLists(before, after);
      const matched = origins.filter((origin) => origin !== -1);

      assert.is(matched.length - moved.length, longestByTrying(matched));
    }),
  );
});

test.run();
