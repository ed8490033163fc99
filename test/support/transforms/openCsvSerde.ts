import { gunzipSync } from "node:zlib";
import { readOpenCsv as readText, type SerdeRow } from "../../../emulator/athena/openCsv";

export type { SerdeRow } from "../../../emulator/athena/openCsv";

/** Reads a CSV file, plain or gzip, as Hive's OpenCSVSerde does. It is independent of the code that wrote the file. */
export function readOpenCsv(bytes: Uint8Array, columnCount: number, headerLines = 1): SerdeRow[] {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return readText(Buffer.from(isGzip ? gunzipSync(bytes) : bytes).toString("utf8"), columnCount, headerLines);
}
