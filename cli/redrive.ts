import { count, sum } from "../lake/lists";
import { describeReport, type Report } from "../lake/runReport";
import { listFailures, type Redriven, redrive } from "../operations/redrive";
import { type Command, pipelineOptions, printResult, refuseWords } from "./command";
import { withLake } from "./openLake";
import { answerOf, render } from "./table";

const nothing = "The failure queues are empty.\n";

/** `3 calls made again (extract 1, transform 2), 1 left in its queue`, and what came of the calls that have ended. */
function summary(all: readonly Redriven[], ended: Report | undefined): string {
  const again = sum(all, (one) => one.again);
  const left = sum(all, (one) => one.left.length);
  if (again + left === 0) return nothing;
  const parts = all.filter((one) => one.again > 0).map((one) => `${one.queue} ${one.again}`);
  const outcome = ended === undefined || again === 0 ? "" : `What came of it: ${describeReport(ended)}\n`;
  return `${count(again, "call")} made again${again > 0 ? ` (${parts.join(", ")})` : ""}, ${left} left in the queues.\n${outcome}`;
}

export const command: Command = {
  summary: "repeat the calls whose last retry failed",
  usage: "playlake redrive [--list] [OPTIONS]",
  about: `Repeats the calls whose last retry failed: the runs, transforms, crawls and statements of the compact copy that are
in the failure queues. A message leaves its queue when its call has been accepted.`,
  options: { list: "lists the queues' messages, and repeats nothing", ...pipelineOptions },
  examples: ["playlake redrive --list", "playlake redrive --stack prod"],
  async run(call) {
    const { is, terminal, progress } = call;
    refuseWords(call);
    const isList = is.list === true;
    await withLake({ ...call, readsSpotify: !isList }, async (lake) => {
      if (isList) {
        const listed = await listFailures(lake.failureQueues);
        const rows = listed.map(({ queue, sentAt, what, reason }) => [queue, sentAt, what, reason]);
        const table = await render(answerOf(["queue", "sent_at", "what", "reason"], rows), "table", terminal.columns);
        return printResult(listed, rows.length === 0 ? nothing : table, { terminal, is: { json: is.json } });
      }
      const { queues, ended, failures } = await redrive(lake, progress);
      printResult({ queues, ...ended }, summary(queues, ended), call);
      if (failures.length > 0) throw new Error(`${count(failures.length, "call")} not repaired: ${failures[0]}`);
    });
  },
};
