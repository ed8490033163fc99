// A program of its own for the tests to kill: runs the queue of a state folder. Arguments: resources (JSON), state folder.
import { readFileSync } from "node:fs";
import { createBench, failuresArn, owner } from "./setup";

const [resourcesFile = "", stateDir = "", ...orders] = process.argv.slice(2);

async function main(): Promise<void> {
  const { lambda, clock } = createBench(JSON.parse(readFileSync(resourcesFile, "utf8")), { stateDir });
  clock.set(new Date("2026-11-01T06:00:00Z"));
  for (const [index, order] of orders.entries())
    await lambda.enqueue("probe", JSON.parse(order), owner, `order-${index}`);
  setInterval(() => {
    const pids = lambda.processes().map(({ pid }) => pid);
    if (pids.length === 2) process.stdout.write(`${JSON.stringify({ pids, failuresArn })}\n`);
  }, 10);
  await lambda.drain();
}

main();
