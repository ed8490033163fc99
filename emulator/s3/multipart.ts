import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  announcedChecksum,
  badDigest,
  type Checksum,
  type ChecksumAlgorithm,
  createDigest,
  type Digest,
  readAlgorithm,
} from "./checksums";
import {
  authorizeObject,
  type Operation,
  type S3Call,
  type S3Context,
  sendEmpty,
  sendXml,
  storeObject,
  withTempFile,
} from "./context";
import { readDocument } from "./document";
import { S3Error, s3Errors } from "./errors";
import { checksumHeaders, encryptionHeader, objectHeaders } from "./headers";
import { checkKey } from "./keys";
import { receiveBody, writeBytes } from "./upload";
import { innerOf, textOf, xmlDocument } from "./xml";

const maxParts = 10_000;
const minPartBytes = 5 * 1024 * 1024;

/** An upload that was begun, as its file says it. */
interface Upload {
  readonly bucket: string;
  readonly key: string;
  readonly headers: Record<string, string>;
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly type: Checksum["type"] } | undefined;
}

export const createMultipartUpload: Operation = async (context, call) => {
  const { bucket, key, request, response } = call;
  authorizeObject(context, call, "s3:PutObject");
  checkKey(key);
  const uploadId = randomBytes(48).toString("base64url");
  const upload: Upload = { bucket, key, headers: objectHeaders(request.headers), checksum: readChecksumChoice(call) };
  await mkdir(folderOf(context, uploadId), { recursive: true });
  await writeFile(path.join(folderOf(context, uploadId), "upload.json"), JSON.stringify(upload));
  if (upload.checksum !== undefined) {
    response.setHeader("x-amz-checksum-algorithm", upload.checksum.algorithm);
    response.setHeader("x-amz-checksum-type", upload.checksum.type);
  }
  sendXml(
    response,
    200,
    xmlDocument("InitiateMultipartUploadResult", { Bucket: bucket, Key: key, UploadId: uploadId }),
  );
};

function readChecksumChoice({ request }: S3Call): Upload["checksum"] {
  const algorithm = request.headers["x-amz-checksum-algorithm"];
  if (typeof algorithm !== "string") return undefined;
  const type = request.headers["x-amz-checksum-type"] ?? "COMPOSITE";
  if (type !== "COMPOSITE" && type !== "FULL_OBJECT")
    throw s3Errors.invalidRequest(`Checksum type ${type} is unknown.`);
  if (type === "FULL_OBJECT" && algorithm !== "CRC32") {
    throw s3Errors.invalidRequest(
      `The FULL_OBJECT checksum type cannot be used with the ${algorithm} checksum algorithm.`,
    );
  }
  return { algorithm: readAlgorithm(algorithm), type };
}

export const uploadPart: Operation = async (context, call) => {
  authorizeObject(context, call, "s3:PutObject");
  const { uploadId } = await readUpload(context, call);
  const partNumber = Number(call.query.get("partNumber"));
  if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > maxParts) {
    throw s3Errors.invalidArgument(
      `Part number must be an integer between 1 and ${maxParts}, inclusive`,
      "partNumber",
      String(call.query.get("partNumber")),
    );
  }
  await withTempFile(context, async (file) => {
    const { md5, checksum } = await receiveBody(call.request, file);
    await rename(file, partFile(context, uploadId, partNumber));
    const { "x-amz-checksum-type": _, ...headers } = checksumHeaders(checksum);
    sendEmpty(call, 200, { etag: `"${md5.toString("hex")}"`, ...headers, ...encryptionHeader });
  });
};

export const abortMultipartUpload: Operation = async (context, call) => {
  authorizeObject(context, call, "s3:AbortMultipartUpload");
  const { uploadId } = await readUpload(context, call);
  await rm(folderOf(context, uploadId), { recursive: true });
  sendEmpty(call, 204);
};

export const completeMultipartUpload: Operation = async (context, call) => {
  const { bucket, key, response } = call;
  authorizeObject(context, call, "s3:PutObject");
  const { uploadId, upload } = await readUpload(context, call);
  const parts = readPartList(await readDocument(call.request));
  await withTempFile(context, async (file) => {
    const joined = await joinParts(context, uploadId, parts, upload, file);
    const { checksum, eTag } = joined;
    checkWhole(call, joined);
    const finished = { file, ...joined, headers: upload.headers };
    await storeObject(context, call, { ...finished, eventName: "ObjectCreated:CompleteMultipartUpload" });
    await rm(folderOf(context, uploadId), { recursive: true, force: true });
    const xml = xmlDocument("CompleteMultipartUploadResult", {
      Location: `http://${call.request.headers.host}/${bucket}/${key}`,
      Bucket: bucket,
      Key: key,
      ETag: `"${eTag}"`,
      ...(checksum && { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type }),
    });
    sendXml(response, 200, xml);
  });
};

