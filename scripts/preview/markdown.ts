// Markdown in which no name or value can do more than be shown.

/** A code block that the text cannot close. */
export function fenced(text: string, language = "text"): string[] {
  const shown = withShortTicks(text).trimEnd();
  const fence = "`".repeat(longestTicks(shown, 2) + 1);
  return [`${fence}${language}`, shown, fence];
}

/** A name or a statement within a sentence or a cell. */
export function inlineCode(text: string): string {
  const line = withShortTicks(cut(oneLine(text), 300));
  const ticks = "`".repeat(longestTicks(line, 0) + 1);
  const pad = /^`|`$/.test(line) ? " " : "";
  return `${ticks}${pad}${line.replaceAll("|", "\\|")}${pad}${ticks}`;
}

export function details(summary: string, lines: readonly string[]): string[] {
  return [`<details><summary>${summary}</summary>`, "", ...lines, "", "</details>", ""];
}

/** As many lines as fit, each cut to a readable length, and how many are left out. */
export function limited(lines: readonly string[], maxBytes: number): string[] {
  let left = maxBytes;
  const shown = lines.map((line) => cut(oneLine(line), 1_000));
  const end = shown.findIndex((line) => {
    left -= Buffer.byteLength(line) + 1;
    return left < 0;
  });
  return end === -1
    ? shown
    : [...shown.slice(0, end), `  … and ${(shown.length - end).toLocaleString("en")} more lines`];
}

/** Whole characters that are at most that long in UTF-8. @param fromEnd whether the start is left out */
export function cutBytes(text: string, maxBytes: number, fromEnd: boolean): string {
  const bytes = Buffer.from(text);
  const part = fromEnd ? bytes.subarray(Math.max(0, bytes.length - maxBytes)) : bytes.subarray(0, maxBytes);
  // A character that was cut in two is not shown.
  return part.toString().replace(/^\uFFFD+|\uFFFD+$/g, "");
}

function cut(line: string, most: number): string {
  return line.length <= most ? line : `${line.slice(0, most)}…`;
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ");
}

/** Fences are longer than any run of backticks, so a run has a limit. */
function withShortTicks(text: string): string {
  return text.replace(/`{9,}/g, "`".repeat(8));
}

function longestTicks(text: string, least: number): number {
  return Math.max(least, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
}
