// The package as users get it: packed, installed with an example into an empty folder by each package manager, and run there.
import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { registryFault } from "../../scripts/checkout";
import { tableNames } from "../../transforms/schema";
import { playlake, projectFolder, temporaryFolder } from "../support/commandLine";
import { packInto } from "../support/examples/pack";

const test = suite("examples/installed");

/** What test/examples/installed.js prints. */
interface Ran {
  types: string[];
  outputs: Record<string, unknown>;
  archives: Record<string, string[]>;
  failures: unknown[];
  objects: Record<string, string>;
}

const { folder } = temporaryFolder();
const playlists = path.join(folder, "playlists.json");
let tarball = "";

/** The install command of each package manager. */
const managers = {
  npm: ["npm", "install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"],
  // With its default layout: packages are links into node_modules/.pnpm.
  pnpm: ["npx", "--yes", "pnpm@10", "install", "--ignore-scripts", "--reporter=silent"],
  yarn: ["npx", "--yes", "yarn@1", "install", "--ignore-scripts", "--non-interactive", "--silent"],
  bun: ["npx", "--yes", "bun@1", "install", "--ignore-scripts", "--silent"],
} as const;
type Manager = keyof typeof managers;

const duckdb = { "@duckdb/node-api": "~1.5.5-r.5" };

/** Each manager installs one example. All of them depend on the same packages. */
const examples = {
  npm: { name: "own-table", more: {} },
  pnpm: { name: "twice", more: duckdb },
  yarn: { name: "existing-bucket", more: duckdb },
  bun: { name: "automation", more: duckdb },
} as const;

/** A project's folder, and whether its packages are installed: false without a registry. */
interface Installed {
  home: string;
  isThere: boolean;
}

const installed = new Map<Manager, Promise<Installed>>();
/** Installs run one after another, while the tests use what is installed already. */
let lastInstall: Promise<unknown> = Promise.resolve();

/** Installs the package, and more packages by their versions, in a project. @returns false without a registry */
function install(manager: Manager, home: string, more: Readonly<Record<string, string>> = {}): Promise<boolean> {
  const file = path.join(home, "package.json");
  const manifest = JSON.parse(readFileSync(file, "utf8"));
  Object.assign(manifest.dependencies, { playlake: `file:${tarball}`, ...more });
  // Yarn would install a second, newer copy of Pulumi for @pulumi/aws.
  if (manager === "yarn") manifest.resolutions = { "@pulumi/pulumi": manifest.dependencies["@pulumi/pulumi"] };
  writeFileSync(file, JSON.stringify(manifest));
  return succeeds(home, managers[manager]);
}

