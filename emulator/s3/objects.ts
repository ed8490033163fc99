import { rm, writeFile } from "node:fs/promises";
import type { IncomingHttpHeaders } from "node:http";
import { pipeline } from "node:stream/promises";
import { diskError } from "../files";
import { checksumHeader, receiveBody } from "./body";
import type { Operation, S3Call, S3Context } from "./context";
import { s3Errors } from "./errors";
import { checkKey } from "./keys";
import type { ObjectMetadata } from "./objectFiles";

export const putObject: Operation = async (context, call) => {
  const { iam, files } = context;
  const { bucket, bucketArn, key, principal, request, response } = call;
  iam.authorize(principal, "s3:PutObject", `${bucketArn}/${key}`);
  if (request.headers["if-match"] !== undefined) iam.authorize(principal, "s3:GetObject", `${bucketArn}/${key}`);
  checkKey(key);
  const file = files.tempFile();
  try {
    const { bytes, md5: eTag, crc32 } = await receiveBody(request);
    const contentType = request.headers["content-type"];
    await writeFile(file, bytes);
    await storeObject(context, call, file, { size: bytes.length, eTag, contentType, crc32 });
    response.writeHead(200, { etag: `"${eTag}"`, ...checksumOf({ crc32 }), ...encryption }).end();
  } catch (error) {
    throw diskError(error, files.pathOf(bucket, key));
  } finally {
    await rm(file, { force: true });
  }
};

const inOrder = createQueues();

/**
 * Turns a file into the object that the call names, if the call's conditions hold. Writes of one key run one after another.
 * The event is recorded first, so that a killed run has no object without its event.
 */
async function storeObject(
  context: S3Context,
  { bucket, key, request, requestId }: S3Call,
  file: string,
  stored: Omit<ObjectMetadata, "lastModifiedMs">,
): Promise<void> {
  const { files } = context;
  const { "if-match": ifMatch, "if-none-match": ifNoneMatch } = request.headers;
  await inOrder(files.pathOf(bucket, key), async () => {
    if (ifMatch !== undefined || ifNoneMatch !== undefined) {
      checkWritable(request.headers, key, await files.head(bucket, key));
    }
    // Before the event, which cannot be taken back.
    await files.checkPlace(bucket, key);
    const time = context.now();
    const { size, eTag } = stored;
    const sequencer = context.nextSequencer();
    await context.onObjectCreated({ bucket, key, size, eTag, sequencer, time, requestId });
    await files.put(bucket, key, file, { ...stored, lastModifiedMs: time.getTime() });
  });
}

/** Runs tasks one after another if they share a key, and in parallel otherwise. */
function createQueues(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const tails = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const result = (tails.get(key) ?? Promise.resolve()).then(work);
    const tail = result
      .catch(() => undefined)
      .then(() => {
        if (tails.get(key) === tail) tails.delete(key);
      });
    tails.set(key, tail);
    return result;
  };
}

/**
 * Checks a write's conditions against the existing object.
 * @throws S3Error PreconditionFailed, or NoSuchKey if the object to replace does not exist
 */
function checkWritable(headers: IncomingHttpHeaders, key: string, existing: ObjectMetadata | undefined): void {
  const { "if-match": ifMatch, "if-none-match": ifNoneMatch } = headers;
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch !== "*") throw s3Errors.notModelled("If-None-Match with a value other than * on a write");
    if (existing !== undefined) throw s3Errors.preconditionFailed("If-None-Match");
  }
  if (ifMatch !== undefined) {
    if (existing === undefined) throw s3Errors.noSuchKey(key);
    if (ifMatch.replace(/^"(.*)"$/, "$1") !== existing.eTag) throw s3Errors.preconditionFailed("If-Match");
  }
}

export const getObject: Operation = async (
  { files, iam },
  { bucket, bucketArn, key, principal, request, response },
) => {
  iam.authorize(principal, "s3:GetObject", `${bucketArn}/${key}`);
  if (request.headers["if-match"] ?? request.headers["if-none-match"]) throw s3Errors.notModelled("a conditional read");
  const opened = await files.open(bucket, key);
  if (opened === undefined) {
    // Callers who may not list do not learn that a key is missing: they get a 403. The key counts as a listing's prefix, so
    // conditions on `s3:prefix` apply as well.
    iam.authorize(principal, "s3:ListBucket", bucketArn, { "s3:prefix": key });
    throw s3Errors.noSuchKey(key);
  }
  const { handle, metadata } = opened;
  try {
    response.writeHead(200, {
      "content-type": metadata.contentType ?? "binary/octet-stream",
      "content-length": metadata.size,
      "accept-ranges": "bytes",
      "last-modified": new Date(metadata.lastModifiedMs).toUTCString(),
      etag: `"${metadata.eTag}"`,
      ...(request.headers["x-amz-checksum-mode"] === "ENABLED" && checksumOf(metadata)),
      ...encryption,
    });
    await pipeline(handle.createReadStream({ start: 0, autoClose: false }), response);
  } finally {
    await handle.close();
  }
};

/** The default encryption of objects. */
const encryption = { "x-amz-server-side-encryption": "AES256" };

function checksumOf({ crc32 }: Pick<ObjectMetadata, "crc32">): Record<string, string> {
  return crc32 === undefined ? {} : { [checksumHeader]: crc32, "x-amz-checksum-type": "FULL_OBJECT" };
}
