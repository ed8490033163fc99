import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { create as createService, type Service, type TranspilerModule } from "ts-node";
import { suite } from "uvu";
import * as assert from "uvu/assert";

type Create = (
  options: Parameters<TranspilerModule["create"]>[0],
  folder: string,
) => ReturnType<TranspilerModule["create"]>;

const { create } = require("../../scripts/transpiler") as { create: Create };
const test = suite("scripts/transpiler");
const project = path.join(__dirname, "..", "..");
let folder = "";
/** ts-node without the cache. */
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
    const { transpile } = create({ service }, folder);

    const made = transpile(source, { fileName });
    const kept = transpile(source, { fileName });

    assert.is(code(made.outputText), expected);
    assert.is(code(kept.outputText), expected);
    assert.is(kept.sourceMapText, made.sourceMapText);
    assert.is(readdirSync(folder).length, 1);
  });
}

test("a changed source is transpiled again", () => {
  const { transpile } = create({ service }, folder);
  const fileName = path.join(project, "index.ts");

  const outputs = ["1", "2", "1"].map((value) =>
    code(transpile(`export = ${value} as number;`, { fileName }).outputText),
  );

  assert.equal(outputs, ['"use strict";\nmodule.exports = 1;\n', '"use strict";\nmodule.exports = 2;\n', outputs[0]]);
  assert.is(readdirSync(folder).length, 2);
});

test("a broken source is reported and not cached", () => {
  const { transpile } = create({ service }, folder);
  const fileName = path.join(project, "index.ts");
  const { diagnostics } = transpile("const = 1;", { fileName });
  assert.is(diagnostics?.[0]?.messageText, "Variable declaration expected.");
  assert.is(diagnostics?.[0]?.file?.fileName, fileName);
  assert.equal(readdirSync(folder), []);
});

for (const broken of ['{"outputText":"', "", "null", "{}"]) {
  test(`a cached file that holds ${broken || "nothing"} is replaced`, () => {
    const { transpile } = create({ service }, folder);
    const fileName = path.join(project, "index.ts");
    const expected = transpile("export const one: number = 1;", { fileName }).outputText;
    for (const name of readdirSync(folder)) writeFileSync(path.join(folder, name), broken);
    assert.is(transpile("export const one: number = 1;", { fileName }).outputText, expected);
  });
}

test("a cached file that cannot be replaced leaves no draft behind", () => {
  const { transpile } = create({ service }, folder);
  const fileName = path.join(project, "index.ts");
  transpile("export = 1;", { fileName });
  const [name = ""] = readdirSync(folder);
  rmSync(path.join(folder, name));
  mkdirSync(path.join(folder, name));

  transpile("export = 1;", { fileName });

  assert.equal(readdirSync(folder), [name]);
});

test("a folder that cannot be created does no harm", () => {
  const { transpile } = create({ service }, path.join(project, "package.json", "kept"));
  const { outputText } = transpile("export = 1;", { fileName: path.join(project, "index.ts") });
  assert.is(code(outputText), '"use strict";\nmodule.exports = 1;\n');
});

test.run();
