import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { create as createService, type Service } from "ts-node";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const { createTranspiler } = require("../../scripts/transpiler") as {
  createTranspiler: (folder: string) => (input: string, fileName: string) => string;
};
const test = suite("scripts/transpiler");
const project = path.join(__dirname, "..", "..");
let folder = "";
/** The loader that Pulumi uses. */
let service: Service;

test.before(() => {
  service = createService({ transpileOnly: true, project: path.join(project, "tsconfig.json"), cwd: project });
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

const files = ["index.ts", "components/spotifyExtractor.ts", "emulator/athena/index.ts", "transforms/rows.ts"];
for (const name of files) {
  test(`${name}: new and cached output match ts-node's`, () => {
    const fileName = path.join(project, name);
    const source = readFileSync(fileName, "utf8");
    const expected = code(service.compile(source, fileName));
    const transpile = createTranspiler(folder);

    const made = transpile(source, fileName);
    const kept = transpile(source, fileName);

    assert.is(code(made), expected);
    assert.is(kept, made);
    assert.is(readdirSync(folder).length, 1);
  });
}

test("a changed source is transpiled again", () => {
  const transpile = createTranspiler(folder);
  const fileName = path.join(project, "index.ts");

  const outputs = ["1", "2", "1"].map((value) => code(transpile(`export = ${value} as number;`, fileName)));

  assert.equal(outputs, ['"use strict";\nmodule.exports = 1;\n', '"use strict";\nmodule.exports = 2;\n', outputs[0]]);
  assert.is(readdirSync(folder).length, 2);
});

test("a broken source is reported and not cached", () => {
  const transpile = createTranspiler(folder);
  const fileName = path.join(project, "index.ts");
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
    const transpile = createTranspiler(folder);
    const fileName = path.join(project, "index.ts");
    const expected = transpile("export const one: number = 1;", fileName);
    for (const name of readdirSync(folder)) writeFileSync(path.join(folder, name), broken);
    assert.is(transpile("export const one: number = 1;", fileName), expected);
  });
}

test("a cached file that cannot be replaced leaves no draft behind", () => {
  const transpile = createTranspiler(folder);
  const fileName = path.join(project, "index.ts");
  transpile("export = 1;", fileName);
  const [name = ""] = readdirSync(folder);
  rmSync(path.join(folder, name));
  mkdirSync(path.join(folder, name));

  transpile("export = 1;", fileName);

  assert.equal(readdirSync(folder), [name]);
});

test("a folder that cannot be created does no harm", () => {
  const transpile = createTranspiler(path.join(project, "package.json", "kept"));
  const output = transpile("export = 1;", path.join(project, "index.ts"));
  assert.is(code(output), '"use strict";\nmodule.exports = 1;\n');
});

test.run();
