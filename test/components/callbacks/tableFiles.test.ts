/** Large tables are spooled to disk until the raw object is read. A refused object leaves nothing on disk or in the lake. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import * as S3 from "@aws-sdk/client-s3";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { playlistIdOf, rawLines } from "../../../bench/generate";
import { makeLakeWriter } from "../../../components/callbacks/lakeWriter";
import { type CsvBody, makeTableFiles } from "../../../components/callbacks/tableFiles";
import { makeTransformHandler } from "../../../components/callbacks/transformHandler";
import { lakeKey } from "../../../transforms/keys";
import { tableNames } from "../../../transforms/schema";
import { makeTransform } from "../../../transforms/transform";

const test = suite("components/callbacks/tableFiles");
let folder = "";

test.before.each(() => {
  folder = path.join(mkdtempSync(path.join(tmpdir(), "playlake-tableFiles-")), "tables");
});

test.after.each(() => {
  rmSync(path.dirname(folder), { recursive: true });
});

function bytesOf(body: CsvBody): string {
  return ("path" in body ? readFileSync(body.path) : Buffer.from(body)).toString();
}

const cases: [name: string, pieces: string[], isSpooled: boolean][] = [
  ["nothing", [], false],
  ["as much as may be in memory", ["1234", "5678"], false],
  ["more", ["1234", "56789"], true],
  ["a piece that is larger alone", ["123456789"], true],
  ["much more", ["123456789", "a", "b", "cdefghijk", "l"], true],
];

for (const [name, pieces, isSpooled] of cases) {
  test(`keeps every byte: ${name}`, () => {
    const files = makeTableFiles({ folder, memoryBytes: 8 });
    const [table, other] = [files.start(), files.start()];
    for (const piece of pieces) {
      table.push(Buffer.from(piece));
      other.push(Buffer.from(piece.toUpperCase()));
    }
    const [body, otherBody] = [table.body(), other.body()];
    assert.equal([bytesOf(body), bytesOf(otherBody)], [pieces.join(""), pieces.join("").toUpperCase()]);
    assert.is("path" in body, isSpooled);
    if ("path" in body) assert.is(body.bytes, pieces.join("").length);
    files.discard();
    assert.is(existsSync(folder), false);
  });
}

const plan = { seed: 5, shape: "old", entries: 400, oddShare: 0.3 } as const;
const key = `playlists/snapshot_date=2026-11-22/${playlistIdOf(plan)}.jsonl`;
const event = { Records: [{ s3: { bucket: { name: "raw" }, object: { key: key.replace("=", "%3D") } } }] };

const context = { getRemainingTimeInMillis: () => 300_000 };

function handlerOf(raw: string, memoryBytes: number, lake: Record<string, string>, seen: string[][]) {
  return makeTransformHandler({
    transform: makeTransform(),
    read: async () => Readable.from([Buffer.from(raw)]),
    files: makeTableFiles({ folder, memoryBytes }),
    write: async (file, csv) => {
      lake[file] = bytesOf(csv);
      seen.push(existsSync(folder) ? readdirSync(folder) : []);
    },
    keepRefused: async () => undefined,
    log: () => undefined,
    emit: () => undefined,
  });
}

test("spooled files equal those from memory, and the disk is empty afterwards", async () => {
  const raw = [...rawLines(plan)].join("");
  const [small, large]: Record<string, string>[] = [{}, {}];
  const seen: string[][] = [];
  await handlerOf(raw, 1_000_000, small!, [])(event, context);
  await handlerOf(raw, 1000, large!, seen)(event, context);
  assert.equal(large, small);
  assert.is(Object.keys(large!).length, tableNames.length);
  assert.ok(seen.every((names) => names.length > 5));
  assert.is(existsSync(folder), false);
});

test("an object with a damaged last line leaves nothing", async () => {
  const lake: Record<string, string> = {};
  const handle = handlerOf(`${[...rawLines(plan)].join("").trimEnd().slice(0, -1)}`, 1000, lake, []);
  try {
    await handle(event, context);
    assert.unreachable();
  } catch (error) {
    assert.is((error as { code?: string }).code, "INVALID_RAW");
  }
  assert.equal(lake, {});
  assert.is(existsSync(folder), false);
});

/** A client that fails as configured, and the requests that it received. */
function clientOf(failures: object[]) {
  const sent: { body: string; length: number | undefined; key: string | undefined }[] = [];
  const client = {
    async send({ input }: S3.PutObjectCommand) {
      const { Body, ContentLength, Key } = input;
      const chunks = Body instanceof Uint8Array ? [Body] : await (Body as Readable).toArray();
      sent.push({ body: Buffer.concat(chunks).toString(), length: ContentLength, key: Key });
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
    },
  };
  return { client: client as unknown as S3.S3Client, sent };
}

const unavailable = Object.assign(new Error("slow down"), { $metadata: { httpStatusCode: 503 } });
const denied = Object.assign(new Error("denied"), { $metadata: { httpStatusCode: 403 } });
const broken = Object.assign(new Error("connection lost"), { code: "ECONNRESET" });

const tries: [name: string, failures: object[], sends: number, thrown: object | undefined][] = [
  ["sent once", [], 1, undefined],
  ["sent whole again", [unavailable, broken], 3, undefined],
  ["given up after the third try", [unavailable, broken, unavailable, broken], 3, unavailable],
  ["not tried again if that cannot help", [denied], 1, denied],
];

for (const [name, failures, sends, thrown] of tries) {
  test(`a spooled file is ${name}`, async () => {
    const file = path.join(path.dirname(folder), "a.csv");
    writeFileSync(file, "abc");
    const { client, sent } = clientOf([...failures]);
    const lakeFile = lakeKey("tracks", "2026-11-22", "x");
    const caught = await makeLakeWriter(
      S3,
      client,
      "lake",
    )(lakeFile, { path: file, bytes: 3 }).then(
      () => undefined,
      (error: object) => error,
    );
    assert.is(caught, thrown);
    assert.equal(sent, Array(sends).fill({ body: "abc", length: 3, key: lakeFile }));
  });
}

test("the SDK itself retries a body of bytes", async () => {
  const { client, sent } = clientOf([unavailable]);
  const caught = await makeLakeWriter(S3, client, "lake")("k", Buffer.from("abc")).catch((error: object) => error);
  assert.is(caught, unavailable);
  assert.is(sent.length, 1);
});

test.run();
