/** Adds a key to a set. Returns whether it is new. */
export type AddKey = (key: string) => boolean;

/**
 * Makes the maker of sets of keys. A small set is a `Set`. A large one copies the characters of its keys into one buffer:
 * looking up and keeping that many strings would make the transform of 100,000 entries take a sixth longer.
 */
export function makeKeySets(): () => AddKey {
  const Integers = Int32Array;
  const Strings = Set<string>;
  const { allocUnsafe: allocate } = Buffer;
  const { imul } = Math;
  /** More than the keys of a playlist of 11,000 entries, Spotify's limit. */
  const mostStrings = 16_384;
  const lastAscii = 127;
  /** Ends each key in the buffer: no ASCII character has this byte. */
  const endMark = 255;

  return function startKeySet() {
    let isLarge = false;
    /** All keys of a small set; of a large one those that are not ASCII, which are rare. */
    let strings = new Strings();
    /** Two numbers for each key, found by its hash: the hash, and where the key starts in `kept`. 0 is a free place. */
    let table = new Integers(512);
    let kept = allocate(0);
    let end = 1;
    let count = 0;

    function reserve(bytes: number): void {
      if (end + bytes <= kept.length) return;
      const larger = allocate((end + bytes) * 2);
      kept.copy(larger, 0, 0, end);
      kept = larger;
    }

    /** Whether the key that starts at `start` is the one of that length that was written at `end`. */
    function isSame(start: number, length: number): boolean {
      let at = 0;
      while (at <= length && kept[start + at] === kept[end + at]) at++;
      return at > length;
    }

    function enlarge(): void {
      const smaller = table;
      table = new Integers(smaller.length * 2);
      const mask = table.length - 1;
      for (let from = 0; from < smaller.length; from += 2) {
        const [hash, start] = [smaller[from] as number, smaller[from + 1] as number];
        if (start === 0) continue;
        let place = (hash << 1) & mask;
        while (table[place + 1] !== 0) place = (place + 2) & mask;
        table[place] = hash;
        table[place + 1] = start;
      }
    }

    function addString(key: string): boolean {
      const { size } = strings;
      return strings.add(key).size !== size;
    }

    function addToBuffer(key: string): boolean {
      const { length } = key;
      reserve(length + 1);
      let hash = 0;
      let bits = 0;
      for (let at = 0; at < length; at++) {
        const code = key.charCodeAt(at);
        bits |= code;
        hash = imul(hash ^ code, 0x01000193);
        kept[end + at] = code;
      }
      if (bits > lastAscii) return addString(key);
      kept[end + length] = endMark;
      hash ^= hash >>> 15;
      const mask = table.length - 1;
      let place = (hash << 1) & mask;
      for (let start = table[place + 1]; start !== 0; start = table[place + 1]) {
        if (table[place] === hash && isSame(start as number, length)) return false;
        place = (place + 2) & mask;
      }
      table[place] = hash;
      table[place + 1] = end;
      end += length + 1;
      count += 1;
      if (count * 4 > table.length) enlarge();
      return true;
    }

    return function add(key) {
      if (isLarge) return addToBuffer(key);
      const isNew = addString(key);
      if (strings.size === mostStrings) {
        const small = strings;
        strings = new Strings();
        for (const one of small) addToBuffer(one);
        isLarge = true;
      }
      return isNew;
    };
  };
}
