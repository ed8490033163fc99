import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { loaderOf, ownProgram } from "../../../lake/local/ownProgram";
import { programHash } from "../../../lake/local/programCache";
import { temporaryFolder } from "../../support/commandLine";

const test = suite("lake/local/ownProgram");
const { folder, remove } = temporaryFolder();
test.after(remove);

function write(place: string, text: string): string {
  const file = path.join(folder, place);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

const installed = write("node_modules/playlake/index.js", "");
const other = write("other/index.js", "");
const manifest = '{"playlake": {"program": "program.ts"}}';

test.before.each(() => {
  write("package.json", manifest);
  write("Pulumi.yaml", 'description: a lake\nname: "my-lists" # of all\n');
  write("program.ts", "");
});

test("the program, its project and its folder are found", () => {
  assert.equal(ownProgram(folder, undefined, installed), {
    project: "my-lists",
    folder,
    main: "program.ts",
    stackFile: undefined,
  });
});

for (const text of ["{}", '{"playlake": {}}', '{"playlake": {"program": 7}}', "null", "{"]) {
  test(`a package.json ${text} names no program`, () => {
    write("package.json", text);
    assert.is(ownProgram(folder, undefined, installed), undefined);
  });
}

test("a folder without a package.json has no program", () => {
  assert.is(ownProgram(path.join(folder, "other"), undefined, installed), undefined);
});

const faults: readonly [what: string, removed: string, entry: string, message: string][] = [
  [
    "a file that does not exist",
    "program.ts",
    installed,
    'package.json: playlake.program is "program.ts", and there is no such file',
  ],
  [
    "no Pulumi.yaml",
    "Pulumi.yaml",
    installed,
    "program.ts needs a Pulumi.yaml beside package.json, with the project's name",
  ],
  [
    "another copy of the package",
    "nothing",
    other,
    "program.ts uses another copy of playlake than this command; run: npx playlake",
  ],
];

for (const [what, removed, entry, message] of faults) {
  test(`${what} is refused in one line`, () => {
    rmSync(path.join(folder, removed), { force: true });
    assert.throws(
      () => ownProgram(folder, undefined, entry),
      (error: Error) => error.message === message,
    );
  });
}

test("a project whose packages are not installed is refused", () => {
  for (const [name, text] of [
    ["package.json", '{"playlake": {"program": "program.js"}}'],
    ["Pulumi.yaml", "name: bare"],
    ["program.js", ""],
  ]) {
    write(`bare/${name}`, text!);
  }
  rmSync(path.join(folder, "node_modules", "playlake"), { recursive: true });
  assert.throws(
    () => ownProgram(path.join(folder, "bare"), undefined, installed),
    (error: Error) => error.message === "program.js needs packages that are not installed; run: npm install",
  );
  write("node_modules/playlake/index.js", "");
});

test("TypeScript needs a loader, JavaScript does not", () => {
  const program = { project: "p", folder, main: "program.js", stackFile: undefined };
  assert.equal(loaderOf(program), []);
  assert.throws(
    () => loaderOf({ ...program, main: "program.ts" }),
    (error: Error) => error.message === "program.ts needs: npm install --save-dev ts-node typescript@5",
  );
  const loader = write("node_modules/ts-node/register/transpile-only.js", "");
  assert.equal(loaderOf({ ...program, main: "program.ts" }), ["--require", loader]);
});

const edits: readonly [file: string, isNoticed: boolean][] = [
  ["program.ts", true],
  ["parts/lists.json", true],
  ["Pulumi.yaml", true],
  ["Pulumi.dev.yaml", true],
  ["node_modules/any/index.js", false],
  [".playlake/sample/origin.json", false],
  ["playlake-report.html", false],
];

for (const [file, isNoticed] of edits) {
  test(`an edit of ${file} ${isNoticed ? "runs the program again" : "leaves its kept result"}`, () => {
    const own = { project: "my-lists", folder, main: "program.ts", stackFile: "Pulumi.dev.yaml" };
    write(file, "1");
    const before = programHash({}, { own });
    write(file, "2");
    assert.is(programHash({}, { own }) !== before, isNoticed);
  });
}

test.run();
