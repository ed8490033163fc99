import { pipeline } from "node:stream/promises";
import { isWanted } from "./conditions";
import {
  authorizeObject,
  type Operation,
  type S3Call,
  type S3Context,
  sendEmpty,
  storeObject,
  withTempFile,
} from "./context";
import { s3Errors } from "./errors";
import { checksumHeaders, encryptionHeader, objectHeaders, readHeaders } from "./headers";
import { checkKey } from "./keys";
import type { OpenedObject } from "./objectFiles";
import { readRange } from "./ranges";
import { receiveBody } from "./upload";

export const putObject: Operation = async (context, call) => {
  const { request } = call;
  authorizeObject(context, call, "s3:PutObject");
  if (request.headers["if-match"] !== undefined) authorizeObject(context, call, "s3:GetObject");
  checkKey(call.key);
  const headers = objectHeaders(request.headers);
  await withTempFile(context, async (file) => {
    const { size, mtimeMs, md5, checksum } = await receiveBody(request, file);
    const eTag = md5.toString("hex");
    await storeObject(context, call, { file, size, mtimeMs, eTag, headers, checksum, eventName: "ObjectCreated:Put" });
    sendEmpty(call, 200, { etag: `"${eTag}"`, ...checksumHeaders(checksum), ...encryptionHeader });
  });
};

/** GetObject and HeadObject: the same but for the body. */
export const readObject: Operation = async (context, call) => {
  const { bucket, key, request } = call;
  authorizeObject(context, call, "s3:GetObject");
  const opened = await context.files.open(bucket, key);
  if (opened === undefined) throw missing(context, call);
  try {
    if (isWanted(request.headers, opened.metadata)) await sendObject(call, opened);
    else sendEmpty(call, 304, { etag: `"${opened.metadata.eTag}"` });
  } finally {
    await opened.handle.close();
  }
};

/**
 * Who may not list may not learn that a key is missing either: that is a 403. The key counts as the listing's prefix, so a
 * condition on `s3:prefix` holds here as well.
 */
function missing({ iam }: S3Context, { principal, bucketArn, key }: S3Call): Error {
  iam.authorize(principal, "s3:ListBucket", bucketArn, { "s3:prefix": key });
  return s3Errors.noSuchKey(key);
}

async function sendObject({ request, response }: S3Call, { handle, metadata }: OpenedObject): Promise<void> {
  const range = readRange(request.headers.range, metadata.size);
  const { start, end } = range ?? { start: 0, end: metadata.size - 1 };
  const length = end - start + 1;
  const withChecksum = range === undefined && request.headers["x-amz-checksum-mode"] === "ENABLED";
  response.writeHead(range === undefined ? 200 : 206, {
    ...readHeaders(metadata),
    ...(withChecksum && checksumHeaders(metadata.checksum)),
    ...(range && { "content-range": `bytes ${start}-${end}/${metadata.size}` }),
    "content-length": length,
  });
  if (request.method === "HEAD" || length === 0) {
    response.end();
    return;
  }
  await pipeline(handle.createReadStream({ start, end, autoClose: false }), response);
}

export const deleteObject: Operation = async (context, call) => {
  const { bucket, key } = call;
  authorizeObject(context, call, "s3:DeleteObject");
  await context.locks.run(`${bucket}/${key}`, () => context.files.remove(bucket, key));
  sendEmpty(call, 204);
};
