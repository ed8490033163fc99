import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { makeCutMarkets } from "../../transforms/markets";
import { entry, line, rowsOf, runOne, track } from "../support/transforms/transformed";

const test = suite("transforms/markets");

function cut(text: string): string {
  return makeCutMarkets()(Buffer.from(text)).toString();
}

const cases: [name: string, text: string, expected: string][] = [
  ["a list", '{"available_markets":["DE","FR"],"id":"a"}', '{"available_markets":[],"id":"a"}'],
  [
    "several",
    '[{"a":1,"available_markets":["DE"]},{"available_markets":["FR"]}]',
    '[{"a":1,"available_markets":[]},{"available_markets":[]}]',
  ],
  ["spaces", '{"a":1,"available_markets" : [ "DE", "FR" ] }', '{"a":1,"available_markets":[] }'],
  ["an empty list", '{"available_markets":[]}', '{"available_markets":[]}'],
];

for (const [name, text, expected] of cases) test(`empties ${name}`, () => assert.is(cut(text), expected));

const kept: [name: string, text: string][] = [
  ["text without any", '{"id":"a"}'],
  ["a title of that name", '{"name":"available_markets","x":["DE"]}'],
  ["a title with a quote in it", '{"name":"\\"available_markets\\":[\\"DE\\"]"}'],
  ["a member whose name ends so", '{"\\"available_markets":["DE"]}'],
  ["a list of anything else", '{"available_markets":["DE",["FR"],7,null,{"a":"]"}]}'],
  ["a list of longer codes", '{"available_markets":["DEU"]}'],
  ["no list", '{"available_markets":"DE","x":["FR"]}'],
  ["a broken list", '{"available_markets":["DE""FR"]}'],
  ["a list with a comma too many", '{"available_markets":["DE",]}'],
  ["a list behind a form feed", '{"available_markets"\f:["DE"]}'],
  ["a list with a vertical tab", '{"available_markets":["DE"\v]}'],
  ["a list with a no-break space", '{"available_markets":[\u00a0"DE"]}'],
  ["a list that is cut off", '{"a":1,"available_markets":["DE"'],
];

for (const [name, text] of kept) test(`leaves ${name}`, () => assert.is(cut(text), text));

test("a checked list does not vouch for another one of the same length", () => {
  const cutMarkets = makeCutMarkets();
  const good = Buffer.from('{"available_markets":["DE","FR"]}');
  const bad = Buffer.from('{"available_markets":["DE"x"FR"]}');
  for (let time = 0; time < 2; time++) {
    assert.is(cutMarkets(good).toString(), '{"available_markets":[]}');
    assert.is(cutMarkets(bad).toString(), bad.toString());
  }
});

test("changes nothing else of any JSON", () => {
  const code = fc.constantFrom("DE", "FR", "de", "USA", "]", '"');
  const name = fc.constantFrom("available_markets", '"available_markets', "{", ',"available_markets":["DE"]', "a");
  const value = fc.letrec((tie) => ({
    any: fc.oneof({ maxDepth: 4 }, fc.array(code), name, fc.integer(), tie("list"), tie("object")),
    list: fc.array(tie("any")),
    object: fc.dictionary(name, tie("any")),
  })).any;
  const isList = (found: unknown) =>
    Array.isArray(found) && found.every((one) => typeof one === "string" && /^[A-Z]{2}$/.test(one));
  fc.assert(
    fc.property(value, fc.constantFrom(0, 2), (json, indent) => {
      const emptied = JSON.stringify(json, (key, found) => (key === "available_markets" && isList(found) ? [] : found));
      assert.equal(JSON.parse(cut(JSON.stringify(json, null, indent))), JSON.parse(emptied));
    }),
    { numRuns: 2000 },
  );
});

test("a rejected entry keeps its lists", async () => {
  const page = {
    items: [
      entry(track("a", { available_markets: ["DE", "FR"] })),
      { added_at: null, item: { name: "x", available_markets: ["DE", "FR"] } },
      { added_at: null, item: { name: "x", available_markets: [] } },
      { added_at: null, item: { name: "x" } },
    ],
    offset: 50,
  };
  const raw = line({ type: "playlist", id: "p" }) + line(page);
  assert.equal(
    rowsOf(await runOne(raw, "p.jsonl"), "rejected_items"),
    page.items
      .slice(1)
      .map((served, index) => ["p", `${51 + index}`, "item without id and uri", JSON.stringify(served)]),
  );
});

test("rejected entries beyond the first 1,000 of a page stay as served", async () => {
  const rejected = [3, 999, 1000, 1003, 2299];
  const items = Array.from({ length: 2300 }, (_, index) => {
    const markets = { available_markets: ["DE", index % 2 === 0 ? "FR" : "GB"] };
    if (!rejected.includes(index)) return entry(track(`t${index}`, markets));
    return { added_at: null, item: { name: `rejected ${index}`, ...markets } };
  });
  const raw = line({ type: "playlist", id: "p" }) + line({ items, offset: 0 });
  assert.equal(
    rowsOf(await runOne(raw, "p.jsonl"), "rejected_items"),
    rejected.map((index) => ["p", String(index), "item without id and uri", JSON.stringify(items[index])]),
  );
});

test.run();
