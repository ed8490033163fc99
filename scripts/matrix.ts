// Checks a copy of this checkout with other versions of Node, @pulumi/pulumi, @pulumi/aws and TypeScript, and prints one row:
// npm run matrix -- --node 26 --pulumi newest --aws lowest --typescript 6 [PATTERN...]
// A version, `lowest` (of the peer range), `newest` or `locked` (the default: that of the lock file). Without --node, the Node
// that runs this. A pattern runs only the test files that match it.
import { spawn } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs, stripVTControlCharacters } from "node:util";
import { copyCheckout, installNode } from "./checkout";

const project = path.join(__dirname, "..");

/** The version to install: `lowest` is the lower end of package.json's peer range. */
function versionFor(name: string, wish: string): string {
  if (wish === "newest") return "latest";
  if (wish !== "lowest") return wish;
  const { peerDependencies } = JSON.parse(readFileSync(path.join(project, "package.json"), "utf8"));
  const version = /\d+\.\d+\.\d+/.exec(peerDependencies[name])?.[0];
  if (version === undefined) throw new Error(`${name}: the peer range ${peerDependencies[name]} has no lower end`);
  return version;
}

/** Runs a command in the copy, shows its output and returns it. @throws if it fails */
async function run(home: string, node: string, ...[program = "", ...words]: readonly string[]): Promise<string> {
  console.log(`== ${program} ${words.join(" ")}`);
  const env = { ...process.env, PATH: [path.dirname(node), process.env.PATH].join(path.delimiter) };
  const child = spawn(program, words, {
    cwd: home,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      process.stdout.write(chunk);
    });
  }
  const exitCode = await new Promise<number | null>((resolve) => child.on("close", resolve));
  if (exitCode !== 0) throw new Error(`${program} ${words.join(" ")}: exit code ${exitCode}`);
  return text;
}

/** `PASSED of TOTAL`, summed over the test files. */
function testCounts(output: string): string {
  const plain = stripVTControlCharacters(output);
  const sum = (name: string) =>
    [...plain.matchAll(new RegExp(`^ *${name}: +(\\d+)`, "gm"))].reduce((total, [, count]) => total + Number(count), 0);
  return `${sum("Passed")} of ${sum("Total")}`;
}

async function main(): Promise<void> {
  const { values, positionals: patterns } = parseArgs({
    options: {
      node: { type: "string" },
      pulumi: { type: "string", default: "locked" },
      aws: { type: "string", default: "locked" },
      typescript: { type: "string", default: "locked" },
    },
    allowPositionals: true,
  });
  const folder = mkdtempSync(path.join(tmpdir(), "playlake-matrix-"));
  try {
    const home = path.join(folder, "checkout");
    copyCheckout(home);
    const node = values.node === undefined ? process.execPath : installNode(values.node, path.join(folder, "node"));
    if (node === undefined) throw new Error(`npm cannot install Node ${values.node} for this machine`);
    await run(home, node, "npm", "ci", "--ignore-scripts");
    const wishes = Object.entries({
      "@pulumi/pulumi": values.pulumi,
      "@pulumi/aws": values.aws,
      typescript: values.typescript,
    });
    const packages = wishes.flatMap(([name, wish]) => (wish === "locked" ? [] : [`${name}@${versionFor(name, wish)}`]));
    if (packages.length > 0) {
      await run(home, node, "npm", "install", "--no-save", "--ignore-scripts", ...packages);
      await run(home, node, "npm", "run", "--silent", "types");
    }
    const tests =
      patterns.length === 0
        ? ["scripts/test.ts", "fast"]
        : ["node_modules/uvu/bin.js", "-r", path.join(home, "scripts/register.js"), "test", patterns.join("|")];
    const tested = testCounts(await run(home, node, "node", "-r", "./scripts/register.js", ...tests));
    const local = await run(home, node, "node", "bin/playlake.js", "--state", path.join(folder, "state"));
    if (/\bWarning: /.test(local)) throw new Error("the local run printed a warning");
    const stored = /\d+ playlists stored: \d+ items/.exec(local)?.[0];
    if (stored === undefined) throw new Error("the local run stored no playlist");
    const versions = wishes.map(([name]) => {
      const manifest = readFileSync(path.join(home, "node_modules", name, "package.json"), "utf8");
      return JSON.parse(manifest).version as string;
    });
    const nodeVersion = (await run(home, node, "node", "--version")).trim();
    const row = `| ${[nodeVersion, ...versions, `${tested} tests passed`, stored].join(" | ")} |`;
    console.log(row);
    if (process.env.GITHUB_STEP_SUMMARY !== undefined) appendFileSync(process.env.GITHUB_STEP_SUMMARY, `${row}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: Error) => {
  console.error(`matrix: ${error.message}`);
  process.exitCode = 1;
});
