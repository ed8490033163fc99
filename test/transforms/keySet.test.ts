import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { makeKeySets } from "../../transforms/keySet";

const test = suite("transforms/keySet");
const startKeySet = makeKeySets();

/** So many keys that a set keeps no strings. */
const manyKeys = Array.from({ length: 16_384 }, (_, index) => `many ${index}`);

/** Which of the keys are new, one after the other: to a small set and, which must be the same, to a large one. */
function newOnes(keys: readonly string[]): boolean[] {
  const large = startKeySet();
  for (const key of manyKeys) large(key);
  const found = keys.map(startKeySet());
  assert.equal(keys.map(large), found);
  return found;
}

function expected(keys: readonly string[]): boolean[] {
  const seen = new Set<string>();
  return keys.map((key) => !seen.has(key) && seen.add(key).has(key));
}

const cases: [what: string, keys: string[]][] = [
  ["an id", ["4uLU6hMCjMI75M1A2tKUQC", "4uLU6hMCjMI75M1A2tKUQD", "4uLU6hMCjMI75M1A2tKUQC"]],
  ["beginnings of each other", ["abc", "ab", "a", "", "ab", "", "abc"]],
  ["control characters", ["a", "a\0", "a\0b", "\0", "a\0", "\0\0", "a\0b"]],
  ["characters that share a byte", ["a", "\u0161", "\uff61", "\u007f", "\u0080", "\u00ff", "\u0161", "\u00ff"]],
  ["pairs and halves of surrogates", ["\ud83c\udfa7", "\ud83c", "\udfa7", "\ud83c\udfa7", "\ud83c"]],
];

for (const [what, keys] of cases) {
  test(`tells apart ${what}`, () => assert.equal(newOnes(keys), expected(keys)));
}

test("finds each of 100,000 keys again", () => {
  const keys = Array.from({ length: 100_000 }, (_, index) => `spotify:track:${index.toString(36)}`);
  assert.equal(newOnes([...keys, ...keys]), [...keys.map(() => true), ...keys.map(() => false)]);
});

test("takes keys of any length", () => {
  const keys = [1, 100, 8190, 8191, 8192, 30_000, 32_768].flatMap((length) => ["x".repeat(length), "é".repeat(length)]);
  assert.equal(newOnes([...keys, ...keys]), [...keys.map(() => true), ...keys.map(() => false)]);
});

test("keeps two keys of one hash apart", () => {
  const byHash = new Map<number, string>();
  const hashOf = (key: string) => {
    let hash = 0;
    for (const character of key) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
    return hash;
  };
  const pairs: string[] = [];
  for (let number = 0; pairs.length < 6; number++) {
    const key = `local:artist:${(number * 7919).toString(36)}`;
    const other = byHash.get(hashOf(key));
    if (other !== undefined) pairs.push(other, key);
    byHash.set(hashOf(key), key);
  }
  assert.equal(newOnes([...pairs, ...pairs]), [...pairs.map(() => true), ...pairs.map(() => false)]);
});

test("is a set of any strings", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 3 }),
    fc.string({ maxLength: 2 }),
    fc.constantFrom("a", "b"),
  );
  fc.assert(
    fc.property(fc.array(text, { maxLength: 200 }), (keys) => assert.equal(newOnes(keys), expected(keys))),
    { numRuns: 200 },
  );
});

test("a large set still has its first keys, ASCII or not", () => {
  const add = startKeySet();
  const first = ["a", "é", "\0", "🎧"];
  assert.equal(first.map(add), [true, true, true, true]);
  for (const key of manyKeys) add(key);
  assert.equal([...first, ...manyKeys].filter(add), []);
});

test("sets do not share keys", () => {
  const [one, other] = [startKeySet(), startKeySet()];
  assert.equal([one("a"), other("a"), one("a"), other("a")], [true, true, false, false]);
});

test.run();
