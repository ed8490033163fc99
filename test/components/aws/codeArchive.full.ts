// The same source gives the same archives in any folder and on any Node version that can run the program.
import { execFile, execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { copyCheckout, installNode } from "../../../scripts/checkout";
import { projectFolder, temporaryFolder } from "../../support/commandLine";

const test = suite("components/aws/codeArchive");
const run = promisify(execFile);

const { folder, remove } = temporaryFolder();
test.after(remove);

/** Prints the hash of each file of each function's archive. */
const hashes = `
const { createHash } = require("node:crypto");
const { archiveFiles } = require("./scripts/archives");
const { exampleStack } = require("./scripts/exampleStack");
exampleStack({ catalog: "declared" }).then(async ({ resources }) => {
  const found = {};
  for (const { type, name, inputs } of resources) {
    if (type !== "aws:lambda/function:Function") continue;
    for (const [file, bytes] of Object.entries(await archiveFiles(inputs.code)))
      found[name + "/" + file] = createHash("sha256").update(bytes).digest("hex");
  }
  console.log(JSON.stringify({ node: process.versions.node.split(".")[0], found }));
});`;

/** A separate checkout with its own packages: shared packages would have the same paths. */
function checkout(...names: string[]): string {
  const home = path.join(folder, ...names);
  copyCheckout(home);
  mkdirSync(path.join(home, "node_modules"));
  const loaded = [
    "node-fetch",
    "fetch-blob",
    "formdata-polyfill",
    "data-uri-to-buffer",
    "node-domexception",
    "papaparse",
  ];
  for (const name of loaded) {
    cpSync(path.join(projectFolder, "node_modules", name), path.join(home, "node_modules", name), { recursive: true });
  }
  return home;
}

/** Links the packages that are in no archive. */
function link(home: string): string {
  const from = path.join(projectFolder, "node_modules");
  for (const name of execFileSync("ls", ["-A", from], { encoding: "utf8" }).trim().split("\n")) {
    const to = path.join(home, "node_modules", name);
    if (!existsSync(to)) symlinkSync(path.join(from, name), to);
  }
  return home;
}

interface Hashed {
  node: string;
  found: Record<string, string>;
  /** What Node printed to standard error. */
  stderr: string;
}

/** Pulumi's loader. */
const pulumiLoader = "ts-node/register/transpile-only";
/** The command's own loader, which transpiles once for all versions of Node. */
const ownLoader = "./scripts/register.js";

async function archivesOf(home: string, node: string, loader: string): Promise<Hashed> {
  writeFileSync(path.join(home, "hashes.js"), hashes);
  const { stdout, stderr } = await run(node, ["-r", warnings(), "-r", loader, "hashes.js"], { cwd: home });
  return { ...JSON.parse(stdout), stderr };
}

/** Emits a warning before and after the program runs. */
function warnings(): string {
  const file = path.join(folder, "warn.js");
  const emit = (name: string) => `process.emitWarning("${name}", "ExperimentalWarning");`;
  writeFileSync(file, `${emit("before")} process.once("beforeExit", () => { ${emit("after")} });`);
  return file;
}

const shownWarnings = "Node ExperimentalWarning: before\nNode ExperimentalWarning: after\n";

test("archives are equal in two folders and on Node 20, 22, 24 and 26", async () => {
  const one = link(checkout("one"));
  const two = link(checkout("a much longer", "folder.name", "two"));
  const first = await archivesOf(one, process.execPath, pulumiLoader);
  assert.ok(Object.keys(first.found).length > 20);
  const others = ["20", "22", "24", "26"].flatMap((major) => {
    if (major === first.node) return [];
    const node = installNode(major, path.join(folder, `node-${major}`));
    if (node === undefined) console.log(`components/aws/codeArchive: npm has no Node ${major} here, so it is left out`);
    return node === undefined ? [] : [[major, node] as const];
  });
  const runs = [first];
  // Each version runs in the other folder.
  for (const [major, node] of others.length > 0 ? others : [[first.node, process.execPath] as const]) {
    // The oldest and the newest run as Pulumi runs them.
    const other = await archivesOf(two, node, major === "26" ? pulumiLoader : ownLoader);
    assert.is(other.node, major);
    runs.push(other);
  }
  for (const { node, found, stderr } of runs) {
    assert.equal(found, first.found, `Node ${node}`);
    // Serializing hides the warnings of Node's unused modules, and no others.
    assert.is(stderr.replace(/^\(Use .*\n/m, "").replace(/\(node:\d+\)/g, "Node"), shownWarnings, `Node ${node}`);
  }
});

test.run();
