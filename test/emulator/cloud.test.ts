import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openCloud } from "../../emulator";
import { createClock } from "../../emulator/clock";
import { resource, role, roleArn, tempFolder } from "../support/emulator/resources";

const test = suite("emulator/cloud");

const resources = [
  resource("aws:s3/bucket:Bucket", "raw", {}),
  ...role("transform"),
  resource("aws:lambda/function:Function", "transform", { role: roleArn("transform"), runtime: "nodejs24.x" }),
];

test("the event of an object that a killed run did not write is dropped", async () => {
  const { folder, remove } = await tempFolder();
  const open = () => openCloud({ resources, stateDir: folder, clock: createClock() });
  const eventOf = (key: string) => ({ Records: [{ s3: { bucket: { name: "raw" }, object: { key } } }] });
  const killed = await open();
  const written = killed.objects.pathOf("raw", "a day/written");
  mkdirSync(path.dirname(written), { recursive: true });
  writeFileSync(written, "{}");
  const payloads = [eventOf("a+day/written"), eventOf("a+day/never"), { source: "run" }];
  for (const payload of payloads) killed.lambda.enqueue("transform", payload, { kind: "owner" });
  await killed.close();

  const next = await open();
  assert.equal(
    next.lambda.waiting().map(({ payload }) => payload),
    [payloads[0], payloads[2]],
  );
  await next.close();
  await remove();
});

test.run();
