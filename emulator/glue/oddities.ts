/** Something in a CSV file that readers take in different ways. */
export type Oddity = "notUtf8" | "lineBreak" | "mixedLineEnds" | "backslash" | "blankLine" | "bareQuote";

/** A backslash in a run of an odd number of them. */
const loneBackslash = /(?<!\\)\\(?:\\\\)*(?!\\)/;
/** A quote in a value that does not begin with one. */
const bareQuote = /(?:^|,)[^",]+"/;

/**
 * What in the beginning of a comma-separated file readers take in different ways, the worst first.
 * @param isCut whether the file goes on after the text: then its last line may be a part of one
 * @param isUtf8 whether the file's bytes are
 */
export function odditiesOf(text: string, isCut: boolean, isUtf8: boolean): Oddity[] {
  const lines = text.split(/\r\n|\r|\n/);
  if (isCut || lines.at(-1) === "") lines.pop();
  const has: Record<Oddity, boolean> = {
    notUtf8: !isUtf8,
    lineBreak: lines.some((line) => line.split('"').length % 2 === 0),
    mixedLineEnds: text.includes("\r") && /(?<!\r)\n/.test(text),
    backslash: lines.some((line) => line.includes("\\") && loneBackslash.test(line)),
    blankLine: lines.includes(""),
    bareQuote: lines.some((line) => bareQuote.test(line.replace(/"(?:[^"]|"")*"/g, '""'))),
  };
  return (Object.keys(has) as Oddity[]).filter((oddity) => has[oddity]);
}
