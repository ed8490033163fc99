// Writes the rows of regular entries, as csv.ts does.

import { ArtistSlot, Credits, KeySet, Slot, Stop, Table } from "../numbers";
import { recordsEnd } from "./entries";
import { addToSet, clearKeySets } from "./keySets";
import { columns, output, outputBytes, outputEnds, ownTexts, rowCounts, scratch, tape } from "./memory";
import {
  artistBytes,
  creditsOf,
  entryEnd,
  entryStart,
  escapedMark,
  isIrregularRecord,
  lengthOf,
  nextRecord,
  slotOf,
  textOf,
} from "./records";

/** From here on an output is full. The rest is room for one entry's rows: at most 16 KiB of its texts, and 128 rows of two keys. */
const fullBytes: u32 = 65_536;
const trackText: u32 = ownTexts + 512;
const falseText: u32 = ownTexts + 528;
const positionEnd: u32 = ownTexts + 560;
const artistPositionEnd: u32 = ownTexts + 592;

let playlistIdLength: u32 = 0;
let record: u32 = 0;
/** The position of the next entry. */
export let position: u32 = 0;
/** Where the irregular entries are that `writeRows` passed over, with the commas between them. */
export let irregularStart: u32 = 0;
export let irregularEnd: u32 = 0;

/** Declares the next column of a table. */
export function declareColumn(table: u32, slot: u32): void {
  const declared = columns + table * 32;
  const count: u32 = load<u8>(declared) + 1;
  store<u8>(declared, count);
  store<u8>(declared + count, slot);
}

/** Begins a playlist, and forgets the one before. Its id is in `scratch`. */
export function startPlaylist(idLength: u32): void {
  clearKeySets();
  for (let table: u32 = 0; table < <u32>Table.End; table++) {
    store<u32>(outputEnds + table * 4, output + table * outputBytes);
    store<u32>(rowCounts + table * 4, 0);
  }
  memory.copy(ownTexts, scratch, idLength);
  playlistIdLength = idLength;
  store<u64>(trackText, 0x6b63617274);
  store<u64>(falseText, 0x65736c6166);
}

/** Adds the key that is in `scratch` to a set. Returns whether it is new. */
export function addKey(set: u32, length: u32): bool {
  return addToSet(set, scratch, length);
}

function setSlot(row: u32, slot: u32, text: u32, length: u32): void {
  store<u32>(slotOf(row, slot), text);
  store<u32>(slotOf(row, slot), length, 4);
}

/** Copies the first of two slots that is not empty. */
function copySlot(row: u32, to: u32, first: u32, second: u32): void {
  store<u64>(slotOf(row, to), load<u64>(slotOf(row, lengthOf(row, first) > 0 ? first : second)));
}

function setNumber(row: u32, slot: u32, value: u32, end: u32): void {
  let at = end;
  let rest = value;
  do {
    at -= 1;
    store<u8>(at, 48 + (rest % 10));
    rest /= 10;
  } while (rest > 0);
  setSlot(row, slot, at, end - at);
}

function writeText(to: u32, text: u32, length: u32): u32 {
  for (let at: u32 = 0; at < length; at += 16) v128.store(to + at, v128.load(text + at));
  return to + length;
}

/** A JSON string's doubled backslash is CSV's, too. Its quote becomes two, its slash loses the backslash. */
function writeEscaped(start: u32, text: u32, length: u32): u32 {
  let to = start;
  for (let at = text; at < text + length; at++) {
    let byte: u32 = load<u8>(at);
    if (byte === 92) {
      at += 1;
      byte = load<u8>(at);
      if (byte !== 47) {
        store<u8>(to, byte);
        to += 1;
      }
    }
    store<u8>(to, byte);
    to += 1;
  }
  return to;
}

