import { deleteObjects, getBucketLocation, headBucket, listObjectsV2 } from "./buckets";
import type { Operation } from "./context";
import { s3Errors } from "./errors";
import { abortMultipartUpload, completeMultipartUpload, createMultipartUpload, uploadPart } from "./multipart";
import { deleteObject, putObject, readObject } from "./objects";
import { listObjectVersions } from "./versions";

interface Route {
  readonly method: string;
  readonly on: "bucket" | "object";
  /** Query parameters that make the request this operation's. */
  readonly needs: readonly string[];
  /** Query parameters that it also understands. */
  readonly takes?: readonly string[];
  readonly operation: Operation;
}

const listParameters = [
  "prefix",
  "delimiter",
  "max-keys",
  "start-after",
  "continuation-token",
  "encoding-type",
  "fetch-owner",
];

const versionParameters = ["prefix", "max-keys", "key-marker", "version-id-marker", "encoding-type"];

const routes: readonly Route[] = [
  { method: "HEAD", on: "bucket", needs: [], operation: headBucket },
  { method: "GET", on: "bucket", needs: ["location"], operation: getBucketLocation },
  { method: "GET", on: "bucket", needs: ["list-type"], takes: listParameters, operation: listObjectsV2 },
  { method: "GET", on: "bucket", needs: ["versions"], takes: versionParameters, operation: listObjectVersions },
  { method: "POST", on: "bucket", needs: ["delete"], operation: deleteObjects },
  { method: "PUT", on: "object", needs: [], operation: putObject },
  { method: "GET", on: "object", needs: [], operation: readObject },
  { method: "HEAD", on: "object", needs: [], operation: readObject },
  { method: "DELETE", on: "object", needs: [], operation: deleteObject },
  { method: "POST", on: "object", needs: ["uploads"], operation: createMultipartUpload },
  { method: "PUT", on: "object", needs: ["partNumber", "uploadId"], operation: uploadPart },
  { method: "POST", on: "object", needs: ["uploadId"], operation: completeMultipartUpload },
  { method: "DELETE", on: "object", needs: ["uploadId"], operation: abortMultipartUpload },
];

/**
 * The operation of a request.
 * @throws S3Error NotImplemented where the request asks for something that the local S3 doesn't have.
 */
export function routeOf(method: string, isObject: boolean, query: URLSearchParams): Operation {
  // The SDK names the operation in the query, for logs; S3 itself doesn't look at it.
  const parameters = Array.from(query.keys()).filter((parameter) => parameter !== "x-id");
  const route = routes.find(
    ({ method: ofRoute, on, needs, takes = [] }) =>
      ofRoute === method &&
      (on === "object") === isObject &&
      needs.every((parameter) => parameters.includes(parameter)) &&
      parameters.every((parameter) => needs.includes(parameter) || takes.includes(parameter)),
  );
  if (route !== undefined) return route.operation;
  const suffix = parameters.length === 0 ? "" : ` ?${parameters.join("&")}`;
  throw s3Errors.notModelled(`${method} of ${isObject ? "an object" : "a bucket"}${suffix}`);
}
