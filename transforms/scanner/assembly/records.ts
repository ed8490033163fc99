// A record is what was read of an entry or artist: a header, the slots, and for an entry its lists of artists. A slot is a
// text's address and length, 0 if it is missing. A list is its first record's address and its length.

import { ArtistSlot, Slot } from "../numbers";

export const headerBytes: u32 = 16;
const lists: u32 = headerBytes + Slot.End * 8;
export const recordBytes: u32 = lists + 16;
export const artistBytes: u32 = headerBytes + ArtistSlot.End * 8;
/** The mark of a text's length if the text has escapes. */
export const escapedMark: u32 = 0x80000000;

/** Completes an entry's record: what follows it, and where the entry's JSON is. */
export function finishRecord(record: u32, next: u32, isIrregular: bool, start: u32, end: u32): void {
  store<u32>(record, next);
  store<u32>(record, isIrregular ? 1 : 0, 4);
  store<u32>(record, start, 8);
  store<u32>(record, end, 12);
}

export function slotOf(record: u32, slot: u32): u32 {
  return record + headerBytes + slot * 8;
}

export function textOf(record: u32, slot: u32): u32 {
  return load<u32>(slotOf(record, slot));
}

export function lengthOf(record: u32, slot: u32): u32 {
  return load<u32>(slotOf(record, slot), 4);
}

export function creditsOf(record: u32, credits: u32): u32 {
  return record + lists + credits * 8;
}

export function nextRecord(record: u32): u32 {
  return load<u32>(record);
}

export function isIrregularRecord(record: u32): bool {
  return load<u32>(record, 4) !== 0;
}

export function entryStart(record: u32): u32 {
  return load<u32>(record, 8);
}

export function entryEnd(record: u32): u32 {
  return load<u32>(record, 12);
}
