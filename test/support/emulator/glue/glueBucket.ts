import { createGlue, type Glue } from "../../../../emulator/glue";
import { createIam, type Iam } from "../../../../emulator/iam";
import type { Registered } from "../../../../emulator/resources";

/** Object bodies by key. */
export type Bucket = Record<string, string | Buffer>;

/** A Glue with one bucket, whose objects the test can change: a new body is a new object. */
export function openGlue(resources: Registered[], bucket: Bucket, stateDir: string): Glue & { iam: Iam } {
  const iam = createIam(resources);
  const bytes = (key: string) => Buffer.from(bucket[key]!);
  const objects = {
    list: (_bucket: string, prefix = "") =>
      Object.keys(bucket)
        .filter((key) => key.startsWith(prefix))
        .map((key) => {
          const body = bytes(key);
          return { key, size: body.length, modifiedMs: body.reduce((sum, byte, i) => sum + byte * (i + 1), 0) };
        }),
    read: (_bucket: string, key: string) => ({ bytes: bytes(key), eTag: "", modified: new Date(0) }),
  };
  return { ...createGlue({ resources, stateDir, iam, objects }), iam };
}
