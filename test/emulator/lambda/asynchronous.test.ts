import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Registered } from "../../../emulator/resources";
import {
  type Bench,
  closeBenches,
  createBench,
  type Failure,
  owner,
  probeArn,
  probeResources,
  until,
} from "../../support/emulator/lambda/setup";

let resources: Registered[];

const asynchronous = suite("emulator/lambda/asynchronous");
asynchronous.before(async () => {
  resources = await probeResources();
});
asynchronous.after.each(closeBenches);

asynchronous("drain runs each id once, retries at the same instant, then sends to the queue", async () => {
  const bench = createBench(resources);
  bench.clock.set(new Date("2026-11-01T06:00:00Z"));
  bench.lambda.enqueue("probe", { do: "throw", text: "again" }, owner, "one");
  bench.lambda.enqueue("probe", { do: "throw", text: "again" }, owner, "one");
  bench.lambda.enqueue("probe", { n: 2 }, owner, "two");
  assert.equal(bench.lambda.processes(), []);
  const [first, second, ...others] = await bench.lambda.drain();
  assert.equal(others, []);
  assert.equal([second?.payload, second?.attempts, second?.functionError], [{ echo: { n: 2 } }, 1, undefined]);
  const responsePayload = first?.payload as Failure;
  assert.equal([responsePayload.errorType, responsePayload.errorMessage], ["TypeError", "again"]);
  assert.equal([first?.attempts, first?.functionError], [3, "Unhandled"]);
  assert.is(bench.clock.now().toISOString(), "2026-11-01T06:00:00.000Z");
  assert.equal(await bench.failures(), [
    {
      version: "1.0",
      timestamp: "2026-11-01T06:00:00.000Z",
      requestContext: {
        requestId: first?.requestId,
        functionArn: `${probeArn}:$LATEST`,
        condition: "RetriesExhausted",
        approximateInvokeCount: 3,
      },
      requestPayload: { do: "throw", text: "again" },
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
      responsePayload,
    },
  ]);
  assert.equal(await bench.lambda.drain(), []);
});

asynchronous("an event is handled while another invocation is still running", async () => {
  const bench = createBench(resources);
  bench.lambda.enqueue("probe", { do: "sleep", ms: 20_000 }, owner, "long");
  const drained = bench.lambda.drain();
  await until("the first runs", () => bench.lambda.processes().length === 1);
  bench.lambda.enqueue("probe", { n: 1 }, owner, "short");
  await until("the second ends", () => bench.lambda.waiting().length === 1);
  assert.equal(
    bench.lambda.waiting().map(({ payload }) => payload),
    [{ do: "sleep", ms: 20_000 }],
  );
  await bench.lambda.close();
  assert.equal(
    (await drained).map(({ request }) => request),
    [{ n: 1 }],
  );
});

asynchronous("kill -9 of a process in the middle is retried", async () => {
  let isKilled = false;
  const onLog = ({ line }: { line: string }) => {
    if (isKilled || !line.startsWith("START")) return;
    isKilled = true;
    for (const { pid } of bench.lambda.processes()) process.kill(pid, "SIGKILL");
  };
  const bench: Bench = createBench(resources, { onLog });
  bench.lambda.enqueue("probe", { do: "sleep", ms: 150 }, owner);
  assert.equal(
    (await bench.lambda.drain()).map(({ attempts, functionError }) => [attempts, functionError]),
    [[2, undefined]],
  );
});

asynchronous.run();
