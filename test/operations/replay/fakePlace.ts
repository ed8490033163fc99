import type { S3Event } from "../../../components/callbacks/rawEvents";
import { decodeKey } from "../../../components/callbacks/rawEvents";
import type { TransformedPlaylist } from "../../../components/callbacks/transformHandler";
import type { Place, TransformAnswer } from "../../../lake";
import { parseRawKey } from "../../../transforms/keys";
import { type TableName, tableNames } from "../../../transforms/schema";

/** A place without a cloud: its raw objects by key, and what its transformer does with an event's keys. */
export function fakePlace(
  memoryFolder: string,
  keys: readonly string[],
  transform: (keys: readonly string[]) => Promise<TransformAnswer>,
  more: Partial<Place> = {},
): Place {
  const sdk = {
    async *paginateListObjectsV2(
      _config: unknown,
      { Prefix, StartAfter = "" }: { Prefix: string; StartAfter?: string },
    ) {
      const found = keys.filter((key) => key.startsWith(Prefix) && key > StartAfter);
      for (let at = 0; at < found.length; at += 3) yield { Contents: found.slice(at, at + 3).map((Key) => ({ Key })) };
    },
  };
  const notHere = () => Promise.reject(new Error("not in this test"));
  return {
    title: "nowhere",
    outputs: { rawBucket: "raw", crawler: "crawler" } as Place["outputs"],
    s3: { sdk, client: {} } as unknown as Place["s3"],
    memoryFolder,
    concurrency: 2,
    transform: (event: S3Event) => transform(event.Records.map(({ s3 }) => decodeKey(s3.object.key))),
    transformerVersion: async () => "one",
    settle: async () => [],
    crawl: notHere,
    catalogTables: notHere,
    refreshPartitions: notHere,
    failureQueues: [],
    compactRows: undefined,
    ...more,
  };
}

/** What a transformer makes of a raw object: a row a table. */
export function transformed(key: string): TransformedPlaylist {
  const { snapshotDate = "", fileName = "" } = parseRawKey(key) ?? {};
  const rows = Object.fromEntries(tableNames.map((table) => [table, 1])) as Record<TableName, number>;
  const itemTypes = { track: 1, episode: 0, unavailable: 0, unreadable: 0 };
  return { key, snapshotDate, playlistId: fileName, entries: 1, itemTypes, rows };
}
