import { existsSync } from "node:fs";
import { DeleteObjectsCommand, ListObjectVersionsCommand, type S3Client } from "@aws-sdk/client-s3";
import * as assert from "uvu/assert";
import { allow, role } from "../../support/emulator/resources";
import { bucket, sdkFailure, startBench } from "../../support/emulator/s3/bench";
import { objectsSuite } from "../../support/emulator/s3/objectsSuite";

const { test, bench, fileOf, put } = objectsSuite("emulator/s3/versions");

test("each object is listed as its one version, page by page", async () => {
  for (const key of ["v/a & b", "v/é", "v/z"]) await put(key, "text");
  await put("w", "x");
  const listed: (string | undefined)[] = [];
  let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
  let pages = 0;
  while (marker !== undefined) {
    const request: ListObjectVersionsCommand = new ListObjectVersionsCommand({
      Bucket: bucket,
      Prefix: "v/",
      MaxKeys: 2,
      ...marker,
    });
    const page = await bench.client.send(request);
    pages += 1;
    for (const { Key, VersionId, IsLatest, Size } of page.Versions ?? []) {
      listed.push(`${Key} ${VersionId} ${IsLatest} ${Size}`);
    }
    assert.is(page.DeleteMarkers, undefined);
    marker = page.IsTruncated
      ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
      : undefined;
  }
  assert.equal([pages, listed], [2, ["v/a & b null true 4", "v/z null true 4", "v/é null true 4"]]);
});

test("only the one version can be removed by its id", async () => {
  await put("one", "x");
  const remove = (VersionId: string) =>
    bench.client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [{ Key: "one", VersionId }] } }));
  assert.equal((await remove("other")).Deleted, [{ Key: "one", VersionId: "other" }]);
  assert.is(existsSync(fileOf("one")), true);
  assert.equal((await remove("null")).Deleted, [{ Key: "one", VersionId: "null" }]);
  assert.is(existsSync(fileOf("one")), false);
});

test("listing and removing versions need separate permissions", async () => {
  const arn = `arn:aws:s3:::${bucket}`;
  const own = await startBench(...role("plain", allow(["s3:ListBucket", "s3:DeleteObject"], [arn, `${arn}/*`])));
  try {
    const plain: S3Client = own.clientOf("plain");
    const list = plain.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    assert.match((await sdkFailure(list)) ?? "", "s3:ListBucketVersions");
    const Objects = [{ Key: "x", VersionId: "null" }];
    const { Errors } = await plain.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
    assert.match(Errors?.[0]?.Message ?? "", "s3:DeleteObjectVersion");
  } finally {
    await own.close();
  }
});

test.run();
