import { type Checked, examine } from "../operations/doctor";
import { type Command, pipelineOptions, refuseWords } from "./command";
import { withLake } from "./openLake";
import { createProgress, pageWidth, wrapped } from "./progress";

const help = `Usage: playlake doctor [--state DIR | --stack NAME] [--json]

Checks a lake end to end and explains each finding: a stack's credentials, the
user's consent, schedules, trigger, last crawl and alarms; any lake's newest
day, which must be stored, transformed, registered in the catalog and seen by
SQL; and failed calls. Changes nothing.

  --state DIR          checks the lake in this state folder (default: that of
                       the last run)
  --config KEY=VALUE   a setting of the stack, as run takes it
  --stack NAME         checks the deployed stack NAME. Needs AWS credentials and
                       Pulumi's CLI; @aws-sdk/client-scheduler for schedules
                       and crawls, client-cloudwatch for alarms,
                       client-eventbridge for a trigger that is a rule
  --quiet              prints problems only
  --json               prints the findings as JSON

Exit code 1 if there is a problem.

Examples:
  playlake doctor
  playlake doctor --stack prod
`;

const marks = { ok: "ok", problem: "PROBLEM", unknown: "not checked" } as const;
const whatWidth = 12;

function linesOf({ what, status, found, advice }: Checked): string {
  const text = [`${marks[status]}: ${found}`, ...(advice === undefined ? [] : [`→ ${advice}`])];
  return text
    .flatMap((line) => wrapped(line, pageWidth - whatWidth - 1))
    .map((line, i) => `${(i === 0 ? what : "").padEnd(whatWidth)} ${line}\n`)
    .join("");
}

/** `playlake doctor`: checks a lake and says how to fix what it finds. */
export const doctor: Command = {
  summary: "check a lake or a deployed stack end to end",
  help,
  options: pipelineOptions,
  async run(values, positionals, terminal) {
    refuseWords("doctor", positionals);
    const isQuiet = values.quiet === true;
    const progress = createProgress(terminal, true);
    const findings = await withLake({ command: "doctor", values, terminal, progress }, (lake) =>
      examine(lake, progress),
    );
    const problems = findings.filter(({ status }) => status === "problem");
    const shown = isQuiet ? problems : findings;
    if (values.json === true) terminal.out(`${JSON.stringify(findings, null, 2)}\n`);
    else terminal.out(shown.map(linesOf).join(""));
    if (problems.length > 0) {
      throw new Error(
        `${problems.length === 1 ? "1 problem" : `${problems.length} problems`}: ${problems.map(({ what }) => what).join(", ")}`,
      );
    }
  },
};
