/** Empties the lists of markets in a response; returns the same bytes if there are none. They stay valid until the next call. */
type CutMarkets = (json: Buffer) => Buffer;

/**
 * Makes the cutter. Until 2026 each track and album had a list of up to 180 countries: a third of the bytes and half of the
 * parsing time, and no table uses them. A list is emptied, not removed, so its object keeps its members.
 *
 * Nothing else of valid JSON changes. A quote without a backslash before it and with a letter behind it can only begin a
 * string, and a `:` after that string makes it a member's name. A list is cut only if it holds nothing but country codes, so
 * broken JSON stays broken.
 */
export function makeCutMarkets(): CutMarkets {
  const { allocUnsafe: allocate, from: toBuffer } = Buffer;
  const name = toBuffer('"available_markets"');
  // The white space is JSON's own: a response with any other is broken, and must stay broken.
  const listPattern =
    /^[ \t\r\n]*:[ \t\r\n]*\[[ \t\r\n]*(?:"[A-Z]{2}"[ \t\r\n]*(?:,[ \t\r\n]*"[A-Z]{2}"[ \t\r\n]*)*)?\]$/;
  const emptyList = toBuffer(":[]");
  const backslash = 92;
  const closeBracket = 93;
  /** Lists that were checked, by their length and last country: the same few are served again and again. */
  let goodLists: { [lengthAndEnd: number]: Buffer } = {};
  let goodBytes = 0;
  const mostGoodBytes = 65_536;
  /** Reused: fresh memory costs more than the copying. */
  let kept = allocate(0);

  function isGood(json: Buffer, start: number, end: number): boolean {
    const key = (end - start) * 65_536 + (json[end - 4] as number) * 256 + (json[end - 3] as number);
    const known = goodLists[key];
    if (known != null && known.compare(json, start, end) === 0) return true;
    const list = json.subarray(start, end);
    if (!listPattern.test(list.toString("latin1"))) return false;
    if (goodBytes > mostGoodBytes) {
      goodLists = {};
      goodBytes = 0;
    }
    goodLists[key] = toBuffer(list);
    goodBytes += list.length;
    return true;
  }

  return function cutMarkets(json) {
    let at = json.indexOf(name);
    if (at === -1) return json;
    if (kept.length < json.length) kept = allocate(json.length);
    let keptBytes = 0;
    let keptTo = 0;
    for (; at !== -1; at = json.indexOf(name, at + name.length)) {
      const start = at + name.length;
      const end = json.indexOf(closeBracket, start) + 1;
      if (json[at - 1] === backslash || end === 0 || !isGood(json, start, end)) continue;
      keptBytes += json.copy(kept, keptBytes, keptTo, start);

      keptBytes += emptyList.copy(kept, keptBytes);
      keptTo = end;
    }
    keptBytes += json.copy(kept, keptBytes, keptTo);
    return keptTo === 0 ? json : kept.subarray(0, keptBytes);
  };
}
