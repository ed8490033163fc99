import { readFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { requirePackages } from "../../cli/packages";
import { projectFolder } from "../support/commandLine";

const test = suite("cli/packages");

type Asked = Parameters<typeof requirePackages>;

/** What is missing without any optional package. */
const cases: readonly [asked: [Asked[0], Asked[1], Asked[2]], packages: string][] = [
  [["sql", "sql", "local"], "@duckdb/node-api"],
  [["export", "sql", "local"], "@duckdb/node-api"],
  [["sql", "sql", "stack"], "@aws-sdk/client-athena"],
  [["report", "sql", "local"], "@duckdb/node-api @observablehq/plot linkedom"],
  [["report", "sql", "stack"], "@aws-sdk/client-athena @observablehq/plot linkedom"],
  [["run", "pipeline", "local"], "@pulumi/pulumi @pulumi/aws @duckdb/node-api"],
  [["run", "pipeline", "stack"], "@aws-sdk/client-lambda @aws-sdk/client-athena"],
  [["import", "pipeline", "local"], "@pulumi/pulumi @pulumi/aws"],
  [["import", "pipeline", "stack"], "@aws-sdk/client-lambda"],
  [["crawl", "pipeline", "local"], "@pulumi/pulumi @pulumi/aws"],
];

for (const [[command, opens, place], packages] of cases) {
  test(`${command}, ${place}: missing packages are named with the command that installs them`, () => {
    const what = packages.includes(" ") ? "packages that are" : "a package that is";
    assert.throws(
      () => requirePackages(command, opens, place, () => false),
      (error: Error) => error.message === `${command} needs ${what} not installed; run: npm install ${packages}`,
    );
    assert.not.throws(() => requirePackages(command, opens, place));
  });
}

test("a crawl of a stack needs no optional package", () => {
  assert.not.throws(() => requirePackages("crawl", "pipeline", "stack", () => false));
});

test("every peer package is checked", () => {
  const { peerDependencies } = JSON.parse(readFileSync(path.join(projectFolder, "package.json"), "utf8"));
  const checked = new Set(cases.flatMap(([, packages]) => packages.split(" ")));
  // The audit trail's package is checked at preview. `doctor` reports which of its packages is missing, and goes on.
  const elsewhere = [
    "@pulumi/awsx",
    ...["cloudwatch", "eventbridge", "scheduler"].map((name) => `@aws-sdk/client-${name}`),
  ];
  // Lambda's runtime has it. A program is only compiled against it.
  const inLambda = ["@aws-sdk/client-sns"];
  assert.equal([...checked, ...elsewhere, ...inLambda].sort(), Object.keys(peerDependencies).sort());
});

test("only what is missing is named", () => {
  assert.throws(
    () => requirePackages("report", "sql", "local", (name) => name !== "linkedom"),
    (error: Error) => error.message === "report needs a package that is not installed; run: npm install linkedom",
  );
});

test.run();
