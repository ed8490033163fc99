import { count, sum } from "../lake/lists";
import { describeReport, type Report } from "../lake/runReport";
import { type ListedFailure, listFailures, type Redriven, redrive as redriveLake } from "../operations/redrive";
import {
  type Command,
  type OptionValues,
  pipelineOptions,
  printJson,
  printResult,
  refuseWords,
  type Terminal,
} from "./command";
import { withLake } from "./openLake";
import { answerOf, render } from "./table";

async function show(failures: readonly ListedFailure[], values: OptionValues, terminal: Terminal): Promise<void> {
  if (values.json === true) printJson(failures, terminal);
  else if (failures.length === 0) terminal.out("The failure queues are empty.\n");
  else {
    const rows = failures.map(({ queue, sentAt, what, reason }) => [queue, sentAt, what, reason]);
    const columns = { queue: "varchar", sent_at: "varchar", what: "varchar", reason: "varchar" } as const;
    terminal.out(await render(answerOf(columns, rows), "table", terminal.columns));
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
export const command: Command = {
  summary: "repeat the calls whose last retry failed",
  usage: "playlake redrive [--list] [OPTIONS]",
  about: `Repeats the calls whose last retry failed: the runs, transforms, crawls and statements of the compact copy that are
in the failure queues. A message leaves its queue when its call has been accepted.`,
  options: { list: { says: "lists the queues' messages, and repeats nothing" }, ...pipelineOptions },
  examples: ["playlake redrive --list", "playlake redrive --stack prod"],
  async run(call) {
    const { values, terminal, progress } = call;
    refuseWords(call);
    const isList = values.list === true;
    await withLake({ ...call, readsSpotify: !isList }, async (lake) => {
      if (isList) return show(await listFailures(lake.failureQueues), values, terminal);
      const { queues, ended, failures } = await redriveLake(lake, progress);
      printResult({ queues, ...ended }, `${summary(queues)}\n${outcome(queues, ended)}`, values, terminal);
      if (failures.length > 0) throw new Error(`${count(failures.length, "call")} not repaired: ${failures[0]}`);
    });
  },
};
