import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { programHash } from "../../../lake/local/programCache";
import { projectFolder, temporaryFolder } from "../../support/commandLine";

const test = suite("lake/local/programCache");
const { folder, remove } = temporaryFolder();
test.after(remove);

/** Copies the program's sources. */
function copyProgram(name: string): string {
  const root = path.join(folder, name);
  const parts = ["components", "transforms", "spotify", "schedule", "queries", "index.ts", "Pulumi.yaml"];
  const others = [
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "lake/local",
    "emulator/awsOutputs.ts",
    "scripts/transpiler.js",
    "README.md",
  ];
  for (const part of [...parts, ...others]) {
    cpSync(path.join(projectFolder, part), path.join(root, part), { recursive: true });
  }
  for (const [module, version] of [
    ["papaparse", "5.0.0"],
    ["@pulumi/aws", "7.0.0"],
  ]) {
    mkdirSync(path.join(root, "node_modules", module!), { recursive: true });
    writeFileSync(path.join(root, "node_modules", module!, "package.json"), JSON.stringify({ version }));
  }
  return root;
}

const edits: readonly [what: string, file: string, from: string | RegExp, to: string][] = [
  ["a word of a callback", "components/callbacks/transformHandler.ts", "export", "export /* */"],
  ["a word of a policy", "components/aws/callbackLambda.ts", "lambda", "Lambda"],
  ["a word of a named query", "queries/named/came-and-went.sql", /select/i, "select /* */"],
  ["index.ts", "index.ts", "const", "let"],
  ["the lock file", "package-lock.json", "lockfileVersion", "lockfileversion"],
  ["an installed version", "node_modules/papaparse/package.json", "5.0.0", "5.0.1"],
  ["the provider's version", "node_modules/@pulumi/aws/package.json", "7.0.0", "7.0.1"],
  ["a default of Pulumi.yaml", "Pulumi.yaml", "UTC", "CET"],
  ["what transpiles the program", "scripts/transpiler.js", "const", "let"],
  ["what turns registrations into a result", "lake/local/program.ts", "const", "let"],
];
const config = { "playlake:playlists": '["a"]' };
const root = copyProgram("program");
const whole = programHash(config, { root });

for (const [what, file, from, to] of edits) {
  test(`an edit of ${what} is noticed`, () => {
    const place = path.join(root, file);
    const before = readFileSync(place, "utf8");
    const after = before.replace(from, to);
    assert.is.not(after, before);
    writeFileSync(place, after);
    assert.is.not(programHash(config, { root }), whole);
    writeFileSync(place, before);
    assert.is(programHash(config, { root }), whole);
  });
}

test("a new source, config or Node version is noticed, a document is not", () => {
  assert.is.not(programHash({ ...config, "playlake:timezone": "CET" }, { root }), whole);
  assert.is.not(programHash(config, { root, nodeVersion: "v99.0.0" }), whole);
  writeFileSync(path.join(root, "README.md"), "other");
  assert.is(programHash(config, { root }), whole);
  writeFileSync(path.join(root, "spotify", "new.ts"), "");
  assert.is.not(programHash(config, { root }), whole);
});

test.run();
