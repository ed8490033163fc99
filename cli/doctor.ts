import { count } from "../lake/lists";
import { type Checked, examine } from "../operations/doctor";
import { type Command, pipelineOptions, printResult, refuseWords } from "./command";
import { withLake } from "./openLake";
import { createProgress, labelled } from "./progress";

const marks = { ok: "ok", problem: "PROBLEM", unknown: "not checked" } as const;
const whatWidth = 13;

function linesOf({ what, status, found, advice }: Checked): string {
  const finding = labelled(what, `${marks[status]}: ${found}`, whatWidth);
  return advice === undefined ? finding : `${finding}${labelled("", `→ ${advice}`, whatWidth)}`;
}

export const command: Command = {
  summary: "check a lake or a deployed stack end to end",
  usage: "playlake doctor [OPTIONS]",
  about: `Checks a lake end to end and explains each finding: a stack's credentials, the user's consent, schedules, trigger,
last crawl and alarms; that every stored day of any lake is transformed and registered in the catalog, and that SQL sees all of
the newest one; and failed calls. Changes no data, but a lake's folder must be writable: it is locked.

The exit code is 1 if there is a problem, or something could not be checked. In a stack, checks of schedules and crawls need
@aws-sdk/client-scheduler, of alarms client-cloudwatch, of a trigger that is a rule client-eventbridge.`,
  options: pipelineOptions,
  examples: ["playlake doctor", "playlake doctor --stack prod"],
  async run(call) {
    const { is, terminal } = call;
    refuseWords(call);
    const progress = createProgress(terminal, true);
    const findings = await withLake({ ...call, progress }, (lake) => examine(lake, progress));
    const faults = findings.filter(({ status }) => status !== "ok");
    const shown = is.quiet ? faults : findings;
    if (is.json) printResult(findings, "", call);
    else terminal.out(shown.map(linesOf).join(""));
    const namesOf = (wanted: Checked["status"]) =>
      faults.flatMap(({ what, status }) => (status === wanted ? [what] : []));
    const [problems, unknown] = [namesOf("problem"), namesOf("unknown")];
    const parts = [
      ...(problems.length > 0 ? [`${count(problems.length, "problem")}: ${problems.join(", ")}`] : []),
      ...(unknown.length > 0 ? [`not checked: ${unknown.join(", ")}`] : []),
    ];
    if (parts.length > 0) throw new Error(parts.join("; "));
  },
};
