import { decodeKey, type S3Event } from "../../../components/callbacks/rawEvents";
import type { Lake, TransformedPlaylist } from "../../../lake";
import { parseRawKey } from "../../../transforms/keys";
import { type TableName, tableNames } from "../../../transforms/schema";

/** A lake without a cloud: its raw objects by key, and what its transformer does with an event's keys. */
export function fakeLake(
  memoryFolder: string,
  keys: readonly string[],
  transform: (keys: readonly string[]) => ReturnType<Lake["transform"]>,
  more: Partial<Lake> = {},
): Lake {
  const sdk = {
    async *paginateListObjectsV2(
      _config: unknown,
      { Prefix, StartAfter = "" }: { Prefix: string; StartAfter?: string },
    ) {
      const found = keys.filter((key) => key.startsWith(Prefix) && key > StartAfter);
      for (let at = 0; at < found.length; at += 3) yield { Contents: found.slice(at, at + 3).map((Key) => ({ Key })) };
    },
  };
  const lake: Partial<Lake> = {
    title: "nowhere",
    outputs: { rawBucket: "raw", crawler: "crawler" } as Lake["outputs"],
    s3: { sdk, client: {} } as unknown as Lake["s3"],
    memoryFolder,
    concurrency: 2,
    transform: (event: S3Event) => transform(event.Records.map(({ s3 }) => decodeKey(s3.object.key))),
    transformerVersion: async () => "one",
    settle: async () => [],
    failureQueues: [],
    compactRows: () => undefined,
    ...more,
  };
  return new Proxy(lake as Lake, {
    get: (target, name) => {
      if (name in target) return target[name as keyof Lake];
      throw new Error(`${String(name)} is not in this test`);
    },
  });
}

/** The transformer's result for a raw object: one row per table. */
export function transformed(key: string): TransformedPlaylist {
  const { snapshotDate = "", fileName = "" } = parseRawKey(key) ?? {};
  const rows = Object.fromEntries(tableNames.map((table) => [table, 1])) as Record<TableName, number>;
  const itemTypes = { track: 1, episode: 0, unavailable: 0, unreadable: 0 };
  return { key, snapshotDate, playlistId: fileName, entries: 1, itemTypes, rows };
}
