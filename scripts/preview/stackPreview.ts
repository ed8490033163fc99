// What `pulumi preview --diff` would do to the stack, from its text.
import { fenced, limited } from "./markdown";

const maxBytes = 8_000;

/** A step: indentation, its sign, the type, what is done. The resource's URN follows on the next line. */
const step = /^ *(\+-|-\+|\+\+|--|[-+~]) ?([\w@/.-]+:[\w/.-]+:[\w.-]+): \(([\w-]+)\)/;

/** The steps with their resources, and Pulumi's own count; empty if the text has neither. */
export function planned(diff: string): string[] {
  const lines = diff.split("\n");
  const steps = lines.flatMap((line, index) => {
    const [, sign = "", type = "", action = ""] = step.exec(line) ?? [];
    if (action === "") return [];
    const urn = lines.slice(index + 1, index + 4).find((next) => next.includes("[urn="));
    const name = /::([^:\]]+)\]/.exec(urn ?? "")?.[1] ?? "";
    return [`${sign === "~" || sign.length === 2 ? "!" : sign} ${action} ${type} ${name}`.trimEnd()];
  });
  const start = lines.findLastIndex((line) => /^Resources:\s*$/.test(line));
  const counts = start === -1 ? [] : lines.slice(start + 1).filter((line) => /^ {4}\S*\s?\d+ /.test(line));
  if (steps.length === 0 && counts.length === 0) return [];
  return [
    "**The deployed stack**, as `pulumi preview` compares it with this branch:",
    "",
    ...fenced(
      [...limited(steps, maxBytes), ...counts.slice(0, 10).map((line) => `# ${line.trim()}`)].join("\n"),
      "diff",
    ),
    "",
  ];
}
