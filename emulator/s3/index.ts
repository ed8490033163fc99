import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { AwsError } from "../awsJson";
import type { Clock } from "../clock";
import { AccessDenied, type Iam } from "../iam";
import { createLoopbackServer } from "../loopback";
import { ofType, type Registered } from "../resources";
import { deleteObjects, listObjectsV2, listObjectVersions } from "./listing";
import { createObjectFiles, type ObjectFiles } from "./objectFiles";
import { type CreatedObject, getObject, notModelled, type Operation, putObject, type S3Context } from "./objects";
import { sendXml, xmlDocument } from "./xml";

export type { ObjectFiles, ObjectSummary } from "./objectFiles";
export type { CreatedObject } from "./objects";

interface S3Options {
  /** The folder of all buckets; created if it does not exist. Names in it that begin with a dot are not buckets. */
  root: string;
  resources: readonly Registered[];
  iam: Iam;
  /** The clock that dates objects and events. @default the machine's time */
  clock?: Pick<Clock, "now">;
  /**
   * Called before an object becomes visible, so that what it records survives a kill right after. If it throws, the write
   * fails (500) and the object is not created.
   */
  onObjectCreated?: (object: CreatedObject) => void;
}

/**
 * S3 over HTTP, for the requests of the program and the commands: it reads, writes, deletes and lists whole objects.
 * Objects are the plain files `root/BUCKET/KEY`. Versions, lifecycle, encryption and ACLs are not modelled.
 */
export function createS3({ root, resources, iam, clock, onObjectCreated = () => {} }: S3Options) {
  const files = createObjectFiles(root);
  const buckets = ofType(resources, "aws:s3/bucket:Bucket");
  const bucketArns = new Map(buckets.map(({ outputs }) => [outputs.bucket, outputs.arn]));
  const context: S3Context = { files, iam, bucketArns, now: () => clock?.now() ?? new Date(), onObjectCreated };
  const { listen, close } = createLoopbackServer((request, response) => {
    response.setHeader("date", context.now().toUTCString());
    dispatch(context, request, response).catch((error: Error) => answerError(request, response, error));
  });
  /** The objects as the owner sees them, without HTTP and policies, for other local services and the command line. */
  const objects: Pick<ObjectFiles, "list" | "read" | "pathOf"> = files;
  return { listen, close, objects };
}

/** The operations by method and target, and the query parameters that they accept. The first selects the operation. */
const operations: readonly { of: string; parameters: readonly string[]; operation: Operation }[] = [
  {
    of: "GET of a bucket",
    parameters: ["list-type", "prefix", "max-keys", "continuation-token", "start-after"],
    operation: listObjectsV2,
  },
  {
    of: "GET of a bucket",
    parameters: ["versions", "prefix", "max-keys", "key-marker", "version-id-marker"],
    operation: listObjectVersions,
  },
  { of: "POST of a bucket", parameters: ["delete"], operation: deleteObjects },
  { of: "PUT of an object", parameters: [], operation: putObject },
  { of: "GET of an object", parameters: [], operation: getObject },
];

/** @throws AwsError NotImplemented if the local S3 does not support the request */
function operationOf(method: string | undefined, isObject: boolean, query: URLSearchParams): Operation {
  // The SDK names the operation in the query for logs. S3 ignores it.
  const given = [...query.keys()].filter((parameter) => parameter !== "x-id");
  const of = `${method} of ${isObject ? "an object" : "a bucket"}`;
  const found = operations.find(({ of: known, parameters }) => {
    const isSelected = parameters.slice(0, 1).every((first) => given.includes(first));
    return known === of && isSelected && given.every((one) => parameters.includes(one));
  });
  if (found !== undefined) return found.operation;
  throw notModelled(given.length === 0 ? of : `${of} ?${given.join("&")}`);
}

/** S3 headers that are supported or do not affect what the program reads back. */
const knownHeaders =
  /^x-amz-(date|security-token|user-agent|content-sha256|decoded-content-length|trailer|checksum-crc32|checksum-mode|sdk-checksum-algorithm)$/;
/** HTTP headers that would change what is stored or returned. */
const otherHeaders =
  /^(range|if-modified-since|if-unmodified-since|cache-control|expires|content-(md5|disposition|language))$/;

/** @throws AwsError NotImplemented for headers that the local S3 does not support */
function checkHeaders(headers: IncomingHttpHeaders): void {
  for (const [name, value] of Object.entries(headers)) {
    const isKnown = name.startsWith("x-amz-") ? knownHeaders.test(name) : !otherHeaders.test(name);
    const isPlain = name !== "content-encoding" || value === "aws-chunked";
    if (!isKnown || !isPlain) throw notModelled(`header ${name}: ${value}`);
  }
}

async function dispatch(context: S3Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { bucket, key, query } = readAddress(request.url ?? "/");
  const principal = context.iam.callerOf(request);
  if (principal === undefined) throw new AwsError("AccessDenied", "Access Denied", 403);
  const bucketArn = context.bucketArns.get(bucket);
  if (bucketArn === undefined) throw new AwsError("NoSuchBucket", "The specified bucket does not exist", 404);
  const operation = operationOf(request.method, key !== "", query);
  checkHeaders(request.headers);
  await operation(context, { request, response, principal, bucket, bucketArn, key, query });
}

/** Parses an address as written: `new URL` would resolve a `..` in a key. */
function readAddress(address: string): { bucket: string; key: string; query: URLSearchParams } {
  const [, bucket = "", key = "", query = ""] = /^\/?([^/?]*)\/?([^?]*)\??(.*)$/s.exec(address) ?? [];
  try {
    return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(key), query: new URLSearchParams(query) };
  } catch {
    throw new AwsError("InvalidURI", "Couldn't parse the specified URI.");
  }
}

function answerError(request: IncomingMessage, response: ServerResponse, error: Error): void {
  // Reads and drops the rest of the body. Otherwise the client may never read the response.
  request.resume();
  const isKnown = error instanceof AwsError || error instanceof AccessDenied;
  const Message = isKnown ? error.message : `We encountered an internal error: ${error.message}`;
  const Code = isKnown ? error.code : "InternalError";
  sendXml(response, isKnown ? error.status : 500, xmlDocument("Error", { Code, Message }));
}
