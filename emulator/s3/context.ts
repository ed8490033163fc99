import type { IncomingMessage, ServerResponse } from "node:http";
import { AwsError } from "../awsJson";
import type { Iam, Principal } from "../iam";
import type { ObjectFiles } from "./objectFiles";

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
  onObjectCreated(object: CreatedObject): Promise<void>;
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

export function sendXml(response: ServerResponse, status: number, xml: string): void {
  response.writeHead(status, { "content-type": "application/xml", "content-length": Buffer.byteLength(xml) }).end(xml);
}

export function noSuchKey(): AwsError {
  return new AwsError("NoSuchKey", "The specified key does not exist.", 404);
}

export function notModelled(what: string): AwsError {
  return new AwsError("NotImplemented", `${what} is not modelled by the local S3`, 501);
}
