// Passes over JSON. Each function gets the address of a value's first byte and returns the one behind it, or 0 if it is not
// valid JSON or nested too deep. What is passed over here JSON.parse would accept.

/** JSON.parse has no such limit; a deeper line is left to it. */
export const mostDepth: u32 = 64;

export enum Escapes {
  None,
  /** Those that writeEscaped in rows.ts knows. */
  Simple,
  Other,
}

/** The escapes of the strings that were passed over since it was set to 0, the greatest of them. */
export let escapes: Escapes = Escapes.None;

export function forgetEscapes(): void {
  escapes = Escapes.None;
}

export function skipSpace(start: u32): u32 {
  let at = start;
  let byte: u32 = load<u8>(at);
  while (byte === 32 || byte === 10 || byte === 13 || byte === 9) byte = load<u8>(++at);
  return at;
}

function isDigit(byte: u32): bool {
  return byte - 48 < 10;
}

function isHex(byte: u32): bool {
  return isDigit(byte) || (byte | 32) - 97 < 6;
}

function skipEscape(at: u32): u32 {
  const byte: u32 = load<u8>(at, 1);
  if (byte === 34 || byte === 92 || byte === 47) {
    if (escapes === Escapes.None) escapes = Escapes.Simple;
    return at + 2;
  }
  escapes = Escapes.Other;
  if (byte === 98 || byte === 102 || byte === 110 || byte === 114 || byte === 116) return at + 2; // b f n r t
  if (byte !== 117) return 0; // u
  for (let digit: u32 = 2; digit < 6; digit++) if (!isHex(load<u8>(at + digit))) return 0;
  return at + 6;
}

export function skipString(start: u32): u32 {
  let at = start + 1;
  while (true) {
    const bytes = v128.load(at);
    const quotes = v128.or(i8x16.eq(bytes, i8x16.splat(34)), i8x16.eq(bytes, i8x16.splat(92)));
    const found = i8x16.bitmask(v128.or(quotes, i8x16.lt_u(bytes, i8x16.splat(32))));
    if (found === 0) {
      at += 16;
      continue;
    }
    at += ctz(found);
    const byte: u32 = load<u8>(at);
    if (byte === 34) return at + 1;
    // The other marks are a backslash and control characters, which JSON does not allow in strings.
    at = byte === 92 ? skipEscape(at) : 0;
    if (at === 0) return 0;
  }
}

export function skipDigits(start: u32): u32 {
  let at = start;
  while (isDigit(load<u8>(at))) at++;
  return at === start ? 0 : at;
}

function skipNumber(start: u32): u32 {
  let at = load<u8>(start) === 45 ? start + 1 : start;
  at = load<u8>(at) === 48 ? at + 1 : skipDigits(at);
  if (at === 0) return 0;
  if (load<u8>(at) === 46) {
    at = skipDigits(at + 1);
    if (at === 0) return 0;
  }
  if ((<u32>load<u8>(at) | 32) !== 101) return at;
  const sign: u32 = load<u8>(at, 1);
  return skipDigits(sign === 43 || sign === 45 ? at + 2 : at + 1);
}

function skipWord(at: u32): u32 {
  const word = load<u32>(at);
  if (word === 0x65757274 || word === 0x6c6c756e) return at + 4; // true, null
  return word === 0x736c6166 && load<u8>(at, 4) === 101 ? at + 5 : 0; // false
}

/** From a member's name to its value. */
export function skipColon(start: u32): u32 {
  const at = skipSpace(start);
  return load<u8>(at) === 58 ? skipSpace(at + 1) : 0;
}

/** From behind an element or member to the next one, or to the end, where `closer` is. */
export function skipComma(start: u32, closer: u32): u32 {
  const at = skipSpace(start);
  const byte: u32 = load<u8>(at);
  if (byte === closer) return at;
  if (byte !== 44) return 0;
  const next = skipSpace(at + 1);
  return load<u8>(next) === closer ? 0 : next;
}

function skipObject(start: u32, depth: u32): u32 {
  let at = skipSpace(start + 1);
  while (load<u8>(at) !== 125) {
    if (load<u8>(at) !== 34) return 0;
    at = skipString(at);
    if (at !== 0) at = skipColon(at);
    if (at !== 0) at = skipValue(at, depth);
    if (at !== 0) at = skipComma(at, 125);
    if (at === 0) return 0;
  }
  return at + 1;
}

/** The rest of a list, from an element's first byte, or its end. */
export function skipElements(start: u32, depth: u32): u32 {
  let at = start;
  while (load<u8>(at) !== 93) {
    at = skipValue(at, depth);
    if (at !== 0) at = skipComma(at, 93);
    if (at === 0) return 0;
  }
  return at + 1;
}

/** @param depth how many lists and objects the value is in */
export function skipValue(at: u32, depth: u32): u32 {
  const byte: u32 = load<u8>(at);
  if (byte === 34) return skipString(at);
  if (byte === 123 || byte === 91) {
    if (depth >= mostDepth) return 0;
    return byte === 123 ? skipObject(at, depth + 1) : skipElements(skipSpace(at + 1), depth + 1);
  }
  return byte === 45 || isDigit(byte) ? skipNumber(at) : skipWord(at);
}
