// After a kill -9 of a function's process in the middle of a run, the run ends as if nothing had happened.
import { setTimeout as sleep } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { LogLine } from "../../emulator/lambda";
import type { Pipeline } from "../../lake/local/pipeline";
import { assertLeft, type Left, undisturbed } from "../support/pipeline/left";
import { runDue, sampleSource, withPipeline } from "../support/pipeline/pipelines";

const test = suite("pipeline/killedFunctions");

let whole: Left;
test.before(async () => {
  whole = (await undisturbed([3])).get(3)!;
});

/** The functions' processes, killed from within the program's own process. */
const childKills: readonly [moment: string, functionName: string, isMoment: (line: string) => boolean][] = [
  ["at its start", "playlake-extract", (line) => line.startsWith("START ")],
  ["after its first raw object", "playlake-extract", (line) => line.includes('"event":"playlistStored"')],
  ["when its day is done", "playlake-extract", (line) => line.includes('"event":"dayComplete"')],
  ["at its start", "playlake-transform", (line) => line.startsWith("START ")],
  ["after its first playlist", "playlake-transform", (line) => line.includes('"event":"transformed"')],
];

for (const [moment, functionName, isMoment] of childKills) {
  for (const delayMs of [0, 15]) {
    test(`${functionName}, killed each day, ${moment}, ${delayMs} ms later`, async () => {
      let pipeline: Pipeline | undefined;
      const killed: Promise<number>[] = [];
      const killedDays = new Set<string>();
      const kill = async (): Promise<number> => {
        if (delayMs > 0) await sleep(delayMs);
        const processes = pipeline?.cloud.lambda.processes().filter((one) => one.functionName === functionName) ?? [];
        for (const { pid } of processes) process.kill(pid, "SIGKILL");
        return processes.length;
      };
      const onLog = (line: LogLine) => {
        const day = line.logStream.slice(0, "2026/11/01".length);
        if (line.functionName !== functionName || !isMoment(line.line) || killedDays.has(day)) return;
        killedDays.add(day);
        killed.push(kill());
      };
      await withPipeline({ source: await sampleSource(), onLog }, async (opened, stateDir) => {
        pipeline = opened;

        const reports = await runDue(opened, stateDir);

        assert.equal(
          reports.map(({ failures }) => failures),
          [[], [], []],
        );
        const kills = (await Promise.all(killed)).reduce((total, count) => total + count, 0);
        assert.is(kills > 0, true, "something was killed");
        await assertLeft(stateDir, whole, moment);
      });
    });
  }
}

test.run();
