import { createHash } from "node:crypto";

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** 22 base62 characters made from any text: always the same ones for the same text. */
export function idFrom(text: string): string {
  let rest = BigInt(`0x${createHash("sha256").update(text).digest("hex")}`);
  let id = "";
  while (id.length < 22) {
    id += base62[Number(rest % 62n)];
    rest /= 62n;
  }
  return id;
}

/** A snapshot id for contents: base64 as Spotify's are, equal for equal texts in equal order. */
export function snapshotIdOf(texts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(text).update("\n");
  return hash.digest().subarray(0, 24).toString("base64");
}
