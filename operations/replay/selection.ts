import type { Place } from "../../lake";
import { parseRawKey, playlistIdOfFile, rawPrefix, safeId } from "../../transforms/keys";
import { partitionColumn } from "../../transforms/schema";

/** Which raw objects are meant. */
export interface Selection {
  /** The first day, YYYY-MM-DD; undefined: from the beginning. */
  readonly from?: string;
  /** The last day. */
  readonly to?: string;
  /** By id; empty: all. */
  readonly playlists: readonly string[];
}

/** The keys of the raw objects that are meant, in S3's order: day by day. */
export async function selectedKeys({ s3, outputs }: Place, { from, to, playlists }: Selection): Promise<string[]> {
  const { sdk, client } = s3;
  const wanted = new Set(playlists.map(safeId));
  const request = {
    Bucket: outputs.rawBucket,
    Prefix: rawPrefix,
    ...(from === undefined ? {} : { StartAfter: `${rawPrefix}${partitionColumn}=${from}` }),
  };
  const keys: string[] = [];
  for await (const { Contents = [] } of sdk.paginateListObjectsV2({ client }, request)) {
    for (const { Key = "" } of Contents) {
      const place = parseRawKey(Key);
      if (place === undefined) continue;
      if (to !== undefined && place.snapshotDate > to) return keys;
      if (wanted.size === 0 || wanted.has(playlistIdOfFile(place.fileName))) keys.push(Key);
    }
  }
  return keys;
}

/** The days of raw objects. */
export function daysOf(keys: readonly string[]): Set<string> {
  return new Set(keys.flatMap((key) => parseRawKey(key)?.snapshotDate ?? []));
}
