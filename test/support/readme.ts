import { readFileSync } from "node:fs";
import path from "node:path";
import { projectFolder } from "./commandLine";

/** The contents of README's code blocks in a language. */
export function codeBlocks(language: string): string[] {
  const text = readFileSync(path.join(projectFolder, "README.md"), "utf8");
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter((block) => block[1] === language)
    .map((block) => block[2]!);
}

/** The commands of README's shell blocks, one per line, without comments. */
export function commands(): string[] {
  return codeBlocks("sh")
    .flatMap((block) => block.split("\n"))
    .map((line) => line.replace(/\s+# .*$/, "").trim())
    .filter((line) => line !== "");
}
