import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { codeArchive } from "../../../components/aws/codeArchive";
import { unpackArchive } from "../../../emulator/lambda/scratch";
import { type ArchiveFiles, archiveFiles, zip } from "../../../scripts/archives";
import { resource, stackWith } from "../../support/components/testPrograms";

const test = suite("components/aws/codeArchive");

/** The package files that each function loads; no others are packed. */
const filesOf: Record<string, string[]> = {
  extract: [
    "data-uri-to-buffer/dist/index.js",
    "data-uri-to-buffer/package.json",
    ...["file.js", "from.js", "index.js", "package.json", "streams.cjs"].map((file) => `fetch-blob/${file}`),
    "formdata-polyfill/esm.min.js",
    "formdata-polyfill/package.json",
    "node-domexception/index.js",
    "node-domexception/package.json",
    "node-fetch/package.json",
    "node-fetch/src/body.js",
    ...["abort-error", "base", "fetch-error"].map((name) => `node-fetch/src/errors/${name}.js`),
    ...["headers", "index", "request", "response"].map((name) => `node-fetch/src/${name}.js`),
    ...["get-search", "is-redirect", "is", "multipart-parser", "referrer"].map(
      (name) => `node-fetch/src/utils/${name}.js`,
    ),
  ],
  transform: ["papaparse/package.json", "papaparse/papaparse.js"],
};

const maxZipBytes: Record<string, number> = { extract: 120 * 1024, transform: 70 * 1024 };

const archives: Record<string, { code: unknown; environment: unknown; files: ArchiveFiles }> = {};

test.before(async () => {
  const program = await stackWith("declared");
  for (const name of Object.keys(filesOf)) {
    const { code, environment } = resource(program, "Function", `playlake-${name}`).inputs;
    archives[name] = { code, environment, files: await archiveFiles(code) };
  }
});

test("an archive holds the callback, its settings and the files that it loads", () => {
  for (const [name, files] of Object.entries(filesOf)) {
    assert.equal(
      Object.keys(archives[name]!.files),
      [
        "__index.js",
        ...files.map((file) => `node_modules/${file}`),
        ...(name === "extract" ? ["settings.json"] : []),
      ].sort(),
    );
  }
});

test("a module in pnpm's layout is required by its package name", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "playlake-pnpm-"));
  try {
    const home = path.join(folder, "node_modules", ".pnpm", "tune@1.0.0", "node_modules", "tune");
    mkdirSync(home, { recursive: true });
    writeFileSync(
      path.join(home, "package.json"),
      JSON.stringify({ name: "tune", version: "1.0.0", main: "index.js" }),
    );
    writeFileSync(path.join(home, "index.js"), "exports.hum = () => 'hm';\n");
    const tune = require(path.join(home, "index.js")) as { hum(): string };
    const code = codeArchive(() => () => tune.hum());
    const archive = await new Promise<unknown>((resolve) => code.apply(resolve));
    const text = (await archiveFiles(archive))["__index.js"]!.toString();
    assert.match(text, 'require("tune/index.js")');
    assert.not.match(text, ".pnpm");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a zipped archive is small", () => {
  for (const [name, maxBytes] of Object.entries(maxZipBytes)) {
    const { length } = zip(archives[name]!.files);
    assert.ok(length <= maxBytes, `${name}: ${length} bytes, at most ${maxBytes}`);
  }
});

test("the callback holds no secret and no local path", () => {
  for (const [name, { files }] of Object.entries(archives)) {
    const text = String(files["__index.js"]);
    assert.not.match(text, /example-client/, name);
    assert.not.ok(text.includes(path.join(__dirname, "../../..")), name);
  }
});

test("the callback loads as in Lambda, with only the SDK from outside the archive", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "playlake-archive-"));
  try {
    const modules = path.join(folder, "runtime/node_modules");
    mkdirSync(modules, { recursive: true });
    symlinkSync(path.join(__dirname, "../../../node_modules/@aws-sdk"), path.join(modules, "@aws-sdk"));
    for (const [name, { code, environment }] of Object.entries(archives)) {
      const task = path.join(folder, name);
      await unpackArchive(code, task);
      assert.is(load(task, modules, environment), "function");
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function load(task: string, modules: string, environment: unknown): string {
  const flag = "--no-experimental-require-module";
  const flags = process.allowedNodeEnvironmentFlags.has(flag) ? [flag] : [];
  const env = {
    ...(environment as { variables: Record<string, string> }).variables,
    PATH: process.env.PATH,
    NODE_PATH: modules,
    AWS_REGION: "us-east-1",
    AWS_LAMBDA_FUNCTION_NAME: "some",
    LAMBDA_TASK_ROOT: task,
  };
  // The process exits only after the factory has imported node-fetch.
  const script = "process.stdout.write(typeof require('./__index.js').handler)";
  return execFileSync(process.execPath, [...flags, "-e", script], { cwd: task, env, encoding: "utf8", stdio: "pipe" });
}

test.run();
