// Writes the golden files: npm run golden [FILE...]. Review them as a diff.
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { changesText } from "./changes";
import { stackFiles } from "./stacks";

const folder = path.join(__dirname, "../../golden/stack");

/** The text of a golden file. */
export function goldenText(name: string): string {
  return readFileSync(path.join(folder, name), "utf8");
}

/** Each file and the function that makes it. */
const files: Readonly<Record<string, () => Promise<string>>> = { ...stackFiles, "changes.txt": changesText };

/** The lines that are in only one of the texts, as `- before` and `+ after`. */
export function changedLines(before: string, after: string): string[] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  const removed = old.filter((line) => !now.includes(line)).map((line) => `- ${line}`);
  return [...removed, ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line}`)];
}

async function write(names: readonly string[]): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    if (names.length === 0 || names.includes(name)) writeFileSync(path.join(folder, name), await text());
  }
}

if (require.main === module) void write(process.argv.slice(2));