function writeRow(table: u32, row: u32): void {
  let to = load<u32>(outputEnds + table * 4);
  let column = columns + table * 32;
  const last = column + load<u8>(column);
  while (column < last) {
    column += 1;
    const slot: u32 = load<u8>(column);
    const text = textOf(row, slot);
    const length = lengthOf(row, slot);
    store<u8>(to, 34);
    to = length < escapedMark ? writeText(to + 1, text, length) : writeEscaped(to + 1, text, length ^ escapedMark);
    store<u16>(to, 0x2c22); // quote and comma
    to += 2;
  }
  store<u8>(to - 1, 10);
  store<u32>(outputEnds + table * 4, to);
  store<u32>(rowCounts + table * 4, load<u32>(rowCounts + table * 4) + 1);
}

function isNew(set: u32, row: u32, slot: u32): bool {
  return addToSet(set, textOf(row, slot), lengthOf(row, slot));
}

/** As addArtists in ../../rows.ts: an artist without a key leaves a gap. */
function writeArtists(credits: u32, ownerKey: u32, isFirst: bool, table: u32): void {
  let artist = load<u32>(credits);
  const count = load<u32>(credits, 4);
  for (let index: u32 = 0; index < count; index++, artist += artistBytes) {
    copySlot(artist, ArtistSlot.Key, ArtistSlot.Id, ArtistSlot.Uri);
    if (lengthOf(artist, ArtistSlot.Key) === 0) continue;
    if (isFirst) {
      store<u64>(slotOf(artist, ArtistSlot.OwnerKey), load<u64>(ownerKey));
      setNumber(artist, ArtistSlot.Position, index, artistPositionEnd);
      writeRow(table, artist);
    }
    if (isNew(KeySet.Artists, artist, ArtistSlot.Key)) writeRow(Table.artists, artist);
  }
}

/** As addTrack and addAlbum in ../../rows.ts. */
function writeEntry(): void {
  copySlot(record, Slot.ItemKey, Slot.Id, Slot.Uri);
  copySlot(record, Slot.ItemKey, Slot.LinkedId, Slot.ItemKey);
  copySlot(record, Slot.AlbumKey, Slot.AlbumId, Slot.AlbumUri);
  setSlot(record, Slot.PlaylistId, ownTexts, playlistIdLength);
  setNumber(record, Slot.Position, position, positionEnd);
  setSlot(record, Slot.ItemType, trackText, 5);
  setSlot(record, Slot.IsLocal, falseText, 5);
  writeRow(Table.playlist_items, record);
  const isFirst = isNew(KeySet.Tracks, record, Slot.ItemKey);
  writeArtists(creditsOf(record, Credits.Track), slotOf(record, Slot.ItemKey), isFirst, Table.track_artists);
  const isFirstAlbum = lengthOf(record, Slot.AlbumKey) > 0 && isNew(KeySet.Albums, record, Slot.AlbumKey);
  writeArtists(creditsOf(record, Credits.Album), slotOf(record, Slot.AlbumKey), isFirstAlbum, Table.album_artists);
  if (isFirstAlbum) writeRow(Table.albums, record);
  if (isFirst) writeRow(Table.tracks, record);
}

function isFull(): bool {
  for (let table: u32 = 0; table < <u32>Table.End; table++) {
    if (load<u32>(outputEnds + table * 4) > output + table * outputBytes + fullBytes) return true;
  }
  return false;
}

/** Begins with the rows of the line's entries. */
export function startRows(firstPosition: u32): void {
  position = firstPosition;
  record = tape;
}

/** Writes the rows of the next entries. */
export function writeRows(): Stop {
  while (record < recordsEnd) {
    if (isFull()) return Stop.Full;
    if (isIrregularRecord(record)) {
      irregularStart = entryStart(record);
      while (record < recordsEnd && isIrregularRecord(record)) {
        irregularEnd = entryEnd(record);
        record = nextRecord(record);
        position += 1;
      }
      return Stop.Irregular;
    }
    writeEntry();
    record = nextRecord(record);
    position += 1;
  }
  return Stop.Done;
}
