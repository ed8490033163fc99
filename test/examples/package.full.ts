// What the npm package holds, and what users can import from it. After a deliberate change:
// UPDATE_GOLDEN=1 npx uvu -r $PWD/scripts/register.js test 'examples/package\.full'
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import ts from "typescript";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { projectFolder, temporaryFolder } from "../support/commandLine";
import { packInto } from "../support/examples/pack";

const test = suite("examples/package");

const golden = path.join(projectFolder, "test", "golden", "package.txt");
const maxBytes = { packed: 1.5 * 2 ** 20, unpacked: 6 * 2 ** 20 };

/** A user's folder, with the package in its `node_modules`. */
const { folder, remove } = temporaryFolder();
/** The same, as the compiler names it. */
const home = realpathSync(folder);
const installed = path.join(folder, "node_modules", "playlake");
let tarball = "";
/** The package's files, sorted. */
let files: string[] = [];

test.before(() => {
  tarball = packInto(folder);
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "-C", installed, "--strip-components", "1"]);
  for (const name of ["@pulumi", "@types", "undici-types", "papaparse"])
    symlinkSync(path.join(projectFolder, "node_modules", name), path.join(folder, "node_modules", name));
  const entries = readdirSync(installed, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  files = entries.map((entry) => path.relative(installed, path.join(entry.parentPath, entry.name))).sort();
});

test.after(remove);

const textOf = (file: string) => readFileSync(path.join(installed, file), "utf8");

/** Runs Node in the user's folder. @returns what it prints */
function node(...words: readonly string[]): string {
  return execFileSync(process.execPath, words, { cwd: folder, encoding: "utf8" });
}

/** The files outside dist/, then the kinds of files in each folder of it, then the files with types, then the exports. */
function contents(): string {
  const kinds = new Map<string, Set<string>>();
  for (const file of files.filter((name) => name.startsWith("dist/"))) {
    const kind = path.basename(file).replace(/^[^.]*/, "");
    if (kind !== ".d.ts") kinds.set(path.dirname(file), (kinds.get(path.dirname(file)) ?? new Set()).add(kind));
  }
  const folders = [...kinds].sort().map(([name, found]) => `${name}/  ${[...found].sort().join(" ")}`);
  const exported = JSON.parse(node("-p", 'JSON.stringify(Object.keys(require("playlake")).sort())')) as string[];
  return [
    ...["Files:", ...files.filter((name) => !name.startsWith("dist/")), ""],
    ...["Compiled:", ...folders, ""],
    ...["Types:", ...files.filter((name) => name.endsWith(".d.ts")), ""],
    ...["Exports:", ...exported, ""],
  ].join("\n");
}

test("the package holds only what it runs, and types only of what it exports", () => {
  if (process.env.UPDATE_GOLDEN !== undefined) writeFileSync(golden, contents());
  assert.fixture(contents(), readFileSync(golden, "utf8"));
});

test("the package stays small", () => {
  const unpacked = files.reduce((sum, file) => sum + statSync(path.join(installed, file)).size, 0);
  const packed = statSync(tarball).size;
  assert.ok(packed < maxBytes.packed, `packed: ${packed} bytes`);
  assert.ok(unpacked < maxBytes.unpacked, `unpacked: ${unpacked} bytes`);
});

test("every compiled file has a source map that holds its source", () => {
  const mapped = files.filter((file) => file.endsWith(".js.map"));
  for (const file of mapped) {
    const { sourceRoot, sources, sourcesContent } = JSON.parse(textOf(file)) as Record<string, string | string[]>;
    const source = file.replace(/^dist\//, "").replace(/\.js\.map$/, ".ts");
    assert.equal([sourceRoot, sources], ["playlake:///", [source]]);
    assert.equal(sourcesContent, [readFileSync(path.join(projectFolder, source), "utf8")], file);
    const name = path.basename(file);
    assert.ok(textOf(file.replace(/\.map$/, "")).endsWith(`//# sourceMappingURL=${name}`), file);
  }
  const isCopied = (file: string) =>
    /^bin\/|^dist\/(emulator\/lambda\/runtime\/|lake\/local\/programChild\.js$|report\/page\/page\.js$)/.test(file);
  const compiled = files.filter((file) => file.endsWith(".js") && !isCopied(file));
  assert.equal(mapped, compiled.map((file) => `${file}.map`).sort());
});

test("ES modules import what CommonJS requires", () => {
  const list = "console.log(Object.keys(all).filter((name) => typeof all[name] === 'function').sort().join())";
  const imported = node("--input-type=module", "-e", `import * as all from "playlake"; ${list}`);
  assert.match(imported, "AthenaCatalog,");
  assert.is(imported, node("-e", `const all = require("playlake"); ${list}`));
});

/** The modules that the package's and the user's files import, as a user's compiler finds them with these options. */
function importsOf(program: ts.Program, files: readonly string[], options: ts.CompilerOptions): string[] {
  const found = files.flatMap((file) => {
    const names = ts.preProcessFile(program.getSourceFile(file)?.text ?? "").importedFiles.map((one) => one.fileName);
    return names.map((name) => ts.resolveModuleName(name, file, options, ts.sys).resolvedModule?.resolvedFileName);
  });
  return found.map((file) => file ?? "nothing");
}

test("types are complete for users with moduleResolution node16 and bundler", () => {
  const sources = ["existing-bucket", "own-table"].map((name) => {
    copyFileSync(path.join(projectFolder, "examples", name, "index.ts"), path.join(home, `${name}.ts`));
    return `${name}.ts`;
  });
  // A wrong argument is an error only if the types arrive.
  const wrong =
    'import { AthenaCatalog } from "playlake";\nnew AthenaCatalog("a", { lakeBucket: "b", catalog: "other" });\n';
  writeFileSync(path.join(home, "wrong.ts"), wrong);
  const options: ts.CompilerOptions = {
    ...{ target: ts.ScriptTarget.ES2022, strict: true, noEmit: true, types: ["node"] },
    ...{ module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 },
  };
  const names = [...sources, "wrong.ts"].map((name) => path.join(home, name));
  const host = ts.createCompilerHost(options);
  host.getCurrentDirectory = () => home;
  const program = ts.createProgram(names, options, host);
  // Declarations are checked, too: this package's, not those of others.
  const own = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(home));
  assert.ok(own.length > names.length + 5);

  const errors = own
    .flatMap((file) => ts.getPreEmitDiagnostics(program, file))
    .map(({ file, start = 0, code, messageText }) => {
      const { line, character } = file!.getLineAndCharacterOfPosition(start);
      const text = ts.flattenDiagnosticMessageText(messageText, " ");
      return [`${path.relative(home, file!.fileName)}(${line + 1},${character + 1}): TS${code}`, text];
    });
  assert.equal(
    errors.map(([place]) => place),
    ["wrong.ts(2,43): TS2322"],
    errors.join("\n"),
  );

  // The same files are the same types.
  const files = own.map(({ fileName }) => fileName);
  const [node16, bundler] = [
    importsOf(program, files, options),
    importsOf(program, files, { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler }),
  ];
  assert.ok(node16.length > 20 && !node16.includes("nothing"));
  assert.equal(bundler, node16);
});

test.run();
