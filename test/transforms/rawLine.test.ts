import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { isRawLine, makeRawLine } from "../../transforms/rawLine";

const test = suite("transforms/rawLine");
const rawLine = makeRawLine();

test("puts the body in as it came", () => {
  const body = '{\r\n  "big": 12345678901234567890, "one": 1.0,\n "a": 1, "a": 2, "text": "x\\ny"\n}';
  const line = rawLine("https://h/?a=1&b=%22", "2026-11-22T06:00:00.000Z", body);
  const inOneLine = '{    "big": 12345678901234567890, "one": 1.0,  "a": 1, "a": 2, "text": "x\\ny" }';
  assert.is(line, `{"url":"https://h/?a=1&b=%22","fetchedAt":"2026-11-22T06:00:00.000Z","body":${inOneLine}}\n`);
});

test("is one line that parses to what went in, for any JSON however it is printed", () => {
  fc.assert(
    fc.property(fc.string(), fc.jsonValue(), fc.constantFrom("", " ", "\t", "\r\n"), (url, body, indent) => {
      const line = rawLine(url, "t", JSON.stringify(body, null, indent).replaceAll("\n", "\r\n"));
      assert.is(line.indexOf("\n"), line.length - 1);
      assert.not(line.includes("\r"));
      assert.equal(JSON.stringify(JSON.parse(line)), JSON.stringify({ url, fetchedAt: "t", body }));
    }),
  );
});

test("tells raw lines from the rest", () => {
  assert.ok(isRawLine({ url: "u", fetchedAt: "t", body: null }));
  for (const value of [null, 1, "body", [], {}, { body: 1 }, { url: "u", fetchedAt: "t" }]) {
    assert.not(isRawLine(value));
  }
});

test.run();