/** Runs an install command. @returns false, with a line printed, without a registry */
async function succeeds(home: string, [program = "", ...words]: readonly string[]): Promise<boolean> {
  const child = spawn(program, words, { cwd: home, stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const [status] = await once(child, "close");
  if (status === 0) return true;
  const whyNot = registryFault(stderr);
  if (whyNot === undefined) throw new Error(`${[program, ...words].join(" ")}: ${stderr}`);
  console.log(`examples: no registry (${whyNot}), so ${path.basename(home)} is not run`);
  return false;
}

const installedBy = async (manager: Manager) => (await installed.get(manager)) ?? { home: "", isThere: false };

test.before(() => {
  const sample = JSON.parse(readFileSync(path.join(projectFolder, "examples", "playlist.json"), "utf8")) as object;
  // The examples name these two.
  const ids = ["3cEYpjA9oz9GiPac4AsH4n", "5ji6LqClSX7E4Fh0gQzGKd"];
  writeFileSync(playlists, JSON.stringify(Object.fromEntries(ids.map((id) => [id, { ...sample, id }]))));
  tarball = packInto(folder);
  for (const manager of Object.keys(managers) as Manager[]) {
    const { name, more } = examples[manager];
    const home = path.join(folder, `${name}-${manager}`);
    cpSync(path.join(projectFolder, "examples", name), home, { recursive: true });
    const result = lastInstall.then(async () => ({ home, isThere: await install(manager, home, more) }));
    // A test awaits it, and fails with it.
    lastInstall = result.catch(() => undefined);
    installed.set(manager, result);
  }
});

test.after(async () => {
  await lastInstall;
  // 100,000 files, for which Node's own function takes several times as long.
  await run("rm", ["-rf", folder]);
});

const run = promisify(execFile);

/** Runs a project's program. */
async function runIn(home: string, main = "index.ts"): Promise<Ran> {
  cpSync(path.join(projectFolder, "test/support/examples/installed.js"), path.join(home, "installed.js"));
  const words = ["-r", "ts-node/register/transpile-only", "installed.js", main, playlists];
  return JSON.parse((await run(process.execPath, words, { cwd: home, maxBuffer: 2 ** 26 })).stdout) as Ran;
}

const programIn = (home: string) => path.join(home, "node_modules", "playlake", "bin", "playlake.js");

const commandIn =
  (home: string) =>
  (...words: string[]) =>
    playlake(words, { cwd: home, program: programIn(home) });

/** The command runs from the package, without TypeScript, and names itself as a user can call it. */
async function checkCommand(home: string): Promise<void> {
  const first = await commandIn(home)();
  assert.is(first.exitCode, 0, first.stderr);
  assert.match(first.stderr, "4 playlists stored: 231 items");
  assert.match(first.stdout, /\n {7}npx playlake {15}adds a day\n/);
  assert.not.match(first.stdout + first.stderr, "npm start");
  await checkAnswer(home, home);
}

/** The command of a project answers about the lake of a project. */
async function checkAnswer(home: string, lakeHome: string): Promise<void> {
  const { version } = JSON.parse(readFileSync(path.join(projectFolder, "package.json"), "utf8"));
  const command = commandIn(home);
  assert.equal(await command("--version"), { exitCode: 0, stdout: `${version}\n`, stderr: "" });
  const state = path.join(lakeHome, ".playlake", "sample");
  const asked = await command("sql", "--state", state, "--format", "csv", "SELECT count(*) AS n FROM playlists");
  assert.equal([asked.stdout, asked.exitCode], ["n\n12\n", 0], asked.stderr);
}

function lakeFilesOf(bucket: string, ids: readonly string[]): string[] {
  const files = ids.flatMap((id) => tableNames.map((table) => `${table}/snapshot_date=2026-11-22/${id}.csv`));
  return files.map((file) => `${bucket}/${file}`).sort();
}

function csvOf(objects: Record<string, string>): string[] {
  return Object.keys(objects)
    .filter((name) => name.endsWith(".csv"))
    .sort();
}

/** The functions' archives hold only what they load: our own modules, and two packages. */
function checkArchives(archives: Record<string, string[]>): void {
  for (const [name, files] of Object.entries(archives)) {
    const packages = new Set(files.flatMap((file) => (file.startsWith("node_modules/") ? [file.split("/")[1]] : [])));
    const fetching = ["data-uri-to-buffer", "fetch-blob", "formdata-polyfill", "node-domexception", "node-fetch"];
    const expected = name.endsWith("-extract") ? [...fetching, "playlake"] : ["papaparse", "playlake"];
    assert.equal([...packages].sort(), expected, name);
    assert.ok(!files.some((file) => /\/dist\/(emulator|standin|lake|operations|report|cli)\//.test(file)), name);
  }
}

test("own-table, installed by npm: a table is added beside the lake's", async () => {
  const { home, isThere } = await installedBy("npm");
  if (!isThere) return;
  const { types, outputs, archives, failures } = await runIn(home);
  assert.equal(failures, []);
  assert.equal(outputs, { databaseName: "charts_local" });
  assert.equal(archives, {});
  assert.ok(types.includes("aws:glue/catalogTable:CatalogTable charts-table-charts"));
});

test("without DuckDB, SQL names the install command", async () => {
  const { home, isThere } = await installedBy("npm");
  if (!isThere) return;
  for (const [words, missing] of [
    [["sql", "SELECT 1"], "a package that is not installed; run: npm install @duckdb/node-api"],
    [["run"], "a package that is not installed; run: npm install @duckdb/node-api"],
    [["report"], "packages that are not installed; run: npm install @duckdb/node-api @observablehq/plot linkedom"],
  ] as const) {
    const { exitCode, stdout, stderr } = await playlake(words, { cwd: home, program: programIn(home) });
    assert.equal([exitCode, stdout, stderr], [1, "", `playlake: ${words[0]} needs ${missing}\n`]);
  }
  assert.not.ok(existsSync(path.join(home, ".playlake")));
});

/** The project that `playlake init` writes. */
const home = path.join(folder, "my lists");

test("init: the written project names npm install until it is installed", async () => {
  const { home: bare, isThere } = await installedBy("npm");
  if (!isThere) return;
  mkdirSync(home);
  const written = await playlake(["init"], { cwd: home, program: programIn(bare) });
  assert.equal([written.exitCode, written.stderr], [0, ""]);
  assert.equal(readdirSync(home).sort(), [
    ...[".github", ".gitignore", "Pulumi.dev.yaml", "Pulumi.yaml", "README.md", "index.ts", "package.json", "test"],
    "tsconfig.json",
  ]);
  const early = await playlake([], { cwd: home, program: programIn(bare) });
  assert.equal(
    [early.exitCode, early.stderr],
    [1, "playlake: index.ts needs packages that are not installed; run: npm install\n"],
  );
});

test("the install command that is named makes the command run", async () => {
  const { home, isThere } = await installedBy("npm");
  // npm changes the folder: the tests above must have ended.
  if (!isThere || !(await succeeds(home, [...managers.npm, "@duckdb/node-api@~1.5.5-r.5"]))) return;
  await checkCommand(home);
});

test("twice, installed by pnpm: each of two lakes has its own resources", async () => {
  const { home, isThere } = await installedBy("pnpm");
  if (!isThere) return;
  // examples/package checks the types in npm's layout. pnpm's packages are links.
  await run(process.execPath, [path.join("node_modules", "typescript", "bin", "tsc"), "-p", "."], { cwd: home });
  const { outputs, archives, failures, objects } = await runIn(home);
  assert.equal(failures, []);
  assert.equal(outputs, { databases: ["playlists_berlin", "playlists_tokyo"] });
  assert.is(Object.keys(archives).length, 4);
  checkArchives(archives);
  const berlin = lakeFilesOf("berlin-lake", ["3cEYpjA9oz9GiPac4AsH4n"]);
  assert.equal(csvOf(objects), [...berlin, ...lakeFilesOf("tokyo-lake", ["5ji6LqClSX7E4Fh0gQzGKd"])].sort());
  await checkCommand(home);
});

test("existing-bucket, installed by yarn: tables are stored in the existing bucket", async () => {
  const { home, isThere } = await installedBy("yarn");
  if (!isThere) return;
  const { outputs, archives, failures, objects } = await runIn(home);
  assert.equal(failures, []);
  assert.equal(Object.keys(outputs).sort(), [
    ...["appParameterArn", "extractFunction", "failureQueues", "lakeBucket"],
    ...["rawBucket", "tokenParameterArn", "transformFunction"],
  ]);
  assert.equal(Object.keys(archives).sort(), ["radio-extract", "radio-transform"]);
  checkArchives(archives);
  assert.equal(csvOf(objects), lakeFilesOf("our-lake", ["3cEYpjA9oz9GiPac4AsH4n"]));
  const rows = objects["our-lake/playlists/snapshot_date=2026-11-22/3cEYpjA9oz9GiPac4AsH4n.csv"]?.split("\n") ?? [];
  assert.match(rows[1] ?? "", /^"3cEYpjA9oz9GiPac4AsH4n",/);
  assert.is(rows.length, 3);
  await checkAnswer(home, (await installedBy("npm")).home);
});

test("automation, installed by bun: the program runs as a user's stack", async () => {
  const { home, isThere } = await installedBy("bun");
  if (!isThere) return;
  const app = `{ name: "ada", playlists: ["3cEYpjA9oz9GiPac4AsH4n"], spotifyClientId: new Config().require("spotifyClientId"),
    spotifyClientSecret: new Config().require("spotifyClientSecret") }`;
  const program = `import { Config } from "@pulumi/pulumi";\nimport { programOf } from "./program";\nexport = programOf(${app})();\n`;
  writeFileSync(path.join(home, "mocked.ts"), program);
  const { outputs, archives, failures, objects } = await runIn(home, "mocked.ts");
  assert.equal(failures, []);
  assert.equal(Object.keys(outputs).sort(), ["appParameterArn", "database", "tokenParameterArn"]);
  assert.is(outputs.database, "playlists_ada");
  checkArchives(archives);
  assert.equal(csvOf(objects), lakeFilesOf("ada-lake", ["3cEYpjA9oz9GiPac4AsH4n"]));
  await checkAnswer(home, (await installedBy("npm")).home);
});

test("init: the installed project passes its own tests, and runs its own program", async () => {
  const { home: other, isThere } = await installedBy("npm");
  if (!isThere) return;
  await lastInstall;
  // npm installs what is missing and removes the rest. It needs a quarter of the time of an installation.
  renameSync(path.join(other, "node_modules"), path.join(home, "node_modules"));
  if (!(await install("npm", home))) return;
  const tested = spawnSync("npm", ["test"], { cwd: home, encoding: "utf8" });
  const output = tested.stdout + tested.stderr;
  assert.is(tested.status, 0, output);
  assert.match(output, /\bpass 3\n/);
  const command = commandIn(home);
  const ran = await command("run");
  assert.is(ran.exitCode, 0, ran.stderr);
  assert.match(
    ran.stderr,
    /^ {2}program {6}index\.ts, Pulumi\.dev\.yaml: \d+ resources,\s+2\s+functions\s+as\s+child\s+processes/m,
  );
  assert.match(ran.stderr, "my-lists-local-extract: RunSucceeded 3");
  const asked = await command("sql", "--format", "csv", "SELECT count(*) AS n FROM playlists");
  assert.equal([asked.stdout, asked.exitCode], ["n\n12\n", 0]);
  const reported = await command("report");
  assert.equal([reported.exitCode, existsSync(path.join(home, "playlake-report.html"))], [0, true], reported.stderr);
});

test.run();
