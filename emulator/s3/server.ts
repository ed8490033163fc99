import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { AccessDenied, type Iam, type Principal } from "../iam";
import { type Operation, type S3Context, sendXml } from "./context";
import { S3Error, s3Errors } from "./errors";
import { deleteObjects, listObjectsV2, listObjectVersions } from "./listing";
import { getObject, putObject } from "./objects";
import { xmlDocument } from "./xml";

/** Operations by method, target and the query parameter that selects them, with the other parameters that they accept. */
const operations: Readonly<Record<string, { operation: Operation; takes?: readonly string[] }>> = {
  "GET bucket list-type": {
    operation: listObjectsV2,
    takes: ["prefix", "max-keys", "continuation-token", "start-after"],
  },
  "GET bucket versions": {
    operation: listObjectVersions,
    takes: ["prefix", "max-keys", "key-marker", "version-id-marker"],
  },
  "POST bucket delete": { operation: deleteObjects },
  "PUT object": { operation: putObject },
  "GET object": { operation: getObject },
};

/**
 * The operation of a request.
 * @throws S3Error NotImplemented if the local S3 does not support the request
 */
function operationOf(method: string, isObject: boolean, query: URLSearchParams): Operation {
  // The SDK names the operation in the query for logs. S3 ignores it.
  const parameters = [...query.keys()].filter((parameter) => parameter !== "x-id");
  const about = `${method} ${isObject ? "object" : "bucket"}`;
  const found = [undefined, ...parameters].map((parameter) => {
    const route = operations[parameter === undefined ? about : `${about} ${parameter}`];
    const isWhole = parameters.every((one) => one === parameter || route?.takes?.includes(one));
    return isWhole ? route?.operation : undefined;
  });
  const operation = found.find((one) => one !== undefined);
  if (operation !== undefined) return operation;
  const suffix = parameters.length === 0 ? "" : ` ?${parameters.join("&")}`;
  throw s3Errors.notModelled(`${method} of ${isObject ? "an object" : "a bucket"}${suffix}`);
}

/** S3 headers that are supported or do not affect the response. */
const knownHeaders =
  /^x-amz-(date|security-token|user-agent|content-sha256|decoded-content-length|trailer|checksum-crc32|checksum-mode|sdk-checksum-algorithm)$/;
/** HTTP headers that would change what is stored or returned. */
const otherHeaders =
  /^(range|if-modified-since|if-unmodified-since|cache-control|expires|content-(md5|disposition|language))$/;

/** @throws S3Error NotImplemented for headers that the local S3 does not support */
function checkHeaders(headers: IncomingHttpHeaders): void {
  for (const [name, value] of Object.entries(headers)) {
    const isKnown = name.startsWith("x-amz-") ? knownHeaders.test(name) : !otherHeaders.test(name);
    const isPlain = name === "content-encoding" ? value === "aws-chunked" : true;
    const isCrc32 = name === "x-amz-trailer" ? value === "x-amz-checksum-crc32" : true;
    if (!isKnown || !isPlain || !isCrc32) throw s3Errors.notModelled(`header ${name}: ${value}`);
  }
}

/** Answers the requests of S3's HTTP interface; never throws. */
export function s3Listener(context: S3Context): RequestListener {
  return (request, response) => {
    const requestId = randomBytes(8).toString("hex").toUpperCase();
    response.sendDate = false;
    response.setHeader("date", context.now().toUTCString());
    response.setHeader("server", "AmazonS3");
    response.setHeader("x-amz-request-id", requestId);
    response.setHeader("x-amz-id-2", randomBytes(32).toString("base64"));
    dispatch(context, request, response, requestId).catch((error: unknown) =>
      answerError(request, response, error, requestId),
    );
  };
}

async function dispatch(
  context: S3Context,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): Promise<void> {
  const { bucket, key, query } = readAddress(request.url ?? "/");
  const principal = authenticate(context.iam, request);
  const bucketArn = context.bucketArns.get(bucket);
  if (bucket === "") throw s3Errors.notModelled("listing buckets");
  if (bucketArn === undefined) {
    throw new S3Error("NoSuchBucket", 404, "The specified bucket does not exist", { BucketName: bucket });
  }
  const operation = operationOf(request.method ?? "", key !== "", query);
  checkHeaders(request.headers);
  await operation(context, { request, response, requestId, principal, bucket, bucketArn, key, query });
}

/** Parses an address as written: `new URL` would resolve a `..` in a key. */
function readAddress(address: string): { bucket: string; key: string; query: URLSearchParams } {
  const [, bucket = "", key = "", query = ""] = /^\/?([^/?]*)\/?([^?]*)\??(.*)$/s.exec(address) ?? [];
  try {
    return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(key), query: new URLSearchParams(query) };
  } catch {
    throw new S3Error("InvalidURI", 400, "Couldn't parse the specified URI.");
  }
}

function authenticate(iam: Iam, request: IncomingMessage): Principal {
  const signer = iam.signerOf(request);
  if ("principal" in signer) return signer.principal;
  const { problem, accessKeyId } = signer;
  if (problem === "unsigned") throw new S3Error("AccessDenied", 403, "Access Denied");
  if (problem === "wrong token") {
    throw new S3Error("InvalidToken", 400, "The provided token is malformed or otherwise invalid.");
  }
  const message = "The AWS Access Key Id you provided does not exist in our records.";
  throw new S3Error("InvalidAccessKeyId", 403, message, { AWSAccessKeyId: accessKeyId });
}

function answerError(request: IncomingMessage, response: ServerResponse, error: unknown, requestId: string): void {
  if (response.headersSent || response.destroyed) {
    // It is too late for an error response: the client sees a broken connection, as with S3.
    response.destroy();
    return;
  }
  const { code, status, message, details } = describeError(error);
  // Reads and drops the rest of the body. Otherwise the client may never read the response.
  request.resume();
  sendXml(response, status, xmlDocument("Error", { Code: code, Message: message, ...details, RequestId: requestId }));
}

function describeError(error: unknown): Pick<S3Error, "code" | "status" | "message" | "details"> {
  if (error instanceof S3Error) return error;
  if (error instanceof AccessDenied) return { code: error.code, status: 403, message: error.message, details: {} };
  const message = error instanceof Error ? error.message : String(error);
  return { code: "InternalError", status: 500, message: `We encountered an internal error: ${message}`, details: {} };
}
