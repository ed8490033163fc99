// Transpiles TypeScript with a cache on disk. Without the cache, transpiling takes 10 ms per file and 4 of the 8 seconds
// of `npm start`. An output is named by the hash of all its inputs, so it is never out of date; the folder can be deleted
// at any time.
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require("node:fs");
const path = require("node:path");

const configFile = path.join(__dirname, "..", "tsconfig.json");
// Not in node_modules: npm uses that folder's modification time to check whether its own record is current.
const keptFolder = path.join(__dirname, "..", ".cache", "transpiled");

/** Ends each cached output, so that an incomplete file is noticed. */
const endMark = "\n//# complete\n";

function readKept(file) {
  try {
    const kept = readFileSync(file, "utf8");
    return kept.endsWith(endMark) ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** Caches an output, atomically because other processes read it. A folder that is not writable only costs time. */
function keep(folder, file, output) {
  try {
    mkdirSync(folder, { recursive: true });
  } catch {
    return;
  }
  const draft = `${file}.${process.pid}`;
  try {
    writeFileSync(draft, output);
    renameSync(draft, file);
  } catch {
    rmSync(draft, { force: true });
  }
}

/**
 * Creates the transpiler. It loads the compiler only for a source that is not cached.
 * @param folder the cache's folder
 * @returns a function from a source and its file's name to CommonJS with an inline source map. It throws an error with
 *   all mistakes of syntax
 */
exports.createTranspiler = (folder = keptFolder) => {
  const config = readFileSync(configFile, "utf8");
  const { version } = require("typescript/package.json");
  const salt = JSON.stringify([version, config, readFileSync(__filename, "utf8")]);

  function make(input, fileName) {
    const ts = require("typescript");
    const { options } = ts.convertCompilerOptionsFromJson(
      ts.parseConfigFileTextToJson(configFile, config).config.compilerOptions,
    );
    // The extension marks the module as CommonJS; TypeScript would read package.json for that, which it cannot do here.
    const { outputText, diagnostics } = ts.transpileModule(input, {
      fileName: fileName.replace(/\.ts$/, ".cts"),
      compilerOptions: { ...options, inlineSourceMap: true },
      reportDiagnostics: true,
    });
    if (diagnostics.length === 0) return outputText + endMark;
    const host = { getCanonicalFileName: (name) => name, getCurrentDirectory: () => "", getNewLine: () => "\n" };
    for (const { file } of diagnostics) if (file !== undefined) file.fileName = fileName;
    throw new SyntaxError(ts.formatDiagnostics(diagnostics, host));
  }

  return (input, fileName) => {
    const hash = createHash("sha256").update(salt).update(`\0${fileName}\0`).update(input).digest("hex");
    const file = path.join(folder, `${hash}.js`);
    const kept = readKept(file);
    if (kept !== undefined) return kept;
    const output = make(input, fileName);
    keep(folder, file, output);
    return output;
  };
};
