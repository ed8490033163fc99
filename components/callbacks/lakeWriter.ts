import { createReadStream } from "node:fs";
import type * as S3 from "@aws-sdk/client-s3";
import type { CsvBody } from "./tableFiles";

/**
 * Makes the writer of the lake's files: one PutObject each, which is atomic.
 * @param sdk the SDK's module: in a function the runtime's own
 */
export function makeLakeWriter(
  sdk: typeof S3,
  s3: S3.S3Client,
  bucket: string,
): (key: string, csv: CsvBody) => Promise<void> {
  const maxTries = 3;

  function put(key: string, body: object): Promise<unknown> {
    const input = { Bucket: bucket, Key: key, ContentType: "text/csv", ...body };
    return s3.send(new sdk.PutObjectCommand(input as S3.PutObjectCommandInput));
  }

  /** The SDK retries only bodies that it holds in memory: a stream can be read once, so each try opens a new one. */
  async function putFile(key: string, path: string, bytes: number, tries = 1): Promise<unknown> {
    try {
      return await put(key, { Body: createReadStream(path), ContentLength: bytes });
    } catch (error) {
      const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 500;
      if (status < 500 || tries === maxTries) throw error;
      return putFile(key, path, bytes, tries + 1);
    }
  }

  return async (key, csv) => {
    await ("path" in csv ? putFile(key, csv.path, csv.bytes) : put(key, { Body: csv }));
  };
}
