// What a pull request is told of the stack, as Markdown on standard output: npm run preview:comment
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Registered } from "../emulator/resources";
import { archiveFiles, zip } from "./archives";
import { costedStack } from "./cost";
import { costTable } from "./costDoc";
import { exampleStack } from "./exampleStack";

/** Begins the comment, so that the workflow finds it again. */
export const commentMarker = "<!-- playlake preview -->";

/** GitHub takes 65,536 characters a comment. */
const maxDiffLength = 50_000;

/** What the comment is made of. */
export interface PreviewFacts {
  /** The stack's name; without one the program alone is described. */
  stack?: string | undefined;
  /** What `pulumi preview --diff` printed. */
  diff?: string | undefined;
  resources: readonly Registered[];
}

/** The comment: what changes, the functions' archives, the cost, the resources by type. */
export async function previewComment({ stack, diff, resources }: PreviewFacts): Promise<string> {
  return [
    commentMarker,
    `## Playlake${stack === undefined ? ": the program" : `: stack ${stack}`}`,
    "",
    ...(diff === undefined ? [] : details("pulumi preview --diff", fenced(shortened(diff)))),
    ...(await archiveTable(resources)),
    "",
    ...costTable(costedStack(resources)),
    "",
    ...details(`${resources.length} resources`, resourceTable(resources)),
  ].join("\n");
}

async function archiveTable(resources: readonly Registered[]): Promise<string[]> {
  const rows: string[] = [];
  for (const { type, name, inputs } of resources) {
    if (type !== "aws:lambda/function:Function") continue;
    const files = await archiveFiles(inputs.code);
    rows.push(`| ${name} | ${zip(files).length.toLocaleString("en")} | ${Object.keys(files).length} |`);
  }
  return ["| function | zip, bytes | files |", "| --- | ---: | ---: |", ...rows];
}

function resourceTable(resources: readonly Registered[]): string[] {
  const counts: Record<string, number> = {};
  for (const { type } of resources) counts[type] = (counts[type] ?? 0) + 1;
  const rows = Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
  return ["| type | |", "| --- | ---: |", ...rows.map(([type, count]) => `| \`${type}\` | ${count} |`)];
}

function shortened(diff: string): string {
  if (diff.length <= maxDiffLength) return diff;
  return `${diff.slice(0, maxDiffLength)}\n… ${diff.length - maxDiffLength} characters more: see the workflow's log`;
}

/** A block that nothing in the text can close. */
function fenced(text: string): string[] {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return [`${fence}text`, text.trimEnd(), fence];
}

function details(summary: string, lines: readonly string[]): string[] {
  return [`<details><summary>${summary}</summary>`, "", ...lines, "", "</details>", ""];
}

async function main(): Promise<void> {
  const options = { stack: { type: "string" }, catalog: { type: "string" }, diff: { type: "string" } } as const;
  const { stack, catalog = "declared", diff: file } = parseArgs({ options }).values;
  // A catalog of another name is refused by the program.
  const { resources } = await exampleStack({ catalog });
  const diff = file === undefined ? undefined : readFileSync(file, "utf8");
  process.stdout.write(await previewComment({ stack, diff, resources }));
}

if (require.main === module) {
  main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
