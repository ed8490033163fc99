import { rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Iam, Principal } from "../iam";
import type { Locks } from "../locks";
import type { Checksum } from "./checksums";
import { checkWritable } from "./conditions";
import type { ObjectFiles } from "./objectFiles";

/** An object that is about to be there. */
export interface CreatedObject {
  bucket: string;
  key: string;
  /** Bytes. */
  size: number;
  /** Without quotes. */
  eTag: string;
  /** Hexadecimal; orders the events of one key. */
  sequencer: string;
  eventName: "ObjectCreated:Put" | "ObjectCreated:CompleteMultipartUpload";
  /** By the run's clock. */
  time: Date;
  requestId: string;
}

/** What all operations share. */
export interface S3Context {
  readonly files: ObjectFiles;
  readonly iam: Iam;
  readonly locks: Locks;
  /** A bucket's ARN by its name, for the buckets that exist. */
  readonly bucketArns: ReadonlyMap<string, string>;
  readonly region: string;
  /** The folder of unfinished multipart uploads. */
  readonly uploadsFolder: string;
  now(): Date;
  nextSequencer(): string;
  onObjectCreated(object: CreatedObject): Promise<void>;
}

/** One request, its address taken apart and its caller known. */
export interface S3Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly principal: Principal;
  readonly bucket: string;
  readonly bucketArn: string;
  /** Empty for requests that are about a bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
}

/** The version of every object here: S3's of an object in a bucket that keeps no versions. */
export const onlyVersion = "null";

/** An operation: answers the request, or throws an S3Error or AccessDenied. */
export type Operation = (context: S3Context, call: S3Call) => Promise<void>;

/** Checks an action on the object that the call names. */
export function authorizeObject({ iam }: S3Context, call: S3Call, action: string): void {
  iam.authorize(call.principal, action, `${call.bucketArn}/${call.key}`);
}

/** A finished file that is to become an object. */
export interface FinishedFile {
  readonly file: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly eTag: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly checksum: Checksum | undefined;
  readonly eventName: CreatedObject["eventName"];
}

/**
 * Makes a file the object that the call names, if the call's conditions hold; writes of one key follow one another. The
 * event is handed over first, so that no killed run has an object whose event was lost.
 */
export async function storeObject(context: S3Context, call: S3Call, finished: FinishedFile): Promise<void> {
  const { bucket, key, request, requestId } = call;
  const { file, size, mtimeMs, eTag, headers, checksum, eventName } = finished;
  await context.locks.run(`${bucket}/${key}`, async () => {
    const conditional = request.headers["if-match"] !== undefined || request.headers["if-none-match"] !== undefined;
    if (conditional) checkWritable(request.headers, key, await context.files.head(bucket, key));
    // Before the event, which can't be taken back.
    await context.files.checkPlace(bucket, key);
    const time = context.now();
    const sequencer = context.nextSequencer();
    await context.onObjectCreated({ bucket, key, size, eTag, sequencer, eventName, time, requestId });
    const metadata = { size, eTag, lastModifiedMs: time.getTime(), headers, checksum };
    await context.files.put(bucket, key, file, metadata, mtimeMs);
  });
}

/** Runs work with a fresh file's path, and leaves no file there, however it ends. */
export async function withTempFile<T>({ files }: S3Context, work: (file: string) => Promise<T>): Promise<T> {
  const file = files.tempFile();
  try {
    return await work(file);
  } finally {
    await rm(file, { force: true });
  }
}

/** Sends an answer that has no body. */
export function sendEmpty({ response }: S3Call, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, headers).end();
}

/** Sends a document. */
export function sendXml(response: ServerResponse, status: number, xml: string): void {
  response.writeHead(status, { "content-type": "application/xml", "content-length": Buffer.byteLength(xml) }).end(xml);
}
