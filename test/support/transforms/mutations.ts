/** Damages JSON, often so that it stays valid: what a scanner could read otherwise than JSON.parse. */

/** Members that the transform reads, and values that it has to distinguish. */
const names =
  `body items item track id uri name type episode is_local artists album images url added_at added_by linked_from
external_ids isrc popularity explicit duration_ms disc_number release_date offset total __proto__ \\u0069d i\\/d`.split(
    /\s+/,
  );
const values =
  `null true false 0 -0 7 -7 1.0 1.5 1e3 1E+2 -1e-7 123456789012345 1234567890123456789 "" "a" "episode" "track"
"false" "true" "spotify:local:a:b:c:1" "a\\"b" "a\\\\b" "a\\/b" "a\\nb" "\\u00e9" "\\ud800" "\\ud83c\\udfa7" "é🎧" {} [] [null]
[{}] [{"id":"a"}] [{"url":"u"},3] {"id":"x"} {"id":"x","id":"y"} {"id":null,"uri":"u"} {"type":"track","id":"t"} [[[[]]]]
{"id":"x","artists":[{"id":"a","name":"n"},{},null,{"uri":"u"}],"album":{"id":"b","artists":[{"id":"c"}]}}`.split(
    /\s+/,
  );
const characters = [
  '"',
  "\\",
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "0",
  "-",
  ".",
  "e",
  " ",
  "\t",
  "\r",
  "\u0001",
  "é",
  "\\u",
  "/",
];

/** A copy with one to three changes. */
export function mutate(json: Buffer, random: () => number): Buffer {
  let text = json.toString("latin1");
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  const bytesOf = (part: string) => Buffer.from(part).toString("latin1");
  const replaceOne = (pattern: RegExp, replacement: (found: string) => string) => {
    const found = [...text.matchAll(pattern)];
    if (found.length === 0) return;
    const one = pick(found);
    const end = one.index + one[0].length;
    text = text.slice(0, one.index) + bytesOf(replacement(one[0])) + text.slice(end);
  };
  const changes = [
    // A member's value; a member's name; one member more, which can be there already.
    () => replaceOne(/(?<=":)(?:"[^"\\]*"|\d+|true|false|null|\[[^[\]{}]*\]|\{[^{}]*\})/g, () => pick(values)),
    () => replaceOne(/(?<=")\w+(?=":)/g, () => pick(names)),
    () => replaceOne(/[{,](?=")/g, (found) => `${found}"${pick(names)}":${pick(values)},`),
    () => replaceOne(/[[,](?=\{)/g, (found) => `${found}${pick(values)},`),
    // White space between tokens.
    () => replaceOne(/[{}[\],:]/g, (found) => pick([" ", "\t", "\r", "  "]) + found + pick([" ", "\t", ""])),
    // A byte: inserted, removed, replaced.
    () => replaceOne(/[^\n]/g, (found) => found + pick(characters)),
    () => replaceOne(/[^\n]/g, () => ""),
    () => replaceOne(/[^\n]/g, () => pick(characters)),
  ];
  const weights = [0, 0, 0, 1, 1, 2, 2, 2, 3, 4, 5, 6, 7];
  for (let count = 1 + Math.floor(random() * 3); count > 0; count--) changes[pick(weights)]?.();
  return Buffer.from(text, "latin1");
}
