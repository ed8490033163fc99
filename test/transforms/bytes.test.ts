import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { makeOpenLines } from "../../transforms/bytes";
import { refusalsOf } from "../../transforms/refusal";
import { makeTransform } from "../../transforms/transform";
import { line, streamOf } from "../support/transforms/transformed";

const test = suite("transforms/bytes");
const openLines = makeOpenLines();
const refuse = refusalsOf("x.gz");

async function linesOf(chunks: AsyncIterable<Uint8Array>): Promise<string[]> {
  const reader = openLines(chunks, refuse);
  const lines: string[] = [];
  for (let next = await reader.readLine(); next != null; next = await reader.readLine()) lines.push(next.toString());
  return lines;
}

const text = "é漢🎧\n\nab\r\n🏳️‍🌈";

for (const bytes of [Buffer.from(text), gzipSync(text)]) {
  for (const chunkBytes of [1, 2, 3, 7, 1000]) {
    test(`splits lines, blank ones left out, whatever the pieces: ${bytes.length} bytes by ${chunkBytes}`, async () => {
      assert.equal(await linesOf(streamOf(bytes, chunkBytes)), ["é漢🎧", "ab\r", "🏳️‍🌈"]);
    });
  }
}

test("takes Node's streams, empty pieces and parts of a larger buffer", async () => {
  assert.equal(await linesOf(Readable.from([Buffer.from("a\nb")])), ["a", "b"]);
  const whole = new Uint8Array([120, 97, 10, 98, 120]);
  async function* pieces() {
    yield new Uint8Array();
    yield whole.subarray(1, 2);
    yield new Uint8Array();
    yield whole.subarray(2, 4);
  }
  assert.equal(await linesOf(pieces()), ["a", "b"]);
});

test("reads no line from an empty stream", async () => {
  assert.equal(await linesOf(streamOf("")), []);
  assert.equal(await linesOf(streamOf(gzipSync(""))), []);
});

test("reads the rest in one piece", async () => {
  const reader = openLines(streamOf(gzipSync("a\nb\nc\n"), 5), refuse);
  assert.is((await reader.readLine())?.toString(), "a");
  assert.is((await reader.readRest()).toString(), "b\nc\n");
  assert.is(await reader.readLine(), undefined);
});

const damaged: [what: string, bytes: Uint8Array, message: string][] = [
  ["cut off", gzipSync(text).subarray(0, -9), "unexpected end of file"],
  ["nothing but its magic number", Buffer.from([0x1f, 0x8b]), "unexpected end of file"],
  ["no gzip behind its magic number", Buffer.from([0x1f, 0x8b, 1, 2, 3, 4]), "unknown compression method"],
];

for (const [what, bytes, message] of damaged) {
  test(`refuses gzip that is ${what}`, async () => {
    try {
      await linesOf(streamOf(bytes));
      assert.unreachable();
    } catch (error) {
      const { code, message: said } = error as { code: string; message: string };
      assert.equal([code, said], ["INVALID_RAW", `x.gz: found damaged gzip (${message}); expected a whole file`]);
    }
  });
}

for (const kind of ["plain", "gzip"]) {
  test(`an error of the stream passes unchanged: ${kind}`, async () => {
    const broken = Object.assign(new Error("connection lost"), { code: "ECONNRESET" });
    async function* chunks() {
      yield kind === "gzip" ? gzipSync(text).subarray(0, 12) : Buffer.from("[\n");
      throw broken;
    }
    try {
      await makeTransform()(chunks(), "x");
      assert.unreachable();
    } catch (error) {
      assert.is(error, broken);
    }
  });

  test(`releases the stream if it refuses before the end: ${kind}`, async () => {
    let isOpen = true;
    const bad = `${line(null)}${"x".repeat(1_000_000)}`;
    async function* chunks() {
      try {
        yield* streamOf(kind === "gzip" ? gzipSync(bad, { level: 0 }) : bad, 1000);
      } finally {
        isOpen = false;
      }
    }
    try {
      await makeTransform()(chunks(), "x");
      assert.unreachable();
    } catch (error) {
      assert.match((error as Error).message, "found null in line 1");
    }
    assert.is(isOpen, false);
  });
}

test.run();
