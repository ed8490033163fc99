// What a pull request changes in the stack, as Markdown on standard output: npm run preview:comment
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Registered } from "../emulator/resources";
import { costedStack } from "./cost";
import { costTable } from "./costDoc";
import { exampleStack } from "./exampleStack";
import { resourceChanges } from "./preview/changes";
import { dangers } from "./preview/dangers";
import { form, type ProgramFacts, programFacts } from "./preview/facts";
import { cutBytes, details, fenced, inlineCode } from "./preview/markdown";
import { withoutSecrets } from "./preview/secrets";
import { archiveSection, costSection, permissionSection, resourceSection, summaryRows } from "./preview/sections";
import { planned } from "./preview/stackPreview";

/** Marks the comment, so that the workflow can find and update it. */
export const commentMarker = "<!-- playlake preview -->";

/** GitHub accepts 65,536 characters per comment. Counted in bytes, because a workflow passes the comment in a variable. */
const maxBytes = 65_000;

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

/** The comment: what to look at first, the differences against the base, the preview of the stack. */
export async function previewComment(preview: PreviewFacts): Promise<string> {
  const { stack, failed = false, program, base } = preview;
  const diff = preview.diff === undefined ? undefined : withoutSecrets(preview.diff, process.env);
  const above = [
    commentMarker,
    `### Playlake: ${stack === undefined ? "the program" : `stack ${inlineCode(stack)}`}`,
    "",
    ...(failed ? ["**The preview failed.** The last lines of its output, below, give the reason.", ""] : []),
    ...(program instanceof Error
      ? [
          "**The program does not run:**",
          "",
          ...fenced(cutBytes(withoutSecrets(program.message, process.env), 8_000, false)),
          "",
        ]
      : await differences(program, base, diff)),
  ];
  const rest = maxBytes - Buffer.byteLength(above.join("\n"));
  return [
    ...above,
    ...(diff === undefined ? [] : details("pulumi preview --diff", fenced(shortened(diff, failed, rest)))),
  ].join("\n");
}

/** The stack's part is beside the program's: what is dangerous comes before both. */
async function differences(
  program: readonly Registered[],
  base: ProgramFacts | undefined,
  diff: string | undefined,
): Promise<string[]> {
  const stack = diff === undefined ? [] : planned(diff);
  const facts = await programFacts(program);
  const cost = details("Cost by service", costTable(costedStack(program)));
  const intro = "The difference of the program to the base branch, with an example's config.";
  if (base === undefined)
    return [
      ...stack,
      "The base branch could not be described, so nothing is compared.",
      "",
      ...summaryRows(undefined, facts),
      "",
      ...cost,
    ];
  const changes = resourceChanges(base.resources, facts.resources);
  const found = dangers(changes, base.permissions, facts.permissions);
  const sections = [
    ...resourceSection(changes),
    ...permissionSection(base.permissions, facts.permissions),
    ...archiveSection(base.archives, facts.archives),
    ...costSection(base.cost, facts.cost),
  ];
  return [
    ...(found.length === 0 ? [] : ["**Look at these first:**", "", ...bullets(found), ""]),
    ...stack,
    sections.length === 0 ? "The program declares the same as the base branch." : intro,
    "",
    ...summaryRows(base, facts),
    "",
    ...sections,
    ...cost,
  ];
}

const maxBullets = 20;

function bullets(found: readonly string[]): string[] {
  const more = found.length > maxBullets ? [`- and ${found.length - maxBullets} more`] : [];
  return [...found.slice(0, maxBullets).map((line) => `- ${line}`), ...more];
}

/** A failed preview gives the reason at its end; a successful one starts with the important part. */
function shortened(diff: string, keepEnd: boolean, most: number): string {
  // The block around the text, the line about what is left out, and backticks, which make the fences longer.
  const available = most - 400;
  const length = Buffer.byteLength(diff);
  if (length <= available) return diff;
  const left = `${(length - available).toLocaleString("en")} bytes are left out: see the workflow's log`;
  const text = cutBytes(diff, available, keepEnd);
  return keepEnd ? `… ${left}\n${text}` : `${text}\n… ${left}`;
}

/** A stack's catalog decides what its program declares, so the base is described with each. */
const catalogs = ["declared", "inferred"];

/** The base's facts; undefined if its checkout could not write them, or wrote them in another form. */
function readBase(file: string | undefined, catalog: string): ProgramFacts | undefined {
  if (file === undefined) return undefined;
  try {
    const facts = (JSON.parse(readFileSync(file, "utf8")) as Record<string, ProgramFacts>)[catalog];
    return facts?.form === form ? facts : undefined;
  } catch {
    return undefined;
  }
}

/** The facts of the program by catalog, as the comment on a later commit reads them. */
async function writeFacts(): Promise<void> {
  const facts: Record<string, ProgramFacts> = {};
  for (const catalog of catalogs) facts[catalog] = await programFacts((await exampleStack({ catalog })).resources);
  process.stdout.write(JSON.stringify(facts));
}

async function main(): Promise<void> {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const options = { stack: text, catalog: text, diff: text, base: text, failed: flag, facts: flag };
  const { stack, catalog = "declared", diff: file, base, failed, facts } = parseArgs({ options }).values;
  if (facts) return writeFacts();
  const program = await exampleStack({ catalog }).then(
    ({ resources }) => resources,
    (error: Error) => error,
  );
  const diff = file === undefined ? undefined : readFileSync(file, "utf8");
  process.stdout.write(await previewComment({ stack, diff, failed, program, base: readBase(base, catalog) }));
}

if (require.main === module) {
  main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
