// The text of `playlake COMMAND --help`, made from what a command declares.
import type { Command } from "./command";
import { labelled, pageWidth, wrapped } from "./progress";

/** A command's help, at most 80 columns wide. */
export function helpOf({ usage, about, options, examples }: Command): string {
  const labels = Object.keys(options).map((typed) => `  --${typed}`);
  const width = Math.max(...labels.map((label) => label.length)) + 3;
  const lines = Object.values(options).map((says, i) => labelled(labels[i] ?? "", says, width));
  const parts = [
    usage
      .split("\n")
      .flatMap((line, i) => wrapped(line, pageWidth, i === 0 ? "Usage: " : "       ", " ".repeat(17)))
      .join("\n"),
    ...about.split("\n\n").map(paragraph),
    ...(lines.length === 0 ? [] : [lines.join("").trimEnd()]),
    ["Examples:", ...examples.map((example) => `  ${example}`)].join("\n"),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** Wraps a paragraph. An indented one is a list, which keeps its lines. */
function paragraph(text: string): string {
  return text.startsWith(" ") ? text : wrapped(text.replaceAll("\n", " "), pageWidth).join("\n");
}
