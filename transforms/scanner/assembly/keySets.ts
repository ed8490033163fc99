// Sets of keys: a hash table of addresses, each with the upper half of its key's hash. A key is kept as its length and bytes.

import { KeySet } from "../numbers";
import { clearHeap, keySets, reserve } from "./memory";

const firstPlaces: u32 = 1024;

function startSet(set: u32, places: u32): void {
  const table = reserve(places * 8);
  memory.fill(table, 0, places * 8);
  store<u32>(set, table);
  store<u32>(set, places - 1, 4);
  store<u32>(set, 0, 8);
}

export function clearKeySets(): void {
  clearHeap();
  for (let index: u32 = 0; index < <u32>KeySet.End; index++) startSet(keySets + index * 16, firstPlaces);
}

/** Fewer than 8 bytes as a number. */
function lastBytes(text: u32, count: u32): u64 {
  const others: u64 = (8 - count) * 8;
  return count === 0 ? 0 : load<u64>(text) << others;
}

export function isSame(one: u32, other: u32, length: u32): bool {
  let at: u32 = 0;
  for (; at + 8 <= length; at += 8) if (load<u64>(one + at) !== load<u64>(other + at)) return false;
  return lastBytes(one + at, length - at) === lastBytes(other + at, length - at);
}

function hashOf(text: u32, length: u32): u32 {
  const factor: u64 = ((<u64>0x9e3779b9) << 32) | 0x7f4a7c15;
  let hash: u64 = length;
  let at: u32 = 0;
  for (; at + 8 <= length; at += 8) hash = rotl<u64>((hash ^ load<u64>(text + at)) * factor, 29);
  hash = (hash ^ lastBytes(text + at, length - at)) * factor;
  return <u32>(hash ^ (hash >>> 32));
}

function enlarge(set: u32): void {
  const old = load<u32>(set);
  const oldPlaces = load<u32>(set, 4) + 1;
  const count = load<u32>(set, 8);
  startSet(set, oldPlaces * 2);
  const table = load<u32>(set);
  const mask = load<u32>(set, 4);
  for (let index: u32 = 0; index < oldPlaces; index++) {
    const found = load<u64>(old + index * 8);
    if (found === 0) continue;
    let place = <u32>(found >>> 32) & mask;
    while (load<u64>(table + place * 8) !== 0) place = (place + 1) & mask;
    store<u64>(table + place * 8, found);
  }
  store<u32>(set, count, 8);
}

/** Adds a key to a set. Returns whether it is new. */
export function addToSet(index: u32, text: u32, length: u32): bool {
  const set = keySets + index * 16;
  const table = load<u32>(set);
  const mask = load<u32>(set, 4);
  const hash = hashOf(text, length);
  let place = hash & mask;
  for (let found = load<u64>(table + place * 8); found !== 0; found = load<u64>(table + place * 8)) {
    const kept = <u32>found;
    if (<u32>(found >>> 32) === hash && load<u32>(kept) === length && isSame(kept + 4, text, length)) return false;
    place = (place + 1) & mask;
  }
  const kept = reserve(length + 4);
  store<u32>(kept, length);
  memory.copy(kept + 4, text, length);
  store<u64>(table + place * 8, ((<u64>hash) << 32) | kept);
  const count = load<u32>(set, 8) + 1;
  store<u32>(set, count, 8);
  if (count * 2 > mask) enlarge(set);
  return true;
}
