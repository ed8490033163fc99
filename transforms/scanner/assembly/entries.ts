// Reads a line's entries into records: of each the texts of the members that the caller declared.

import { Action, Shape, Slot } from "../numbers";
import {
  Escapes,
  escapes,
  forgetEscapes,
  mostDepth,
  skipColon,
  skipComma,
  skipDigits,
  skipElements,
  skipSpace,
  skipString,
  skipValue,
} from "./json";
import { isSame } from "./keySets";
import { input, members, scratch, shapes, slack, tape, tapeEnd } from "./memory";
import {
  artistBytes,
  creditsOf,
  escapedMark,
  finishRecord,
  headerBytes,
  lengthOf,
  recordBytes,
  slotOf,
  textOf,
} from "./records";

/** Bounds of a regular entry, so that its rows fit the output. */
const mostEntryBytes: u32 = 16_384;
const mostKeyBytes: u32 = 255;
const mostArtists: u32 = 64;
/** More digits than a number keeps. */
const mostDigits: u32 = 15;

let memberCount: u32 = 0;
let isIrregular: bool = false;
/** Which member the entry's item comes from. */
let itemFrom: Action = Action.Text;
/** Where the records end. */
export let recordsEnd: u32 = tape;
/** Where the line's entries begin and end, with their brackets; 0 if it has none. */
export let entriesStart: u32 = 0;
export let entriesEnd: u32 = 0;
export let entryCount: u32 = 0;

function placeOf(shape: u32, name: u32, length: u32): u32 {
  const first: u32 = load<u8>(name);
  const last: u32 = load<u8>(name + length - 1);
  return shapes + shape * 256 + ((length + first * 3 + last * 5) & 63) * 4;
}

function nextPlace(shape: u32, place: u32): u32 {
  return shapes + shape * 256 + ((place + 4 - shapes) & 255);
}

/** Declares a member of a shape, whose name is in `scratch`. */
export function declareMember(shape: u32, nameLength: u32, action: u32, target: u32): void {
  const member = members + memberCount * 64;
  memberCount += 1;
  store<u8>(member, nameLength);
  store<u8>(member, action, 1);
  store<u8>(member, target, 2);
  store<u8>(member, memberCount - 1, 3);
  memory.copy(member + 8, scratch, nameLength);
  let place = placeOf(shape, scratch, nameLength);
  while (load<u32>(place) !== 0) place = nextPlace(shape, place);
  store<u32>(place, member);
}

/** The declared member of that name; 0 if there is none. */
function findMember(shape: u32, name: u32, length: u32): u32 {
  if (length === 0) return 0;
  let place = placeOf(shape, name, length);
  for (let member = load<u32>(place); member !== 0; member = load<u32>(place)) {
    if (load<u8>(member) === length && isSame(member + 8, name, length)) return member;
    place = nextPlace(shape, place);
  }
  return 0;
}

/** Keeps a plain value as a text. Anything structured counts as missing. */
function readText(at: u32, slot: u32, isKey: bool, depth: u32): u32 {
  const byte: u32 = load<u8>(at);
  forgetEscapes();
  const end = skipValue(at, depth);
  if (byte === 34) {
    const length = end - at - 2;
    if (escapes === Escapes.Other || (isKey && (escapes !== Escapes.None || length > mostKeyBytes))) isIrregular = true;
    store<u32>(slot, at + 1);
    store<u32>(slot, escapes === Escapes.None ? length : length | escapedMark, 4);
  } else if (byte !== 123 && byte !== 91 && byte !== 110) {
    if (byte !== 116 && byte !== 102) {
      // JavaScript prints a number in a form of its own, which is that of a short whole number.
      const first = byte === 45 ? at + 1 : at;
      if (skipDigits(first) !== end || end - first > mostDigits || (first > at && load<u8>(first) === 48))
        isIrregular = true;
    }
    store<u32>(slot, at);
    store<u32>(slot, end - at, 4);
  }
  return end;
}

function startRecord(bytes: u32): u32 {
  const record = recordsEnd;
  recordsEnd += bytes;
  if (recordsEnd > tapeEnd) return 0;
  memory.fill(record, 0, bytes);
  return record;
}

function readObjectOrSkip(at: u32, shape: u32, record: u32, depth: u32): u32 {
  return load<u8>(at) === 123 ? readObject(at, shape, record, depth) : skipValue(at, depth);
}

function readArtists(start: u32, list: u32, depth: u32): u32 {
  let at = skipSpace(start + 1);
  const first = recordsEnd;
  let count: u32 = 0;
  while (load<u8>(at) !== 93) {
    const record = startRecord(artistBytes);
    if (record === 0) return 0;
    count += 1;
    at = readObjectOrSkip(at, Shape.Artist, record, depth + 1);
    if (at !== 0) at = skipComma(at, 93);
    if (at === 0) return 0;
  }
  if (count > mostArtists) isIrregular = true;
  store<u32>(list, first);
  store<u32>(list, count, 4);
  return at + 1;
}

