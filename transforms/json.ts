import { isUtf8 } from "node:buffer";
import { excerpt, type Refuse } from "./refusal";

/** Reads the one JSON value that bytes hold; `undefined` where they are blank. */
export interface JsonReader {
  /** Throws a SyntaxError where it is no JSON. */
  parse(bytes: Buffer, refuse: Refuse): unknown;
  /** Throws a refusal where it is no JSON; `where` says what was read: `" in line 3"`, or nothing. */
  parseOrRefuse(bytes: Buffer, where: string, refuse: Refuse): unknown;
}

/** Makes the reader of JSON: UTF-8 with or without a byte order mark, lone surrogates in it become U+FFFD. */
export function makeJsonReader(): JsonReader {
  const { parse: parseJson } = JSON;
  const isWhole = isUtf8;
  const surrogate = /\\u[dD]/;
  // Every escape is matched whole, so that a doubled backslash before a `u` is not taken for the start of one.
  const escapes = /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|(u[dD][89a-fA-F][\da-fA-F]{2})|.)/gs;

  function decode(bytes: Buffer, refuse: Refuse): string {
    const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    if (isUtf16) throw refuse("UTF-16 text", "UTF-8");
    // Decoding would put U+FFFD in the place of each letter that it can't read, without a word.
    if (!isWhole(bytes)) throw refuse("bytes that are not UTF-8 (Latin-1?)", "UTF-8");
    try {
      return bytes.toString("utf8").trim(); // takes the byte order mark off, too
    } catch {
      throw refuse(`${bytes.length} bytes of JSON in one piece`, "at most 512 MiB a document, or a page a line");
    }
  }

  /** Half of a surrogate pair can only come as an escape. UTF-8 can't hold it, and `encodeURIComponent` throws on it. */
  function repairSurrogates(text: string): string {
    return text.replace(escapes, (found: string, lone?: string) => (lone == null ? found : "\\ufffd"));
  }

  function parseText(text: string): unknown {
    if (text === "") return void 0;
    // Spotify escapes next to no letters: this one look for them is all that most responses take.
    return parseJson(text.includes("\\u") && surrogate.test(text) ? repairSurrogates(text) : text);
  }

  function describeBroken(text: string): string {
    if (!/^[[{]/.test(text)) return `no JSON: ${excerpt(text)}`;
    return `JSON that is broken or cut off (${text.length} characters, the last are ${excerpt(text.slice(-20))})`;
  }

  return {
    parse: (bytes, refuse) => parseText(decode(bytes, refuse)),
    parseOrRefuse(bytes, where, refuse) {
      const text = decode(bytes, refuse);
      try {
        return parseText(text);
      } catch {
        throw refuse(`${describeBroken(text)}${where}`);
      }
    },
  };
}
