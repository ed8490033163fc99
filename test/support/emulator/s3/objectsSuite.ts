/** Shared by the tests of objects: a suite with its own bench, and helpers to write and read. */
import { createHash } from "node:crypto";
import { request } from "node:http";
import path from "node:path";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { suite } from "uvu";
import { type Bench, bucket, startBench } from "./bench";

export const md5 = (body: string | Uint8Array) => createHash("md5").update(body).digest("hex");

export const preconditionFailed =
  "PreconditionFailed 412: At least one of the pre-conditions you specified did not hold";

/** A suite whose bench runs from before its first test until after its last. */
export function objectsSuite(name: string) {
  const test = suite(name);
  const bench = {} as Bench;
  test.before(async () => {
    Object.assign(bench, await startBench());
  });
  test.after(() => bench.close());

  const fileOf = (key: string) => path.join(bench.folder, bucket, key);
  const put = (key: string, body: string | Buffer, more = {}) =>
    bench.client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ...more }));
  const get = (key: string, more = {}) =>
    bench.client.send(new GetObjectCommand({ Bucket: bucket, Key: key, ...more }));
  const textOf = async (key: string) => (await get(key)).Body!.transformToString();

  /** A request that the SDK would not send, with real credentials and an invalid signature. */
  function fetchRaw(
    method: string,
    key: string,
    { body = "", headers = {} }: { body?: string; headers?: Record<string, string> },
  ): Promise<{ status: number; text: string }> {
    const { accessKeyId, sessionToken } = bench.credentials;
    const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261122/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00`;
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(bench.url);
      const sent = request(
        {
          hostname,
          port,
          method,
          path: `/${bucket}/${key}`,
          headers: {
            authorization,
            "x-amz-security-token": sessionToken,
            "content-length": Buffer.byteLength(body),
            ...headers,
          },
        },
        (response) => {
          const pieces: Buffer[] = [];
          response.on("data", (piece: Buffer) => pieces.push(piece));
          response.on("end", () =>
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(pieces).toString() }),
          );
        },
      );
      sent.on("error", reject);
      sent.end(body);
    });
  }

  return { test, bench, fileOf, put, get, textOf, fetchRaw };
}
