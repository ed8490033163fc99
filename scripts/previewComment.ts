// What a pull request changes in the stack, as Markdown on standard output: npm run preview:comment
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Registered } from "../emulator/resources";
import { costedStack } from "./cost";
import { costTable, scenarios, scenarioText } from "./costDoc";
import { exampleStack } from "./exampleStack";
import { type ProgramFacts, programFacts } from "./programFacts";

/** Marks the comment, so that the workflow can find and update it. */
export const commentMarker = "<!-- playlake preview -->";

/** GitHub accepts 65,536 characters per comment. */
const maxDiffLength = 45_000;
const maxListed = 50;

/** The inputs of the comment. */
export interface PreviewFacts {
  /** The stack's name; without it, only the program is described. */
  stack?: string | undefined;
  /** What `pulumi preview --diff` printed. */
  diff?: string | undefined;
  /** Whether the preview failed. @default false */
  failed?: boolean;
  /** What the program registers, or the error it ends with. */
  program: readonly Registered[] | Error;
  /** The base branch's program; undefined if it could not be described. */
  base?: ProgramFacts | undefined;
}

/** The comment: the preview, the difference against the base, the cost. */
export async function previewComment(preview: PreviewFacts): Promise<string> {
  const { stack, diff, failed = false, program, base } = preview;
  return [
    commentMarker,
    `## Playlake${stack === undefined ? ": the program" : `: stack ${stack}`}`,
    "",
    ...(failed ? ["**The preview failed.** The last lines of its output give the reason.", ""] : []),
    ...(diff === undefined ? [] : details("pulumi preview --diff", fenced(shortened(diff, failed)))),
    ...(program instanceof Error
      ? ["The program does not run:", ...fenced(program.message), ""]
      : [
          ...differences(await programFacts(program), base),
          ...details("Cost by service", costTable(costedStack(program))),
        ]),
  ].join("\n");
}

function differences(facts: ProgramFacts, base: ProgramFacts | undefined): string[] {
  const rows: [what: string, key: (of: ProgramFacts) => number | undefined, show: (value: number) => string][] = [
    ["resources", ({ resources }) => resources.length, whole],
    ["permissions of roles", ({ permissions }) => permissions.length, whole],
    ...Object.keys({ ...base?.archives, ...facts.archives }).map((name): (typeof rows)[number] => [
      `zip of ${name}, bytes`,
      ({ archives }) => archives[name]?.bytes,
      whole,
    ]),
    ...scenarios
      .map(scenarioText)
      .map((text): (typeof rows)[number] => [`a month, ${text}, list price`, ({ cost }) => cost[text], dollars]),
  ];
  if (base === undefined) {
    const lines = rows.map(([what, key, show]) => `| ${what} | ${shown(key(facts), show)} |`);
    return ["The base branch could not be described.", "", "| | this branch |", "| --- | ---: |", ...lines, ""];
  }
  const lines = rows.map(([what, key, show]) => {
    const [before, now] = [key(base), key(facts)];
    return `| ${what} | ${shown(before, show)} | ${shown(now, show)} | ${change(before, now, show)} |`;
  });
  return [
    "| | base | this branch | change |",
    "| --- | ---: | ---: | ---: |",
    ...lines,
    "",
    ...listed("Resources", base.resources, facts.resources),
    ...listed("Permissions", base.permissions, facts.permissions),
  ];
}

/** The differences between two lists. */
function listed(what: string, before: readonly string[], now: readonly string[]): string[] {
  const changes = [
    ...before.filter((line) => !now.includes(line)).map((line) => `- ${line}`),
    ...now.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
  ];
  if (changes.length === 0) return [];
  const more = changes.length > maxListed ? [`  and ${changes.length - maxListed} more`] : [];
  return [`${what}:`, ...fenced([...changes.slice(0, maxListed), ...more].join("\n"), "diff"), ""];
}

function shown(value: number | undefined, show: (value: number) => string): string {
  return value === undefined ? "" : show(value);
}

function change(before: number | undefined, now: number | undefined, show: (value: number) => string): string {
  if (before === undefined || now === undefined) return before === undefined ? "new" : "gone";
  const text = show(Math.abs(now - before));
  return text === show(0) ? "" : `${now < before ? "-" : "+"}${text}`;
}

function whole(value: number): string {
  return value.toLocaleString("en");
}

function dollars(value: number): string {
  return `$${value.toFixed(2)}`;
}

/** A failed preview gives the reason at its end; a successful one starts with the important part. */
function shortened(diff: string, keepEnd: boolean): string {
  if (diff.length <= maxDiffLength) return diff;
  const left = `${whole(diff.length - maxDiffLength)} characters are left out: see the workflow's log`;
  return keepEnd ? `… ${left}\n${diff.slice(-maxDiffLength)}` : `${diff.slice(0, maxDiffLength)}\n… ${left}`;
}

/** A code block that the text cannot close. */
function fenced(text: string, language = "text"): string[] {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return [`${fence}${language}`, text.trimEnd(), fence];
}

function details(summary: string, lines: readonly string[]): string[] {
  return [`<details><summary>${summary}</summary>`, "", ...lines, "", "</details>", ""];
}

/** The base's facts; undefined if its checkout could not write them. */
function readBase(file: string | undefined): ProgramFacts | undefined {
  if (file === undefined) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8")) as ProgramFacts;
  } catch {
    return undefined;
  }
}

async function main(): Promise<void> {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const options = { stack: text, catalog: text, diff: text, base: text, failed: flag, facts: flag };
  const { stack, catalog = "declared", diff: file, base, failed, facts } = parseArgs({ options }).values;
  const program = await exampleStack({ catalog }).then(
    ({ resources }) => resources,
    (error: Error) => error,
  );
  if (facts) {
    if (program instanceof Error) throw program;
    process.stdout.write(JSON.stringify(await programFacts(program)));
    return;
  }
  const diff = file === undefined ? undefined : readFileSync(file, "utf8");
  process.stdout.write(await previewComment({ stack, diff, failed, program, base: readBase(base) }));
}

if (require.main === module) {
  main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
