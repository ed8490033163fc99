// The module's memory. Whatever has a fixed place comes first, the heap last. Untouched memory takes none of the machine's.
import { KeySet, Table } from "../numbers";

/** Texts are read and written 16 bytes at a time, up to this far beyond their end. */
export const slack: u32 = 64;
/** Keys, names and ids that the caller passes. */
export const scratch: u32 = 4096;
const scratchBytes: u32 = 131_072;
/** Texts of slots that no response holds. */
export const ownTexts: u32 = scratch + scratchBytes;
/** Each shape has a table of 64 places for addresses of members. */
export const shapes: u32 = ownTexts + 1024;
export const members: u32 = shapes + 16 * 256;
/** Each table's columns: how many, and their slots. */
export const columns: u32 = members + 64 * 64;
export const keySets: u32 = columns + Table.End * 32;
/** Each table's output: where it ends, as the caller reads it; and how many rows were written. */
export const outputEnds: u32 = keySets + KeySet.End * 16;
export const rowCounts: u32 = outputEnds + Table.End * 4;
/** A full one has room for all rows of one more entry. */
export const output: u32 = 196_608;
export const outputBytes: u32 = 262_144;
export const input: u32 = output + Table.End * outputBytes;
export const inputBytes: u32 = 4_194_304;
/** The records of a line's entries. */
export const tape: u32 = input + inputBytes + slack;
export const tapeEnd: u32 = tape + 4_194_304;
const heap: u32 = tapeEnd + slack;

let heapEnd: u32 = heap;

/** Frees everything in the heap. */
export function clearHeap(): void {
  heapEnd = heap;
}

/** Reserves bytes in the heap. They are not zeroed. */
export function reserve(bytes: u32): u32 {
  const start = heapEnd;
  heapEnd += (bytes + 7) & ~7;
  const pages = <i32>((heapEnd + slack + 65_535) >>> 16) - memory.size();
  if (pages > 0 && memory.grow(pages + 16) < 0) unreachable();
  return start;
}
