import type { Report } from "../lake/local/runReport";
import { withStack } from "../lake/stack";
import { stackQueues } from "../lake/stack/queues";
import { type FailureQueue, listFailures, type Redriven, redriveAll } from "../operations/redrive";
import { type Command, type OptionValues, pipelineOptions, refuseWords, stackName, type Terminal } from "./command";
import { count, describe, sum } from "./describe";
import { withLocalPipeline } from "./openLocal";
import { createProgress, type Progress } from "./progress";
import { render } from "./table";

const help = `Usage: playlake redrive [--list] [--state DIR | --stack NAME] [--config KEY=VALUE ...]

Calls again what failed to its last try: the runs, transforms, crawls and statements of the compact copy that the failure
queues hold. A message leaves its queue when its call was accepted.

  --list               shows what the queues hold, and leaves it there
  --state DIR          works in this state folder (default: that of the last run)
  --config KEY=VALUE   a setting of the stack, as run takes it
  --stack NAME         works on the queues of the deployed stack NAME. Needs AWS credentials and Pulumi's CLI
  --quiet              prints problems only
  --json               prints the result as JSON
`;

interface Wanted {
  readonly values: OptionValues;
  readonly terminal: Terminal;
  readonly progress: Progress;
}

async function list(queues: readonly FailureQueue[], { values, terminal }: Wanted): Promise<void> {
  const failures = await listFailures(queues);
  if (values.json === true) terminal.out(`${JSON.stringify(failures, null, 2)}\n`);
  else if (failures.length === 0) terminal.out("The failure queues are empty.\n");
  else {
    const columns = ["queue", "sent_at", "what", "reason"].map((name) => ({ name, type: "varchar" }));
    const rows = failures.map(({ queue, sentAt, what, reason }) => [queue, sentAt, what, reason]);
    terminal.out(await render({ columns, rows }, "table", terminal.columns));
  }
}

/** @param report what came of the calls, where they have come to their end by now */
async function redriveQueues(
  queues: readonly FailureQueue[],
  report: () => Report | undefined,
  { values, terminal, progress }: Wanted,
): Promise<void> {
  const all = await redriveAll(queues, (queue, what, call) => progress.step(queue, call, () => `again: ${what}`));
  const ended = report();
  for (const line of all.flatMap(({ left }) => left)) progress.warn(line);
  for (const line of ended?.failures ?? []) progress.warn(line);
  if (values.json === true) terminal.out(`${JSON.stringify({ queues: all, ...ended }, null, 2)}\n`);
  else if (values.quiet !== true) {
    const came =
      ended !== undefined && sum(all, ({ again }) => again) > 0 ? `What came of it: ${describe(ended)}\n` : "";
    terminal.out(`${summary(all)}\n${came}`);
  }
  const failures = [...all.flatMap(({ left }) => left), ...(ended?.failures ?? [])];
  if (failures.length > 0) throw new Error(`${count(failures.length, "call")} not mended: ${failures[0]}`);
}

/** `3 calls made again (extract 1, transform 2), 1 left in its queue`. */
function summary(all: readonly Redriven[]): string {
  const again = sum(all, (one) => one.again);
  const left = sum(all, (one) => one.left.length);
  if (again + left === 0) return "The failure queues are empty.";
  const parts = all.filter((one) => one.again > 0).map((one) => `${one.queue} ${one.again}`);
  return `${count(again, "call")} made again${again > 0 ? ` (${parts.join(", ")})` : ""}, ${left} left in the queues.`;
}

/** `playlake redrive`: failed events again. */
export const redrive: Command = {
  summary: "call again what failed to its last try",
  help,
  options: {
    list: { type: "boolean" },
    ...pipelineOptions,
  },
  async run(values, positionals, terminal) {
    refuseWords("redrive", positionals);
    const stack = stackName("redrive", values, ["config", "state"]);
    const progress = createProgress(terminal, values.quiet === true);
    const wanted = { values, terminal, progress };
    const isList = values.list === true;
    if (stack !== undefined) {
      await withStack(stack, terminal, (opened) => {
        const queues = stackQueues(opened);
        return isList ? list(queues, wanted) : redriveQueues(queues, () => undefined, wanted);
      });
      return;
    }
    await withLocalPipeline({ values, progress, readsSpotify: !isList }, terminal, ({ failureQueues, report }) =>
      isList ? list(failureQueues, wanted) : redriveQueues(failureQueues, report, wanted),
    );
  },
};
