// The pack as Pulumi's CLI starts it, from a checkout and as installed from npm.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { rules } from "../../policy/rules";
import { projectFolder, temporaryFolder } from "../support/commandLine";
import { stackWith } from "../support/components/testPrograms";
import { type Pack, startPack } from "../support/policy/packProcess";
import { shownOf } from "../support/policy/resources";

const test = suite<Record<"checkout" | "package", Pack>>("policy/pack");
const { folder, remove } = temporaryFolder();
const installed = path.join(folder, "node_modules", "playlake-policy");

test.before(async (context) => {
  const words = ["pack", "./policy", "--silent", "--pack-destination", folder];
  execFileSync("npm", words, { cwd: projectFolder, stdio: ["ignore", "ignore", "inherit"] });
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "none";
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", path.join(folder, tarball), "-C", installed, "--strip-components", "1"]);
  // Its dependencies. The packages of this checkout: versions are what installed.full.ts is about.
  symlinkSync(path.join(projectFolder, "node_modules", "@pulumi"), path.join(folder, "node_modules", "@pulumi"));
  context.checkout = await startPack(path.join(projectFolder, "policy"), true);
  context.package = await startPack(installed, false);
});

test.after(({ checkout, package: fromNpm }) => {
  checkout?.stop();
  fromNpm?.stop();
  remove();
});

test("the package holds the compiled pack and nothing else", () => {
  const files = readdirSync(installed, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  assert.equal(files.map((entry) => path.relative(installed, path.join(entry.parentPath, entry.name))).sort(), [
    "LICENSE",
    "PulumiPolicy.yaml",
    "README.md",
    "dist/pack.js",
    "dist/pack.js.map",
    "index.js",
    "package.json",
  ]);
});

for (const kind of ["checkout", "package"] as const) {
  test(`${kind}: the pack serves every rule`, async (context) => {
    const expected = rules.map(({ name }) => name).sort();
    assert.equal(await context[kind].describe(), { name: "playlake", rules: expected });
  });

  test(`${kind}: a bad resource is refused with what to do`, async (context) => {
    const type = "aws:cloudwatch/logGroup:LogGroup";
    assert.equal(await context[kind].analyze({ type, name: "log", props: { skipDestroy: false } }), [
      "log-retention: set retentionInDays",
    ]);
  });

  test(`${kind}: the program's stack passes, and fails without a bucket's policy`, async (context) => {
    const shown = shownOf(await stackWith("declared"));
    assert.ok(shown.length > 50);
    for (const resource of shown) assert.equal(await context[kind].analyze(resource), [], resource.name);
    assert.equal(await context[kind].analyzeStack(shown), []);
    const bare = shown.filter(({ type, name }) => !(type.endsWith(":BucketPolicy") && name === "playlake-raw"));
    assert.is(bare.length, shown.length - 1);
    assert.equal(await context[kind].analyzeStack(bare), [
      "tls-only: playlake-raw: its policy must deny requests with aws:SecureTransport false",
    ]);
  });
}

test.run();
