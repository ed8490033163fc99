import type { IncomingMessage, ServerResponse } from "node:http";
import { AwsError } from "../awsJson";
import type { Iam, Principal } from "../iam";
import { readRequestBody } from "../loopback";
import { eTagOf, type ObjectFiles } from "./objectFiles";

/** An object that is about to become visible. */
export interface CreatedObject {
  bucket: string;
  key: string;
  /** Bytes. */
  size: number;
  /** Without quotes. */
  eTag: string;
  /** Hexadecimal; orders the events of one key. */
  sequencer: string;
  /** By the run's clock. */
  time: Date;
}

export interface S3Context {
  readonly files: ObjectFiles;
  readonly iam: Iam;
  /** A bucket's ARN by its name, for the buckets that exist. */
  readonly bucketArns: ReadonlyMap<string, string>;
  now(): Date;
  onObjectCreated(object: CreatedObject): void;
}

export interface S3Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly principal: Principal;
  readonly bucket: string;
  readonly bucketArn: string;
  /** Empty for requests on a bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
}

/** Answers a request, or throws an AwsError or AccessDenied. */
export type Operation = (context: S3Context, call: S3Call) => Promise<void>;

function noSuchKey(): AwsError {
  return new AwsError("NoSuchKey", "The specified key does not exist.", 404);
}

export function notModelled(what: string): AwsError {
  return new AwsError("NotImplemented", `${what} is not modelled by the local S3`, 501);
}

const encryption = { "x-amz-server-side-encryption": "AES256" };

export const putObject: Operation = async (context, call) => {
  const { bucket, bucketArn, key, principal, request, response } = call;
  const { files, iam } = context;
  iam.authorize(principal, "s3:PutObject", `${bucketArn}/${key}`);
  if (request.headers["if-match"] !== undefined) iam.authorize(principal, "s3:GetObject", `${bucketArn}/${key}`);
  const bytes = await receiveBody(request);
  const eTag = eTagOf(bytes);
  // From here on, nothing waits: of concurrent writes with a condition, one succeeds.
  checkConditions(context, call);
  // Before the event, which cannot be taken back.
  files.checkPlace(bucket, key);
  // A killed run has no object without its event.
  const object = { bucket, key, size: bytes.length, eTag, sequencer: nextSequencer(), time: context.now() };
  context.onObjectCreated(object);
  files.put(bucket, key, bytes);
  response.writeHead(200, { etag: `"${eTag}"`, ...encryption }).end();
};

function checkConditions({ files }: S3Context, { bucket, key, request }: S3Call): void {
  const { "if-match": ifMatch, "if-none-match": ifNoneMatch } = request.headers;
  if (ifMatch === undefined && ifNoneMatch === undefined) return;
  if (ifNoneMatch !== undefined && ifNoneMatch !== "*") throw notModelled("If-None-Match with a value other than *");
  const existing = files.read(bucket, key);
  if (ifMatch !== undefined && existing === undefined) throw noSuchKey();
  const isMet = ifMatch === undefined ? existing === undefined : ifMatch === `"${existing?.eTag}"`;
  if (!isMet) {
    const message = "At least one of the pre-conditions you specified did not hold";
    throw new AwsError("PreconditionFailed", message, 412);
  }
}

let lastSequencer = 0n;

/** Increasing numbers, even across processes. */
function nextSequencer(): string {
  const now = BigInt(Date.now()) << 20n;
  lastSequencer = now > lastSequencer ? now : lastSequencer + 1n;
  return lastSequencer.toString(16).toUpperCase().padStart(18, "0");
}

/** S3 accepts 5 GiB, which is more than Node holds in one piece. */
const maxBodyBytes = 2 ** 31;

/** The body of a request. The checksums that come with it are not verified. */
async function receiveBody(request: IncomingMessage): Promise<Buffer> {
  const { headers } = request;
  const isChunked = headers["content-encoding"] === "aws-chunked";
  const size = Number(headers[isChunked ? "x-amz-decoded-content-length" : "content-length"]);
  const encoded = await readRequestBody(request, maxBodyBytes);
  if (encoded === undefined) throw notModelled(`a body of more than ${maxBodyBytes} bytes`);
  const bytes = isChunked ? withoutChunks(encoded) : encoded;
  if (bytes.length === size) return bytes;
  const message = "You did not provide the number of bytes specified by the Content-Length HTTP header";
  throw new AwsError("IncompleteBody", message);
}

/** Removes the framing that the SDK gives a stream: chunks `SIZE\r\nBYTES\r\n`, then one of size 0 and a checksum. */
function withoutChunks(encoded: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const start = encoded.indexOf("\r\n", at) + 2;
    const size = Number.parseInt(encoded.toString("latin1", at, start), 16);
    if (!(size > 0)) return Buffer.concat(chunks);
    chunks.push(encoded.subarray(start, start + size));
    at = start + size + 2;
  }
}

export const getObject: Operation = async ({ files, iam }, call) => {
  const { bucket, bucketArn, key, principal, request, response } = call;
  iam.authorize(principal, "s3:GetObject", `${bucketArn}/${key}`);
  if (request.headers["if-match"] ?? request.headers["if-none-match"]) throw notModelled("a conditional read");
  const found = files.read(bucket, key);
  if (found === undefined) {
    // Callers who may not list do not learn that a key is missing: they get a 403. The key counts as a listing's prefix, so
    // conditions on `s3:prefix` apply as well.
    iam.authorize(principal, "s3:ListBucket", bucketArn, { "s3:prefix": key });
    throw noSuchKey();
  }
  const { bytes, eTag, modified } = found;
  response.writeHead(200, {
    "content-type": "binary/octet-stream",
    "content-length": bytes.length,
    "last-modified": modified.toUTCString(),
    etag: `"${eTag}"`,
    ...encryption,
  });
  response.end(bytes);
};