function readFirst(start: u32, shape: u32, record: u32, depth: u32): u32 {
  let at = skipSpace(start + 1);
  if (load<u8>(at) !== 123) return skipElements(at, depth + 1);
  at = readObject(at, shape, record, depth + 1);
  if (at !== 0) at = skipComma(at, 93);
  return at === 0 ? 0 : skipElements(at, depth + 1);
}

function readEntries(start: u32, depth: u32): u32 {
  let at = skipSpace(start + 1);
  entriesStart = start;
  while (load<u8>(at) !== 93) {
    const record = startRecord(recordBytes);
    if (record === 0) return 0;
    entryCount += 1;
    isIrregular = false;
    itemFrom = Action.Text;
    const entry = at;
    at = readObjectOrSkip(at, Shape.Entry, record, depth + 1);
    if (at === 0) return 0;
    if (at - entry > mostEntryBytes || !isKnownTrack(record)) isIrregular = true;
    finishRecord(record, recordsEnd, isIrregular, entry, at);
    at = skipComma(at, 93);
    if (at === 0) return 0;
  }
  entriesEnd = at + 1;
  return at + 1;
}

/** Whether a text is missing or begins with "fals". Any other such text of 5 bytes counts as false, too. */
function isFalse(record: u32, slot: u32): bool {
  const length = lengthOf(record, slot);
  return length === 0 || (length === 5 && load<u32>(textOf(record, slot)) === 0x736c6166);
}

/** Whether an entry is a track that is not a local file. */
function isKnownTrack(record: u32): bool {
  if (lengthOf(record, Slot.Id) === 0 && lengthOf(record, Slot.Uri) === 0) return false;
  if (!isFalse(record, Slot.Episode) || !isFalse(record, Slot.ItemIsLocal)) return false;
  if (!isFalse(record, Slot.ServedIsLocal) || lengthOf(record, Slot.Type) !== 5) return false;
  const type = textOf(record, Slot.Type);
  if (load<u32>(type) !== 0x63617274 || load<u8>(type, 4) !== 107) return false; // track
  if (lengthOf(record, Slot.Uri) < 14) return true;
  const uri = textOf(record, Slot.Uri);
  return load<u32>(uri, 6) !== 0x6f6c3a79 || load<u32>(uri, 10) !== 0x3a6c6163; // the end of "spotify:local:"
}

/** The item wins over the track: since 2026 an entry can hold both. */
function readItem(at: u32, action: u32, record: u32, depth: u32): u32 {
  if (load<u8>(at) !== 123) {
    if (action === Action.Item && load<u8>(at) !== 110) isIrregular = true;
    return skipValue(at, depth);
  }
  if (itemFrom === Action.Item) return skipValue(at, depth);
  if (itemFrom === Action.Track)
    memory.fill(slotOf(record, Slot.AlbumKey), 0, recordBytes - headerBytes - Slot.AlbumKey * 8);
  itemFrom = action;
  return readObject(at, Shape.Item, record, depth);
}

function readMember(at: u32, action: u32, target: u32, record: u32, depth: u32): u32 {
  if (action === Action.Text || action === Action.Key) {
    return readText(at, slotOf(record, target), action === Action.Key, depth);
  }
  if (action === Action.Item || action === Action.Track) return readItem(at, action, record, depth);
  if (action === Action.Object) return readObjectOrSkip(at, target, record, depth);
  if (load<u8>(at) !== 91) return skipValue(at, depth);
  if (depth >= mostDepth) return 0;
  if (action === Action.Artists) return readArtists(at, creditsOf(record, target), depth);
  return action === Action.First ? readFirst(at, target, record, depth) : readEntries(at, depth);
}

function readObject(start: u32, shape: u32, record: u32, depth: u32): u32 {
  if (depth >= mostDepth) return 0;
  let at = skipSpace(start + 1);
  let seen: u64 = 0;
  while (load<u8>(at) !== 125) {
    if (load<u8>(at) !== 34) return 0;
    const name = at + 1;
    forgetEscapes();
    at = skipString(at);
    if (at === 0) return 0;
    const member = findMember(shape, name, at - 1 - name);
    const bit: u64 = member === 0 ? 0 : 1 << (<u64>load<u8>(member, 3));
    // With escapes a name can be that of a declared member, and of members of one name the last one counts.
    if (escapes !== Escapes.None || (seen & bit) !== 0) {
      if (shape < <u32>Shape.Entry) return 0;
      isIrregular = true;
    }
    seen |= bit;
    at = skipColon(at);
    if (at === 0) return 0;
    at =
      member === 0
        ? skipValue(at, depth + 1)
        : readMember(at, load<u8>(member, 1), load<u8>(member, 2), record, depth + 1);
    if (at !== 0) at = skipComma(at, 125);
    if (at === 0) return 0;
  }
  return at + 1;
}

/** Reads the line in `input`. Returns whether it is valid JSON that holds a page's entries. */
export function scan(length: u32): bool {
  const end = input + length;
  memory.fill(end, 0, slack);
  entriesStart = 0;
  entryCount = 0;
  recordsEnd = tape;
  if (load<u8>(input) !== 123) return false;
  const at = readObject(input, Shape.Line, 0, 0);
  return at !== 0 && skipSpace(at) === end && entriesStart !== 0;
}