/** Holds the whole object against what the completing request may say of it. */
function checkWhole({ request }: S3Call, { size, checksum }: { size: number; checksum: Checksum | undefined }): void {
  const announced = announcedChecksum(request.headers);
  const announcedSize = request.headers["x-amz-mp-object-size"] ?? String(size);
  if (announcedSize !== String(size))
    throw s3Errors.invalidRequest("The size of the object is not x-amz-mp-object-size.");
  if (announced === undefined) return;
  // A composite checksum may be given without its number of parts.
  const [digest] = checksum?.value.split("-", 1) ?? [];
  if (announced.algorithm !== checksum?.algorithm || announced.value?.split("-", 1)[0] !== digest) {
    throw badDigest(announced.algorithm);
  }
}

/** A part as the completing request lists it. */
interface ListedPart {
  readonly partNumber: number;
  /** Without quotes. */
  readonly eTag: string;
  /** Its XML, which may hold checksums. */
  readonly xml: string;
}

function readPartList(body: string): ListedPart[] {
  const parts = innerOf(body, "Part").map((xml): ListedPart => {
    const partNumber = Number(textOf(xml, "PartNumber") ?? Number.NaN);
    const eTag = textOf(xml, "ETag")?.replaceAll('"', "");
    if (Number.isNaN(partNumber) || eTag === undefined) throw s3Errors.malformedXml();
    return { partNumber, eTag, xml };
  });
  if (parts.length === 0) throw s3Errors.malformedXml();
  if (parts.some(({ partNumber }, index) => index > 0 && partNumber <= parts[index - 1]!.partNumber)) {
    throw new S3Error("InvalidPartOrder", 400, "The list of parts was not in ascending order.");
  }
  return parts;
}

/** Writes all parts behind one another, and checks each against what the request says of it. */
async function joinParts(context: S3Context, uploadId: string, parts: ListedPart[], upload: Upload, file: string) {
  await checkParts(context, uploadId, parts);
  const md5OfParts = createDigest("MD5");
  const algorithm = upload.checksum?.algorithm;
  const full = createDigest(algorithm ?? "CRC32");
  const composite = createDigest(algorithm ?? "CRC32");
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (const part of parts) {
      const md5 = createDigest("MD5");
      const checksum = createDigest(algorithm ?? "CRC32");
      yield* readPart(partFile(context, uploadId, part.partNumber), [md5, checksum]);
      const md5Bytes = md5.digest();
      const checksumBytes = checksum.digest();
      const listed = algorithm && textOf(part.xml, `Checksum${algorithm}`);
      const wrong = listed !== undefined && listed !== checksumBytes.toString("base64");
      if (md5Bytes.toString("hex") !== part.eTag || wrong) throw invalidPart();
      md5OfParts.update(md5Bytes);
      composite.update(checksumBytes);
    }
  }
  const { size, mtimeMs } = await writeBytes(bytes(), file, [full]);
  const eTag = `${md5OfParts.digest().toString("hex")}-${parts.length}`;
  if (upload.checksum === undefined) return { size, mtimeMs, eTag, checksum: undefined };
  const { type } = upload.checksum;
  const value =
    type === "FULL_OBJECT"
      ? full.digest().toString("base64")
      : `${composite.digest().toString("base64")}-${parts.length}`;
  return { size, mtimeMs, eTag, checksum: { algorithm: upload.checksum.algorithm, value, type } };
}

/** What can be said of the parts before they are read: all are there, and none but the last is too small. */
async function checkParts(context: S3Context, uploadId: string, parts: ListedPart[]): Promise<void> {
  const sizes = await Promise.all(
    parts.map(async ({ partNumber }) => {
      const stats = await stat(partFile(context, uploadId, partNumber)).catch(() => undefined);
      if (stats === undefined) throw invalidPart();
      return stats.size;
    }),
  );
  const tooSmall = sizes.slice(0, -1).find((size) => size < minPartBytes);
  if (tooSmall === undefined) return;
  throw new S3Error("EntityTooSmall", 400, "Your proposed upload is smaller than the minimum allowed size", {
    ProposedSize: String(tooSmall),
    MinSizeAllowed: String(minPartBytes),
  });
}

async function* readPart(file: string, digests: Digest[]): AsyncGenerator<Uint8Array> {
  for await (const piece of createReadStream(file) as AsyncIterable<Buffer>) {
    for (const digest of digests) digest.update(piece);
    yield piece;
  }
}

function invalidPart(): S3Error {
  return new S3Error(
    "InvalidPart",
    400,
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
  );
}

async function readUpload(context: S3Context, { bucket, key, query }: S3Call) {
  const uploadId = query.get("uploadId") ?? "";
  if (!/^[\w-]{64}$/.test(uploadId)) throw s3Errors.noSuchUpload(uploadId);
  const text = await readFile(path.join(folderOf(context, uploadId), "upload.json"), "utf8").catch(() => undefined);
  if (text === undefined) throw s3Errors.noSuchUpload(uploadId);
  const upload = JSON.parse(text) as Upload;
  if (upload.bucket !== bucket || upload.key !== key) throw s3Errors.noSuchUpload(uploadId);
  return { uploadId, upload };
}

function folderOf({ uploadsFolder }: S3Context, uploadId: string): string {
  return path.join(uploadsFolder, uploadId);
}

function partFile(context: S3Context, uploadId: string, partNumber: number): string {
  return path.join(folderOf(context, uploadId), `part-${partNumber}`);
}
