// docs/environment.md names exactly the variables that the sources read and set.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { exampleStack } from "../../scripts/exampleStack";
import { projectFolder } from "../support/commandLine";

const test = suite("docs/environment");

const page = readFileSync(path.join(projectFolder, "docs", "environment.md"), "utf8");

/** The text of a section's tables and sentences. */
function section(title: string): string {
  const start = page.indexOf(`\n## ${title}\n`);
  assert.ok(start >= 0, title);
  const end = page.indexOf("\n## ", start + 1);
  return page.slice(start, end === -1 ? undefined : end);
}

/** The variables in the first column of a section's tables. */
function rowsOf(text: string): string[] {
  const cells = [...text.matchAll(/^\| (`.*?) \|/gm)].map(([, cell = ""]) => cell);
  return cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name));
}

/** The sources below some folders, as one text. */
function sourcesOf(...folders: string[]): string {
  const texts = folders.flatMap((folder) =>
    readdirSync(path.join(projectFolder, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(ts|js)$/.test(name))
      .map((name) => readFileSync(path.join(projectFolder, folder, name), "utf8")),
  );
  return texts.join("\n");
}

const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = ""]) => name);
const sorted = (names: Iterable<string>) => [...new Set(names)].sort();

/** The variables read from an environment: `env.NAME`, `env["NAME"]`, `const { NAME } = env`, and `{ NAME }: NodeJS.ProcessEnv`. */
function readIn(text: string): string[] {
  const taken = matches(text, /\{([^{}]*)\}\s*(?:=\s*(?:\w+\.)?env\b|:\s*NodeJS\.ProcessEnv\b)/g).flatMap((names) =>
    matches(names, /\b([A-Z]\w+)/g),
  );
  return [...matches(text, /\benv\.([A-Za-z_]\w*)/g), ...matches(text, /\benv\["(\w+)"\]/g), ...taken];
}

test("the command's documented variables are those its sources read", () => {
  const sources = sourcesOf("bin", "cli", "lake", "operations", "report", "standin");
  const [own = "", builtOn = "", given = ""] = section("The command").split(/^Read by what.*$|^The command sets.*$/m);
  const set = [
    ...matches(sources, /\b([A-Z]+(?:_[A-Z]+)+): "true"/g),
    "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED",
  ];
  assert.equal(sorted(rowsOf(own)), sorted(readIn(sources).filter((name) => !rowsOf(given).includes(name))));
  assert.equal(sorted(rowsOf(given)), sorted(set));
  assert.equal(rowsOf(builtOn)[0], "TMPDIR");
});

test("the functions' documented variables are declared and read", async () => {
  const { resources } = await exampleStack({ market: "DE", digestEmail: "you@example.com" });
  const declared = resources.flatMap(({ type, inputs }) =>
    type === "aws:lambda/function:Function"
      ? Object.keys((inputs.environment as { variables: Record<string, string> }).variables)
      : [],
  );
  const text = section("The functions");
  assert.equal(sorted(rowsOf(text)), sorted(declared));
  const components = sourcesOf("components");
  const read = [...readIn(components), ...matches(components, /ariable\("(\w+)"\)/g)];
  const known = [...declared, ...rowsOf(section("The functions' processes in the local run"))];
  const sentence = matches(text.slice(text.lastIndexOf("\n\n")), /`(\w+)`/g);
  assert.equal(sorted(sentence), sorted(read.filter((name) => !known.includes(name))));
});

test("a local function's documented variables are those the emulator sets", () => {
  const start = readFileSync(path.join(projectFolder, "emulator", "lambda", "process.ts"), "utf8");
  const own = matches(start, /^ {4}([A-Z_]+):/gm);
  const emulator = sourcesOf("emulator");
  const services = matches(emulator, /for \(const service of \[([^\]]+)\]\) endpoints\[`AWS_ENDPOINT_URL_/g).join();
  const endpoints = [
    ...matches(emulator, /\bendpoints\.(AWS_ENDPOINT_URL_\w+) =/g),
    ...matches(services, /"(\w+)"/g).map((service) => `AWS_ENDPOINT_URL_${service}`),
  ];
  const inProcess = ["_X_AMZN_TRACE_ID", "NODE_OPTIONS"];
  const expected = sorted([...own, ...endpoints, ...inProcess]);
  assert.equal(sorted(rowsOf(section("The functions' processes in the local run"))), expected);
});

test.run();
