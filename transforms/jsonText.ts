/**
 * Parts of a JSON text, character by character. JSON.parse and JSON.stringify would round large numbers, drop
 * spacing and join repeated names. Text that is stored raw or served again must be exactly what was received.
 */

/** One member of an object: its name (decoded) and its value's text. */
export interface JsonMember {
  name: string;
  text: string;
}

/** The texts of an array's elements, in order. The text must be valid JSON and hold an array. */
export function arrayElements(text: string): string[] {
  const elements: string[] = [];
  let at = skipSpace(text, skipSpace(text, 0) + 1);
  while (text[at] !== "]") {
    const end = endOfValue(text, at);
    elements.push(text.slice(at, end));
    at = skipSpace(text, end);
    if (text[at] === ",") at = skipSpace(text, at + 1);
  }
  return elements;
}

/** An object's members, in order. The text must be valid JSON and hold an object. */
export function objectMembers(text: string): JsonMember[] {
  const members: JsonMember[] = [];
  let at = skipSpace(text, skipSpace(text, 0) + 1);
  while (text[at] !== "}") {
    const nameEnd = endOfValue(text, at);
    const name = JSON.parse(text.slice(at, nameEnd)) as string;
    const start = skipSpace(text, skipSpace(text, nameEnd) + 1);
    const end = endOfValue(text, start);
    members.push({ name, text: text.slice(start, end) });
    at = skipSpace(text, end);
    if (text[at] === ",") at = skipSpace(text, at + 1);
  }
  return members;
}

/** The text of a member's value: of the last one of that name, as JSON.parse would have it. */
export function memberText(text: string, name: string): string | undefined {
  return objectMembers(text).findLast((member) => member.name === name)?.text;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= 32) at += 1;
  return at;
}

/** The position after the value that starts at `start`. */
function endOfValue(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return endOfString(text, start);
  if (first !== "{" && first !== "[") {
    let at = start;
    while (at < text.length && !",]}".includes(text[at]!) && text.charCodeAt(at) > 32) at += 1;
    return at;
  }
  let depth = 0;
  let at = start;
  do {
    const character = text[at];
    if (character === '"') {
      at = endOfString(text, at);
      continue;
    }
    if (character === "{" || character === "[") depth += 1;
    if (character === "}" || character === "]") depth -= 1;
    at += 1;
  } while (depth > 0 && at < text.length);
  return at;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}
