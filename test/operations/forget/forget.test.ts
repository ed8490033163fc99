import type { ListObjectVersionsCommandInput } from "@aws-sdk/client-s3";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { S3Access } from "../../../lake";
import type { FailureQueue } from "../../../lake/failures";
import { failuresOf } from "../../../operations/forget";
import {
  namesPlaylist,
  removeVersions,
  type StoredVersion,
  versionsIn,
  withoutPlaylist,
} from "../../../operations/forget/stored";

const test = suite("operations/forget/forget");
const id = "3cEYpjA9oz9GiPac4AsH4n";

/** A bucket with versions and delete markers, as S3 lists them: by key, the latest first, a page at a time. */
function versionedBucket(versions: StoredVersion[], markers: StoredVersion[], pageSize: number) {
  const left = () =>
    [...versions, ...markers].sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
  const deletes: number[] = [];
  const sdk = {
    ListObjectVersionsCommand: class {
      constructor(readonly list: ListObjectVersionsCommandInput) {}
    },
    DeleteObjectsCommand: class {
      constructor(readonly remove: { Delete: { Objects: { Key: string; VersionId: string }[] } }) {}
    },
  };
  const send = async (command: {
    list?: ListObjectVersionsCommandInput;
    remove?: { Delete: { Objects: { Key: string; VersionId: string }[] } };
  }) => {
    if (command.remove !== undefined) {
      const { Objects } = command.remove.Delete;
      deletes.push(Objects.length);
      const goes = (one: StoredVersion) =>
        Objects.some(({ Key, VersionId }) => Key === one.key && VersionId === one.versionId);
      const refused = Objects.find(({ Key }) => Key === "locked");
      if (refused) return { Errors: [{ Key: "locked", Code: "AccessDenied", Message: "it is locked" }] };
      for (const list of [versions, markers]) for (const one of list.filter(goes)) list.splice(list.indexOf(one), 1);
      return {};
    }
    const { Prefix = "", KeyMarker, VersionIdMarker } = command.list ?? {};
    const listed = left().filter(({ key }) => key.startsWith(Prefix));
    const last = listed.findIndex(({ key, versionId }) => key === KeyMarker && versionId === VersionIdMarker);
    const page = listed.slice(last + 1, last + 1 + pageSize);
    const shape = ({ key, versionId, bytes, isLatest }: StoredVersion) => ({
      Key: key,
      VersionId: versionId,
      Size: bytes,
      IsLatest: isLatest,
    });
    const IsTruncated = last + 1 + pageSize < listed.length;
    return {
      Versions: page.filter((one) => versions.includes(one)).map(shape),
      DeleteMarkers: page
        .filter((one) => markers.includes(one))
        .map(({ key, versionId, isLatest }) => ({ Key: key, VersionId: versionId, IsLatest: isLatest })),
      IsTruncated,
      ...(IsTruncated ? { NextKeyMarker: page.at(-1)?.key, NextVersionIdMarker: page.at(-1)?.versionId } : {}),
    };
  };
  return { s3: { sdk, client: { send } } as unknown as S3Access, left, deletes };
}

const version = (key: string, versionId: string, bytes = 1, isLatest = true): StoredVersion => ({
  key,
  versionId,
  bytes,
  isLatest,
});

async function listed(s3: S3Access, prefix: string): Promise<StoredVersion[]> {
  const found: StoredVersion[] = [];
  for await (const one of versionsIn(s3, "raw", prefix)) found.push(one);
  return found;
}

test("all versions and delete markers are listed over pages, and removed", async () => {
  for (const pageSize of [1, 2, 100]) {
    const versions = [
      version("a", "2"),
      version("a", "1", 5, false),
      version("b", "1", 7, false),
      version("other", "9"),
    ];
    const bucket = versionedBucket(versions, [version("b", "2", 0)], pageSize);
    const found = [...(await listed(bucket.s3, "a")), ...(await listed(bucket.s3, "b"))];
    assert.equal(found.map(({ key, versionId, bytes }) => `${key} ${versionId} ${bytes}`).sort(), [
      "a 1 5",
      "a 2 1",
      "b 1 7",
      "b 2 0",
    ]);
    await removeVersions(bucket.s3, "raw", found);
    assert.equal(bucket.left(), [version("other", "9")]);
  }
});

test("removes up to S3's limit per call, and reports a refused key", async () => {
  const many = Array.from({ length: 2001 }, (_, n) => version(`k${n}`, "null"));
  const bucket = versionedBucket([...many], [], 1000);
  await removeVersions(bucket.s3, "raw", many);
  assert.equal([bucket.deletes, bucket.left()], [[1000, 1000, 1], []]);
  const refused = removeVersions(bucket.s3, "raw", [version("locked", "1")]);
  assert.is(
    await refused.catch((error: Error) => error.message),
    "s3://raw/locked cannot be removed: AccessDenied: it is locked",
  );
});

test("a day's state loses the playlist and nothing else", () => {
  const unavailable = (playlistId: string) => ({ playlistId, status: 404, cause: "gone" });
  const day = (ids: string[]) => ({
    snapshotDate: "2026-11-22",
    isComplete: true,
    wanted: [...ids, "me"],
    stored: ids,
    unavailable: ids.map(unavailable),
    missing: ids,
  });
  assert.equal(withoutPlaylist(day([id, "x"]), id), day(["x"]));
  assert.is(namesPlaylist(JSON.stringify(day([id])), id), true);
  assert.is(namesPlaylist(JSON.stringify(day([`${id}x`])), id), false);
});

function queueOf(bodies: string[]) {
  const log: string[] = [];
  const messages = bodies.map((body, index) => ({
    ...{ body, sentAt: "2026-11-22T00:00:00.000Z", attributes: {} },
    remove: async () => void log.push(`removed ${index}`),
    putBack: async () => void log.push(`back ${index}`),
  }));
  const queue: FailureQueue = {
    name: "transform",
    async *messages() {
      yield* [...messages];
    },
    again: async () => undefined,
  };
  return { queue, log };
}

test("messages that name the playlist are removed, all others are put back", async () => {
  const event = (fileName: string) =>
    JSON.stringify({
      Records: [
        { s3: { bucket: { name: "raw" }, object: { key: `playlists/snapshot_date%3D2026-11-22/${fileName}` } } },
      ],
    });
  const bodies = [
    event(`${id}.jsonl.gz`),
    event("x.json"),
    "no JSON",
    `{"responsePayload":{"errorMessage":"${id}: 500"}}`,
  ];
  for (const [playlistId, what, expected, log] of [
    [id, "count", 2, ["back 0", "back 1", "back 2", "back 3"]],
    [id, "remove", 2, ["removed 0", "removed 3", "back 1", "back 2"]],
    ["x", "remove", 1, ["removed 1", "back 0", "back 2", "back 3"]],
  ] as const) {
    const made = queueOf(bodies);
    assert.is(await failuresOf([made.queue], playlistId, what), expected);
    assert.equal(made.log, log);
  }
});

test.run();
