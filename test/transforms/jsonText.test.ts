import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { arrayElements, memberText, objectMembers } from "../../transforms/jsonText";

const test = suite("transforms/jsonText");

test("takes any JSON array apart without changing a character", () => {
  fc.assert(
    fc.property(fc.array(fc.json({ maxDepth: 3 })), fc.constantFrom("", " ", "\n\t"), (texts, space) => {
      const text = `${space}[${space}${texts.join(`${space},${space}`)}${space}]${space}`;
      assert.equal(arrayElements(text), texts);
    }),
  );
});

test("takes any JSON object apart without changing a character", () => {
  const member = fc.record({ name: fc.string(), text: fc.json({ maxDepth: 3 }) }, { noNullPrototype: true });
  fc.assert(
    fc.property(fc.array(member), fc.constantFrom("", "\r\n "), (members, space) => {
      const inner = members.map(({ name, text }) => `${JSON.stringify(name)}${space}:${space}${text}${space}`);
      assert.equal(objectMembers(`{${space}${inner.join(`,${space}`)}}`), members);
    }),
  );
  assert.is(memberText('{"a":1,"b":2.50,"a":1e400}', "a"), "1e400");
  assert.is(memberText('{"a":1}', "b"), undefined);
});

test.run();
