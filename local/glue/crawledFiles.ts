import { gunzipSync, constants as zlib } from "node:zlib";
import type { CrawlContext } from "./crawlContext";
import { classify, sampleBytes } from "./csvClassifier";
import type { CrawledFile } from "./discovery";

/** Objects below a prefix, without those that Athena does not see: of which a folder or the name begins with `_` or `.`. */
export async function visibleObjects(
  { iam, principal, objects }: CrawlContext,
  bucket: string,
  prefix: string,
): Promise<{ key: string; size: number }[]> {
  iam.authorize(principal, "s3:ListBucket", `arn:aws:s3:::${bucket}`, { "s3:prefix": prefix });
  const all = await objects.list(bucket, prefix);
  return all.filter(
    ({ key }) =>
      !key
        .slice(prefix.length)
        .split("/")
        .some((name) => /^[_.]/.test(name)),
  );
}

/** Reads the beginnings of objects and lets the classifiers look at them. */
export async function readFiles(
  { crawler, iam, principal, objects, changes }: CrawlContext,
  bucket: string,
  found: readonly { key: string; size: number }[],
): Promise<CrawledFile[]> {
  const files: CrawledFile[] = [];
  for (const { key, size } of found) {
    iam.authorize(principal, "s3:GetObject", `arn:aws:s3:::${bucket}/${key}`);
    const bytes = await objects.read(bucket, key, { maxBytes: sampleBytes });
    const compression = bytes[0] === 0x1f && bytes[1] === 0x8b ? "gzip" : "none";
    // A cut gzip stream is read as far as it goes.
    const plain = compression === "gzip" ? gunzipSync(bytes, { finishFlush: zlib.Z_SYNC_FLUSH }) : bytes;
    const isCut = plain.length > sampleBytes || bytes.length < size;
    const text = new TextDecoder().decode(plain.subarray(0, sampleBytes));
    const format = classify({ text, isCut }, crawler.classifiers);
    if (format === undefined) changes.unrecognised.push(`s3://${bucket}/${key}`);
    files.push({ key, size, compression, format });
    changes.filesRead++;
  }
  return files;
}
