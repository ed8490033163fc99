import { spawn } from "node:child_process";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { projectFolder } from "../support/commandLine";

const test = suite("cli/stopping");

interface Stopped {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  out: string;
}

/**
 * Runs a program that says `ready` and cleans up at a signal, and sends it one signal when it is ready and one for each line
 * of `again` that it prints.
 */
async function stopProgram(program: string, signal: NodeJS.Signals, again: readonly string[] = []): Promise<Stopped> {
  const script = `
    const { handleSignals } = require(${JSON.stringify(path.join(projectFolder, "cli", "stopping.ts"))});
    const say = (line) => require("node:fs").writeSync(1, line + "\\n");
    const { onStop } = handleSignals(say);
    setInterval(() => undefined, 1000);
    ${program}
    say("ready");`;
  const register = path.join(projectFolder, "scripts", "register.js");
  const child = spawn(process.execPath, ["-r", register, "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
    for (const line of text.trimEnd().split("\n")) if (["ready", ...again].includes(line)) child.kill(signal);
  });
  return new Promise((resolve) => {
    child.on("close", (exitCode, endedBy) => resolve({ exitCode, signal: endedBy, out }));
  });
}

/** Cleanup that never ends, in a program whose timers do not end it either. */
const hanging = `
  globalThis.setTimeout = () => ({ unref: () => undefined });
  onStop(() => { say("cleaning"); return new Promise(() => undefined); });`;

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`a second ${signal} ends a cleanup that hangs`, async () => {
    const stopped = await stopProgram(hanging, signal, ["cleaning"]);
    assert.equal(stopped, { exitCode: null, signal, out: "ready\ncleaning\n" });
  });
}

test("a cleanup that hangs is left alone after five seconds", async () => {
  const program = `
    globalThis.setTimeout = (run, ms) => { say(String(ms)); setImmediate(run); return { unref: () => undefined }; };
    onStop(() => new Promise(() => undefined));`;
  assert.equal(await stopProgram(program, "SIGINT"), { exitCode: null, signal: "SIGINT", out: "ready\n5000\n" });
});

test("the last cleanup runs first, and a failed one does not stop the others", async () => {
  const program = `
    onStop(() => say("first"));
    onStop(() => { throw new Error("fails"); });
    onStop(async () => say("last"));`;
  const out = "ready\nlast\nfirst\nstopped; run again to continue\n";
  assert.equal(await stopProgram(program, "SIGINT"), { exitCode: null, signal: "SIGINT", out });
});

test("what hangs at a process's exit does not hold back the end", async () => {
  const program = `
    process.on("exit", () => { say("exiting"); for (;;) Date.now(); });
    onStop(() => say("cleaning"));`;
  const out = "ready\ncleaning\nstopped; run again to continue\n";
  assert.equal(await stopProgram(program, "SIGTERM"), { exitCode: null, signal: "SIGTERM", out });
});

test("without anything to clean up, the system ends the process", async () => {
  const stopped = await stopProgram(`onStop(() => say("cleaning"))();`, "SIGINT");
  assert.equal(stopped, { exitCode: null, signal: "SIGINT", out: "ready\n" });
});

test.run();
