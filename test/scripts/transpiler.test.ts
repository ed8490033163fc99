import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { AssetArchive, StringAsset } from "@pulumi/pulumi/asset";
import { create as createService, type Service } from "ts-node";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ofType } from "../../emulator/resources";
import { exampleStack } from "../../scripts/exampleStack";
import { everything } from "../support/validity/stacks";

type Transpile = (input: string, fileName: string) => string;
const { createTranspiler, sourcesOf } = require("../../scripts/transpiler") as {
  createTranspiler: (options: { folder: string; serializes?: boolean; siblings?: () => string[] }) => Transpile;
  sourcesOf: (tsconfig: string) => string[];
};
const test = suite("scripts/transpiler");
const project = path.join(__dirname, "..", "..");
let folder = "";
/** The loader that Pulumi uses. */
let service: Service;

test.before(() => {
  // ts-node replaces it, for all test files of this process.
  const { prepareStackTrace } = Error;
  service = createService({ transpileOnly: true, project: path.join(project, "tsconfig.json"), cwd: project });
  Error.prepareStackTrace = prepareStackTrace;
});

test.before.each(() => {
  folder = mkdtempSync(path.join(tmpdir(), "playlake-transpiler-"));
});

test.after.each(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The output without the source map, whose members differ only in order. */
function code(compiled: string): string {
  return compiled.replace(/\/\/# sourceMappingURL=.*/s, "");
}

for (const name of ["index.ts", "components/spotifyExtractor.ts", "schedule/runDays.ts", "transforms/rows.ts"]) {
  test(`${name}: new and kept output match ts-node's`, () => {
    const fileName = path.join(project, name);
    const source = readFileSync(fileName, "utf8");
    const expected = code(service.compile(source, fileName));
    const transpile = createTranspiler({ folder });

    const made = transpile(source, fileName);
    const kept = transpile(source, fileName);

    assert.is(code(made), expected);
    assert.is(kept, made);
    assert.is(readdirSync(folder).length, 1);
  });
}

/** The exports of a source, as it is run. */
function exportsOf(compiled: string): unknown {
  const module = { exports: {} };
  new Function("module", "exports", "require", compiled)(module, module.exports, require);
  return module.exports;
}

test("what Pulumi does not serialize is transpiled by esbuild, to the same exports", () => {
  const fileName = path.join(project, "cli", "given.ts");
  const source = `import { type A, b } from "./types";
import path, * as all from "node:path";
import fs = require("node:fs");
export { basename } from "node:path";
export type C = A | b;
export const kept = [path.sep, all.sep, fs.constants.R_OK] as const;
export default class { x?: number }`;

  const made = createTranspiler({ folder })(source, fileName);
  const expected = service.compile(source, fileName);

  const { default: Made, ...others } = exportsOf(made) as { default: new () => object };
  const { default: Expected, ...expectedOthers } = exportsOf(expected) as { default: new () => object };
  assert.equal({ ...others }, { ...expectedOthers });
  assert.equal(Object.keys(new Made()), Object.keys(new Expected()));
  assert.match(made, "__toCommonJS");
});

test("no callback captures a module that esbuild transpiled", async () => {
  const { resources } = await exampleStack(everything);
  const texts: string[] = [];
  for (const { inputs } of ofType(resources, "aws:lambda/function:Function")) {
    const assets = (await (inputs.code as AssetArchive).assets) as Record<string, StringAsset>;
    texts.push(await assets["__index.js"]!.text);
  }
  assert.is(texts.length, 3);
  // esbuild's exports are accessors, and TypeScript's are plain properties.
  for (const text of texts) assert.not.match(text, /\bget: __f\d/, "the captured folder is missing from `serialized`");
});

test("a process that serializes nothing gets all files from esbuild", () => {
  const made = createTranspiler({ folder, serializes: false })("export const a = 1;", path.join(project, "index.ts"));
  assert.match(made, "__toCommonJS");
});

const [first, second, serialized] = ["cli/dates.ts", "cli/forget.ts", "index.ts"].map((name) =>
  path.join(project, name),
) as [string, string, string];

test("esbuild transpiles a file's siblings with the first of them", () => {
  const transpile = createTranspiler({ folder, siblings: () => [first, second, serialized] });

  transpile(readFileSync(first, "utf8"), first);
  const kept = readdirSync(folder).length;
  transpile(readFileSync(second, "utf8"), second);
  transpile("export {};", second);

  assert.equal([kept, readdirSync(folder).length], [2, 3]);
});

test("a sibling that is gone does no harm", () => {
  const transpile = createTranspiler({ folder, siblings: () => [second, path.join(project, "cli", "gone.ts")] });
  assert.match(transpile("export const a = 1;", first), "__toCommonJS");
  assert.is(readdirSync(folder).length, 1);
});

test("the package's sources are the siblings of what a command loads", () => {
  const names = sourcesOf("tsconfig.build.json").map((name) => path.relative(project, name).split(path.sep)[0]);
  const folders = ["components", "plugin", "transforms", "spotify", "schedule", "queries", "emulator", "standin"];
  assert.equal([...new Set(names)], [...folders, "lake", "operations", "report", "cli"]);
});

test("a changed source is transpiled again", () => {
  const transpile = createTranspiler({ folder });
  const fileName = path.join(project, "index.ts");

  const outputs = ["1", "2", "1"].map((value) => code(transpile(`export = ${value} as number;`, fileName)));

  assert.equal(outputs, ['"use strict";\nmodule.exports = 1;\n', '"use strict";\nmodule.exports = 2;\n', outputs[0]]);
  assert.is(readdirSync(folder).length, 2);
});

for (const name of ["index.ts", "cli/dates.ts"])
  test(`a broken ${name} is reported and not cached`, () => {
    const transpile = createTranspiler({ folder });
    const fileName = path.join(project, name);
    assert.throws(
      () => transpile("const = 1;", fileName),
      (error: SyntaxError) =>
        error.message ===
        ["1,7", "1,9"].map((at) => `${fileName}(${at}): error TS1134: Variable declaration expected.\n`).join(""),
    );
    assert.equal(readdirSync(folder), []);
  });

for (const broken of ["", '"use strict";\n', "export"]) {
  test(`a cached file that holds ${broken || "nothing"} is replaced`, () => {
    const transpile = createTranspiler({ folder });
    const fileName = path.join(project, "index.ts");
    const expected = transpile("export const one: number = 1;", fileName);
    for (const name of readdirSync(folder)) writeFileSync(path.join(folder, name), broken);
    assert.is(transpile("export const one: number = 1;", fileName), expected);
  });
}

test("a cached file that cannot be replaced leaves no draft behind", () => {
  const transpile = createTranspiler({ folder });
  const fileName = path.join(project, "index.ts");
  transpile("export = 1;", fileName);
  const [name = ""] = readdirSync(folder);
  rmSync(path.join(folder, name));
  mkdirSync(path.join(folder, name));

  transpile("export = 1;", fileName);

  assert.equal(readdirSync(folder), [name]);
});

test("a folder that cannot be created does no harm", () => {
  const transpile = createTranspiler({ folder: path.join(project, "package.json", "kept") });
  const output = transpile("export = 1;", path.join(project, "index.ts"));
  assert.is(code(output), '"use strict";\nmodule.exports = 1;\n');
});

test.run();
