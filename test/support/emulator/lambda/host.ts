// A separate program that tests can kill or starve. Arguments: resources (JSON), state folder, then `starve` or the orders
// of a queue to run.
import { closeSync, openSync, readFileSync } from "node:fs";
import { type Bench, closeBenches, createBench, failuresArn, owner } from "./setup";

const [resourcesFile = "", stateDir = "", ...orders] = process.argv.slice(2);

async function runQueue({ lambda, clock }: Bench): Promise<void> {
  clock.set(new Date("2026-11-01T06:00:00Z"));
  for (const [index, order] of orders.entries()) lambda.enqueue("probe", JSON.parse(order), owner, `order-${index}`);
  setInterval(() => {
    const pids = lambda.processes().map(({ pid }) => pid);
    if (pids.length === 2) process.stdout.write(`${JSON.stringify({ pids, failuresArn })}\n`);
  }, 10);
  await lambda.drain();
}

/** Leaves only a few file handles: enough to unpack and to listen, too few to start a process. */
function starve(): () => void {
  const handles: number[] = [];
  try {
    for (;;) handles.push(openSync("/dev/null", "r"));
  } catch {
    for (const handle of handles.splice(0, 3)) closeSync(handle);
  }
  return () => {
    for (const handle of handles) closeSync(handle);
  };
}

async function runStarved({ lambda }: Bench): Promise<void> {
  // A function that uses up its own file handles can still report its result.
  const { payload } = await lambda.invoke("probe", { do: "starve" }, owner);
  console.log(payload);
  // Loads the modules of a first invocation and unpacks the archive.
  await lambda.invoke("probe", { do: "exit", code: 0 }, owner);
  const release = starve();
  await lambda.invoke("probe", {}, owner).catch((error: Error) => console.log(error.message));
  release();
  const { functionError } = await lambda.invoke("probe", {}, owner);
  console.log(functionError ?? "served again");
  await closeBenches();
}

const bench = createBench(JSON.parse(readFileSync(resourcesFile, "utf8")), { stateDir });
void (orders[0] === "starve" ? runStarved(bench) : runQueue(bench));
