import { isUtf8 } from "node:buffer";
import { excerpt, type Refuse } from "./refusal";

/** Reads the one JSON value that bytes hold; `undefined` if they are blank. */
export interface JsonReader {
  /** Throws a SyntaxError if it is not JSON. */
  parse(bytes: Buffer, refuse: Refuse): unknown;
  /** Throws a refusal if it is not JSON. `where` is appended to the message: `" in line 3"`, or nothing. */
  parseOrRefuse(bytes: Buffer, where: string, refuse: Refuse): unknown;
}

/** Makes the reader of JSON: UTF-8 with or without a byte order mark. Lone surrogates become U+FFFD. */
export function makeJsonReader(): JsonReader {
  const { parse: parseJson } = JSON;
  const isWhole = isUtf8;
  const surrogate = /\\u[dD]/;
  // Every escape is matched as a whole, so that a doubled backslash before a `u` is not taken for the start of one.
  const escapes = /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|(u[dD][89a-fA-F][\da-fA-F]{2})|.)/gs;
  const openBrace = 123;
  const openBracket = 91;
  /** An object takes up to twenty times the bytes of its text, so unlimited nesting would abort the process. */
  const mostContainers = 4 * 1024 * 1024;

  function checkContainers(bytes: Buffer, refuse: Refuse): void {
    if (bytes.length <= mostContainers) return;
    let containers = 0;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === openBrace || byte === openBracket) containers += 1;
    }
    if (containers > mostContainers) throw refuse("more than 4 million objects and arrays in one piece");
  }

  function decode(bytes: Buffer, refuse: Refuse): string {
    const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    if (isUtf16) throw refuse("UTF-16 text", "UTF-8");
    // Decoding would silently replace each invalid byte sequence with U+FFFD.
    if (!isWhole(bytes)) throw refuse("bytes that are not UTF-8 (Latin-1?)", "UTF-8");
    checkContainers(bytes, refuse);
    return bytes.toString("utf8").trim(); // removes the byte order mark, too
  }

  /** A lone surrogate can only come as an escape. UTF-8 cannot hold it, and `encodeURIComponent` throws on it. */
  function repairSurrogates(text: string): string {
    return text.replace(escapes, (found: string, lone?: string) => (lone == null ? found : "\\ufffd"));
  }

  function parseText(text: string): unknown {
    if (text === "") return void 0;
    // Spotify escapes very few characters, so for most responses this search is the only cost.
    return parseJson(text.includes("\\u") && surrogate.test(text) ? repairSurrogates(text) : text);
  }

  return {
    parse: (bytes, refuse) => parseText(decode(bytes, refuse)),
    parseOrRefuse(bytes, where, refuse) {
      const text = decode(bytes, refuse);
      try {
        return parseText(text);
      } catch {
        throw refuse(`${describeBroken(bytes.toString("utf8").replace(/^\ufeff/, ""))}${where}`);
      }
    },
  };
}

/** Describes what is wrong with text that does not parse as JSON, and at which character, counted from 1. */
function describeBroken(text: string): string {
  const start = text.length - text.trimStart().length;
  if (!/^[[{]/.test(text.slice(start))) return `text that is not JSON: ${excerpt(text.trim())}`;
  const at = findBroken(text, start);
  if (at >= text.trimEnd().length) return `JSON that is cut off after character ${text.trimEnd().length}`;
  const [word] = /^(?:[\w.+-]+|.)/su.exec(text.slice(at, at + 50)) ?? [""];
  return `broken JSON: ${excerpt(word)} at character ${at + 1}`;
}

/** The index of the first character that is not valid JSON at its place; the text's length if it is cut off. */
function findBroken(text: string, start: number): number {
  const closers: string[] = [];
  const space = /[ \t\r\n]*/y;
  const string = /"(?:[^"\\\p{Cc}]+|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"?/uy;
  const scalar = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;
  let at = start;
  function match(pattern: RegExp): string {
    pattern.lastIndex = at;
    const [found = ""] = pattern.exec(text) ?? [];
    at += found.length;
    return found;
  }
  /** Whether a whole string starts at `at`; if not, `at` moves to where it breaks. */
  const isString = () => text[at] === '"' && /^".*"$/s.test(match(string));
  let isValueNext = true;
  let isFirst = false;
  for (;;) {
    match(space);
    const character = text[at];
    if (character === undefined) return at;
    const closer = closers.at(-1);
    if (isFirst && character === closer) {
      isValueNext = false;
      isFirst = false;
    }
    if (!isValueNext) {
      if (closer === undefined || (character !== closer && character !== ",")) return at;
      at += 1;
      if (character === closer) closers.pop();
      else isValueNext = true;
      continue;
    }
    if (closer === "}") {
      if (!isString()) return at;
      match(space);
      if (text[at] !== ":") return at;
      at += 1;
      match(space);
    }
    const opened = text[at];
    isFirst = opened === "{" || opened === "[";
    if (isFirst) {
      closers.push(opened === "{" ? "}" : "]");
      at += 1;
      continue;
    }
    if (opened === '"' ? !isString() : match(scalar) === "") return at;
    isValueNext = false;
  }
}
