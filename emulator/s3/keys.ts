import { S3Error, s3Errors } from "./errors";

const maxKeyBytes = 1024;
/** The longest name that file systems accept. */
const maxSegmentBytes = 255;

/**
 * Refuses keys that cannot be a plain file below the bucket's folder. S3 would accept most of them.
 * @throws S3Error
 */
export function checkKey(key: string): void {
  if (Buffer.byteLength(key) > maxKeyBytes) {
    throw new S3Error("KeyTooLongError", 400, "Your key is too long", { MaxSizeAllowed: String(maxKeyBytes) });
  }
  const fault = faultOf(key);
  if (fault !== undefined) throw s3Errors.invalidRequest(`key ${JSON.stringify(key)} ${fault}`);
}

function faultOf(key: string): string | undefined {
  if (key.includes("\0")) return "holds a NUL, which no file name can";
  for (const segment of key.split("/")) {
    if (segment === "") return "holds an empty segment, which no file path can";
    if (segment === "." || segment === "..") return `holds the segment "${segment}", which would leave its folder`;
    if (Buffer.byteLength(segment) > maxSegmentBytes) {
      return `holds a segment of more than ${maxSegmentBytes} bytes, which no file name can`;
    }
  }
  return undefined;
}

/** Whether objects can exist below the last slash of this prefix. */
export function canHoldObjects(folder: string): boolean {
  return folder === "" || faultOf(folder.slice(0, -1)) === undefined;
}

const surrogate = /[\ud800-\udfff]/;

/** S3's order of keys: by their bytes in UTF-8. */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0;
  if (surrogate.test(a) || surrogate.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}
