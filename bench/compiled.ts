// The other ways to package a callback, instead of one serialized text: its factory and its own modules as compiled files,
// and these as one bundle.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { buildSync } from "esbuild";
import * as ts from "typescript";
import { settingsFile } from "../components/callbacks/settingsFile";
import type { UnpackedFunction } from "./archives";

const project = path.join(__dirname, "..");
const { createTranspiler } = require("../scripts/transpiler.js") as {
  createTranspiler(): (input: string, fileName: string) => string;
};
const transpile = createTranspiler();

/** What no archive holds: see components/aws/codeArchive.ts. */
const leftOut = ["@aws-sdk/*", "web-streams-polyfill/*"];

/** The compiled text of a source, without its source map. */
function compiled(file: string): string {
  return transpile(readFileSync(file, "utf8"), file).replace(/\n\/\/# sourceMappingURL=.*\n[\s\S]*$/, "\n");
}

/**
 * Packs a function as compiled modules into a folder, beside the packages and settings of its archive.
 * @param component the file whose `callbackFactory` the function was made from, below the project
 * @returns the module that exports `handler`
 */
export function packCompiled(component: string, { folder: archive }: UnpackedFunction, folder: string): string {
  const entry = path.join(project, component);
  const text = `${entryOf(ts.createSourceFile(entry, compiled(entry), ts.ScriptTarget.ES2022, true))}\n`;
  const waiting = [entry];
  const packed = new Map([[entry, text]]);
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    for (const [, name = ""] of packed.get(file)!.matchAll(/\brequire\("(\.[^"]*)"\)/g)) {
      const module = `${path.resolve(path.dirname(file), name)}.ts`;
      if (packed.has(module)) continue;
      packed.set(module, compiled(module));
      waiting.push(module);
    }
  }
  const nameOf = (file: string) => path.relative(project, file).replace(/\.ts$/, ".js");
  for (const [file, content] of packed) {
    const target = path.join(folder, nameOf(file));
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
  for (const name of ["node_modules", settingsFile]) copyIfThere(name, archive, folder);
  const module = path.join(folder, "__index.js");
  writeFileSync(module, `exports.handler = require("./${nameOf(entry)}").handler;\n`);
  return module;
}

/** Bundles a packed function into one file, beside its settings. @returns the module that exports `handler` */
export function bundle(module: string, folder: string): string {
  const outfile = path.join(folder, "__index.js");
  const from = path.dirname(module);
  buildSync({
    entryPoints: [module],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    external: leftOut,
    // Comments name the files, relative to this folder.
    absWorkingDir: from,
  });
  copyIfThere(settingsFile, from, folder);
  return outfile;
}

function copyIfThere(name: string, from: string, to: string): void {
  const file = path.join(from, name);
  if (existsSync(file)) cpSync(file, path.join(to, name), { recursive: true });
}

/** A module that calls the factory once: the imports that it names, and the factory as it is in the component. */
function entryOf(component: ts.SourceFile): string {
  const factory = factoryIn(component);
  if (factory === undefined) throw new Error(`${component.fileName}: no callbackFactory`);
  const names = new Set<string>();
  const collect = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text);
    ts.forEachChild(node, collect);
  };
  collect(factory);
  const used = component.statements.filter(
    (statement) =>
      ts.isVariableStatement(statement) &&
      statement.declarationList.declarations.some(({ name }) => ts.isIdentifier(name) && names.has(name.text)),
  );
  return [
    '"use strict";',
    ...used.map((statement) => statement.getText(component)),
    `exports.handler = (${factory.getText(component)})();`,
  ].join("\n");
}

function factoryIn(node: ts.Node): ts.Expression | undefined {
  if (ts.isPropertyAssignment(node) && node.name.getText() === "callbackFactory") return node.initializer;
  return ts.forEachChild(node, factoryIn);
}
