import { count, describeReport, type Report, sum } from "../lake/runReport";
import { type ListedFailure, listFailures, type Redriven, redrive as redriveLake } from "../operations/redrive";
import { type Command, type OptionValues, pipelineOptions, refuseWords, type Terminal } from "./command";
import { withLake } from "./openLake";
import { createProgress } from "./progress";
import { render } from "./table";

const help = `Usage: playlake redrive [--list] [--state DIR | --stack NAME] [--config
                 KEY=VALUE ...]

Repeats the calls whose last retry failed: the runs, transforms, crawls and
statements of the compact copy that are in the failure queues. A message leaves
its queue when its call has been accepted.

  --list               lists the queues' messages, and repeats nothing
  --state DIR          works in this state folder (default: that of the last
                       run)
  --config KEY=VALUE   a setting of the stack, as run takes it
  --stack NAME         works on the queues of the deployed stack NAME. Needs AWS
                       credentials and Pulumi's CLI
  --quiet              prints problems only
  --json               prints the result as JSON

Examples:
  playlake redrive --list
  playlake redrive --stack prod
`;

async function show(failures: readonly ListedFailure[], values: OptionValues, terminal: Terminal): Promise<void> {
  if (values.json === true) terminal.out(`${JSON.stringify(failures, null, 2)}\n`);
  else if (failures.length === 0) terminal.out("The failure queues are empty.\n");
  else {
    const columns = ["queue", "sent_at", "what", "reason"].map((name) => ({ name, type: "varchar" }));
    const rows = failures.map(({ queue, sentAt, what, reason }) => [queue, sentAt, what, reason]);
    terminal.out(await render({ columns, rows }, "table", terminal.columns));
  }
}

/** The outcome of the calls that have ended. */
function outcome(queues: readonly Redriven[], ended: Report | undefined): string {
  if (ended === undefined || sum(queues, ({ again }) => again) === 0) return "";
  return `What came of it: ${describeReport(ended)}\n`;
}

/** `3 calls made again (extract 1, transform 2), 1 left in its queue`. */
function summary(all: readonly Redriven[]): string {
  const again = sum(all, (one) => one.again);
  const left = sum(all, (one) => one.left.length);
  if (again + left === 0) return "The failure queues are empty.";
  const parts = all.filter((one) => one.again > 0).map((one) => `${one.queue} ${one.again}`);
  return `${count(again, "call")} made again${again > 0 ? ` (${parts.join(", ")})` : ""}, ${left} left in the queues.`;
}

/** `playlake redrive`: makes failed calls again. */
export const redrive: Command = {
  summary: "repeat the calls whose last retry failed",
  help,
  options: {
    list: { type: "boolean" },
    ...pipelineOptions,
  },
  async run(values, positionals, terminal) {
    refuseWords("redrive", positionals);
    const progress = createProgress(terminal, values.quiet === true);
    const isList = values.list === true;
    await withLake({ command: "redrive", values, terminal, progress, readsSpotify: !isList }, async (lake) => {
      if (isList) return show(await listFailures(lake.failureQueues), values, terminal);
      const { queues, ended, failures } = await redriveLake(lake, progress);
      if (values.json === true) terminal.out(`${JSON.stringify({ queues, ...ended }, null, 2)}\n`);
      else if (values.quiet !== true) terminal.out(`${summary(queues)}\n${outcome(queues, ended)}`);
      if (failures.length > 0) throw new Error(`${count(failures.length, "call")} not repaired: ${failures[0]}`);
    });
  },
};
