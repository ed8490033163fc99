import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { AccessDenied, type Principal } from "../iam";
import { type S3Context, sendXml } from "./context";
import { S3Error, s3Errors } from "./errors";
import { routeOf } from "./routes";
import { xmlDocument } from "./xml";

/** Answers one request of S3's HTTP interface; never throws. */
export async function handleRequest(
  context: S3Context,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = randomBytes(8).toString("hex").toUpperCase();
  response.sendDate = false;
  response.setHeader("date", context.now().toUTCString());
  response.setHeader("server", "AmazonS3");
  response.setHeader("x-amz-request-id", requestId);
  response.setHeader("x-amz-id-2", randomBytes(32).toString("base64"));
  try {
    await dispatch(context, request, response, requestId);
  } catch (error) {
    answerError(request, response, error, requestId);
  }
}

async function dispatch(
  context: S3Context,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): Promise<void> {
  const { bucket, key, query } = readAddress(request.url ?? "/");
  const principal = authenticate(context, request);
  const bucketArn = context.bucketArns.get(bucket);
  if (bucket === "") throw s3Errors.notModelled("listing buckets");
  if (bucketArn === undefined) throw s3Errors.noSuchBucket(bucket);
  const operation = routeOf(request.method ?? "", key !== "", query);
  await operation(context, { request, response, requestId, principal, bucket, bucketArn, key, query });
}

/** Takes an address apart as it stands: `new URL` would resolve a `..` in a key. */
function readAddress(address: string): { bucket: string; key: string; query: URLSearchParams } {
  const [path = "", queryText = ""] = splitOnce(address, "?");
  const [bucket = "", key = ""] = splitOnce(path.replace(/^\//, ""), "/");
  try {
    return {
      bucket: decodeURIComponent(bucket),
      key: decodeURIComponent(key),
      query: new URLSearchParams(queryText),
    };
  } catch {
    throw new S3Error("InvalidURI", 400, "Couldn't parse the specified URI.");
  }
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function authenticate({ iam }: S3Context, request: IncomingMessage): Principal {
  const signer = iam.signerOf(request);
  if ("principal" in signer) return signer.principal;
  switch (signer.problem) {
    case "unsigned":
      throw new S3Error("AccessDenied", 403, "Access Denied");
    case "unknown key":
      throw new S3Error(
        "InvalidAccessKeyId",
        403,
        "The AWS Access Key Id you provided does not exist in our records.",
        {
          AWSAccessKeyId: signer.accessKeyId,
        },
      );
    case "wrong token":
      throw new S3Error("InvalidToken", 400, "The provided token is malformed or otherwise invalid.");
  }
}

function answerError(request: IncomingMessage, response: ServerResponse, error: unknown, requestId: string): void {
  if (response.headersSent || response.destroyed) {
    // Too late to say anything: the client sees a broken connection, as it would from S3.
    response.destroy();
    return;
  }
  const { code, status, message, details } = describeError(error);
  const xml = xmlDocument("Error", { Code: code, Message: message, ...details, RequestId: requestId });
  // The rest of the body is read and dropped, else the client may not get to reading the answer.
  request.resume();
  if (request.method === "HEAD") response.writeHead(status).end();
  else sendXml(response, status, xml);
}

function describeError(error: unknown): Pick<S3Error, "code" | "status" | "message" | "details"> {
  if (error instanceof S3Error) return error;
  if (error instanceof AccessDenied) return { code: error.code, status: 403, message: error.message, details: {} };
  const message = error instanceof Error ? error.message : String(error);
  return { code: "InternalError", status: 500, message: `We encountered an internal error: ${message}`, details: {} };
}
