/** Something in a CSV file that readers interpret in different ways. */
export type Oddity = "notUtf8" | "lineBreak" | "mixedLineEnds" | "backslash" | "blankLine" | "bareQuote";

/** An odd number of backslashes in a row. */
const loneBackslash = /(?<!\\)\\(?:\\\\)*(?!\\)/;
/** A quote in a value that does not begin with a quote. */
const bareQuote = /(?:^|,)[^",]+"/;

/**
 * Finds what readers interpret in different ways in the beginning of a comma-separated file, the worst first.
 * @param isCut whether the file continues after the text: then its last line may be incomplete
 * @param isUtf8 whether the file's bytes are valid UTF-8
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
