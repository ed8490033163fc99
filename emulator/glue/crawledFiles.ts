import { isUtf8 } from "node:buffer";
import { setImmediate } from "node:timers/promises";
import { gunzipSync, constants as zlib } from "node:zlib";
import { bucketArn } from "../awsOutputs";
import type { ObjectSummary } from "../s3";
import type { CrawlContext } from "./crawlContext";
import type { Reading } from "./crawlMemory";
import { judge, odditiesOf, sampleBytes } from "./csvClassifier";
import type { ReadFile } from "./discovery";

/** Objects below a prefix that Athena sees: no folder and no name that begins with `_` or `.`. */
export function visibleObjects(
  { iam, principal, objects }: CrawlContext,
  bucket: string,
  prefix: string,
): ObjectSummary[] {
  iam.authorize(principal, "s3:ListBucket", bucketArn(bucket), { "s3:prefix": prefix });
  return objects.list(bucket, prefix).filter(({ key }) => !/(^|\/)[_.]/.test(key.slice(prefix.length)));
}

/** Reads the beginning of each new or changed object and classifies it. */
export async function readFiles(
  context: CrawlContext,
  bucket: string,
  found: readonly ObjectSummary[],
): Promise<ReadFile[]> {
  const { memory, crawler } = context;
  const classifiers = JSON.stringify(crawler.classifiers);
  const files: ReadFile[] = [];
  for (const object of found) {
    const name = `s3://${bucket}/${object.key}`;
    const known = memory.recall(name, object);
    // An unrecognised file was not classified, so changed classifiers are asked again.
    const isStale = known?.format === undefined && known?.classifiers !== classifiers;
    const reading = isStale ? memory.note(name, object, readBeginning(context, bucket, object, classifiers)) : known;
    files.push({ ...reading, key: object.key, size: object.size });
    // Other work of the process can go on.
    if (isStale) await setImmediate();
  }
  return files;
}

const longestFirstLine = 4000;

function readBeginning(
  { crawler, iam, principal, objects, changes }: CrawlContext,
  bucket: string,
  { key, size }: ObjectSummary,
  classifiers: string,
): Reading {
  iam.authorize(principal, "s3:GetObject", `${bucketArn(bucket)}/${key}`);
  const bytes = objects.read(bucket, key)?.bytes.subarray(0, sampleBytes) ?? Buffer.alloc(0);
  changes.filesRead++;
  const plain = gunzipped(bytes);
  const content = plain ?? bytes;
  const isCut = content.length > sampleBytes || bytes.length < size;
  const text = new TextDecoder().decode(content.subarray(0, sampleBytes));
  return {
    compression: plain === undefined ? "none" : "gzip",
    firstLine: text.slice(0, longestFirstLine).split(/[\r\n]/, 1)[0] ?? "",
    oddities: odditiesOf(text, isCut, isCut || isUtf8(content)),
    ...judge({ text, isCut }, crawler.classifiers),
    classifiers,
  };
}

/** The content of a gzip file, which may be cut; undefined if it is not gzip. */
function gunzipped(bytes: Buffer): Buffer | undefined {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return undefined;
  try {
    return gunzipSync(bytes, { finishFlush: zlib.Z_SYNC_FLUSH });
  } catch {
    // It only looks like gzip.
    return undefined;
  }
}
