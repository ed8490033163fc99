import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { resource, stackWith } from "./support";

const test = suite("components/archives");

const packagesOf: Record<string, string[]> = {
  extract: ["data-uri-to-buffer", "fetch-blob", "formdata-polyfill", "node-domexception", "node-fetch"],
  transform: ["papaparse"],
};

/** Names in the archive, and what stands behind them: the file's text, or a folder. */
const archives: Record<string, { text: string; folders: Record<string, string> }> = {};

test.before(async () => {
  const program = await stackWith("declared");
  for (const name of Object.keys(packagesOf)) {
    const { code } = resource(program, "Function", `playlake-${name}`).inputs;
    const { "__index.js": index, ...rest } = await (code as pulumi.asset.AssetArchive).assets;
    const text = await (index as pulumi.asset.StringAsset).text;
    const folders: Record<string, string> = {};
    for (const [folder, content] of Object.entries(rest))
      folders[folder] = await (content as pulumi.asset.FileArchive).path;
    archives[name] = { text, folders };
  }
});

test("an archive holds the callback and the packages that it loads", () => {
  for (const [name, packages] of Object.entries(packagesOf)) {
    const { folders } = archives[name]!;
    assert.equal(
      Object.keys(folders).sort(),
      packages.map((one) => `node_modules/${one}`),
    );
    for (const folder of Object.values(folders))
      assert.ok(path.isAbsolute(folder) && statSync(folder).isDirectory(), folder);
  }
});

test("the callback is code alone: no secret, no path of this machine", () => {
  for (const [name, { text }] of Object.entries(archives)) {
    assert.not.match(text, /planted-client/, name);
    assert.not.ok(text.includes(path.join(__dirname, "../..")), name);
    assert.ok(text.length < 200_000, `${name}: ${text.length} bytes`);
  }
});

test("the callback loads as Lambda loads it: no require of ES modules, the SDK alone from outside", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "playlake-archive-"));
  try {
    const modules = path.join(folder, "runtime/node_modules");
    mkdirSync(modules, { recursive: true });
    symlinkSync(path.join(__dirname, "../../node_modules/@aws-sdk"), path.join(modules, "@aws-sdk"));
    for (const [name, { text, folders }] of Object.entries(archives)) {
      const task = path.join(folder, name);
      for (const [inside, from] of Object.entries(folders)) cpSync(from, path.join(task, inside), { recursive: true });
      writeFileSync(path.join(task, "__index.js"), text);
      assert.is(load(task, modules), "function");
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function load(task: string, modules: string): string {
  const flag = "--no-experimental-require-module";
  const flags = process.allowedNodeEnvironmentFlags.has(flag) ? [flag] : [];
  const variables = ["LAKE_BUCKET", "RAW_BUCKET", "APP_SECRET_ARN", "TOKEN_SECRET_ARN", "TIMEZONE"];
  const env = {
    PATH: process.env.PATH,
    NODE_PATH: modules,
    AWS_REGION: "us-east-1",
    ...Object.fromEntries(variables.map((variable) => [variable, variable === "TIMEZONE" ? "UTC" : "some"])),
  };
  // The process ends only where the factory's import of node-fetch has come to an end, too.
  const script = "process.stdout.write(typeof require('./__index.js').handler)";
  return execFileSync(process.execPath, [...flags, "-e", script], { cwd: task, env, encoding: "utf8", stdio: "pipe" });
}

test.run();
