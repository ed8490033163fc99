import { execFile } from "node:child_process";
import type { StackOutputs } from "../../components/stack/outputs";
import { isObject, parseJson } from "../../emulator/resources";
import type { Host } from "../index";
import { missingOutputs, outputsFor, stackOutputs } from "../outputs";

/** How a child process ended. */
interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  /** The exit code, or why it could not be started. */
  readonly code: number | string;
}

function runProgram(program: string, words: readonly string[], host: Host): Promise<Ended> {
  const options = { cwd: host.directory, env: { ...host.env, PULUMI_SKIP_UPDATE_CHECK: "true" } };
  return new Promise((resolve) => {
    const child = execFile(program, words, options, (error, stdout, stderr) =>
      resolve({ stdout, stderr, code: error === null ? 0 : (error.code ?? "killed") }),
    );
    // With stdin closed, Pulumi reports a missing passphrase instead of asking for it.
    child.stdin?.end();
  });
}

/** Runs Pulumi's CLI in the current folder. */
async function runPulumi(words: readonly string[], host: Host): Promise<Ended> {
  const ended = await runProgram("pulumi", words, host);
  if (ended.code !== "ENOENT") return ended;
  // The CLI's npm package, if it is cached. Nothing is downloaded without consent.
  const byNpx = await runProgram("npx", ["--no", "--", "pulumi", ...words], host);
  if (byNpx.code === "ENOENT" || /npx canceled|ENOTCACHED|could not determine executable/.test(byNpx.stderr)) {
    throw new Error("--stack needs Pulumi's CLI on the PATH: see https://www.pulumi.com/docs/install/");
  }
  return byNpx;
}

/** The line of Pulumi's output that states the error. */
function reasonOf({ stdout, stderr, code }: Ended): string {
  const lines = `${stderr}\n${stdout}`.split("\n").map((line) => line.trim());
  const line = lines.find((one) => one.startsWith("error: ")) ?? lines.find((one) => one !== "");
  return line?.replace(/^error: /, "") ?? `it ended with ${code}`;
}

/**
 * A stack's outputs, read by Pulumi's CLI in the current folder.
 * @param command its outputs must be there
 * @throws one line: no CLI, no such stack, not deployed yet, outputs missing
 */
export async function readOutputs(name: string, host: Host, command: string): Promise<StackOutputs> {
  const words = ["stack", "output", "--json", "--non-interactive", "--stack", name];
  const ended = await runPulumi(words, host);
  if (ended.code !== 0) throw new Error(`stack ${name}: pulumi stack output: ${reasonOf(ended)}`);
  const outputs = parseJson(ended.stdout);
  if (!isObject(outputs)) throw new Error(`stack ${name}: pulumi stack output --json printed no JSON object`);
  const wanted = outputsFor(command, outputs);
  const missing = missingOutputs(outputs, wanted);
  if (Object.keys(outputs).length === 0) {
    throw new Error(`stack ${name} has no outputs: it is not deployed yet; run pulumi up --stack ${name}`);
  }
  const what = missing === "all" ? (wanted?.join(", ") ?? "lakeOutputs({ ... })") : missing.join(", ");
  if (missing === "all" || (missing.length > 0 && wanted !== undefined)) {
    throw new Error(
      `stack ${name} does not have the outputs that this command needs: export ${what}, then pulumi up --stack ${name}`,
    );
  }
  if (missing.length > 0) {
    throw new Error(`stack ${name} does not have the outputs ${what}: update it with pulumi up --stack ${name}`);
  }
  return stackOutputs(outputs);
}

/** The playlists as written in a stack's config; undefined if Pulumi cannot read it. */
export async function configuredPlaylists(name: string, host: Host): Promise<string[] | undefined> {
  const { code, stdout } = await runPulumi(["config", "--json", "--non-interactive", "--stack", name], host);
  const config = parseJson(stdout);
  if (code !== 0 || !isObject(config)) return undefined;
  // Pulumi lists the keys of the project, and of providers.
  const [, found] = Object.entries(config).find(([key]) => /^[^:]+:playlists$/.test(key)) ?? [];
  const { objectValue, value = "[]" } = (found ?? {}) as { value?: string; objectValue?: unknown };
  const playlists = objectValue ?? parseJson(value);
  return Array.isArray(playlists) ? playlists.map(String) : undefined;
}
