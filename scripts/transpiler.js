// A transpiler for ts-node that keeps what it made, for all who run the project's TypeScript: without it TypeScript, at 10 ms
// a file, is 4 of the 8 seconds of `npm start`. What is kept bears the hash of all that it was made of, so it is never out
// of date; its folder may go at any time.
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require("node:fs");
const path = require("node:path");

// Not in node_modules, whose time of change tells npm whether it knows what is in there.
const keptFolder = path.join(__dirname, "..", ".cache", "transpiled");

function readKept(file) {
  try {
    const kept = JSON.parse(readFileSync(file, "utf8"));
    return typeof kept?.outputText === "string" ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps what was made, whole or not at all: other processes read it. A folder that can't be written to costs time alone. */
function keep(folder, file, output) {
  try {
    mkdirSync(folder, { recursive: true });
  } catch {
    return;
  }
  const draft = `${file}.${process.pid}`;
  try {
    writeFileSync(draft, JSON.stringify(output));
    renameSync(draft, file);
  } catch {
    rmSync(draft, { force: true });
  }
}

/**
 * Makes the transpiler, as ts-node asks for it.
 * @param folder where the outputs are kept
 */
exports.create = ({ service }, folder = keptFolder) => {
  const { options } = service.config;
  const { version } = require("typescript/package.json");

  function make(input, fileName) {
    const { transpileModule } = require("typescript");
    // The extension tells that the module is CommonJS; TypeScript would look for it in package.json, which it can't here.
    const cts = fileName.replace(/\.ts$/, ".cts");
    return transpileModule(input, { fileName: cts, compilerOptions: options, reportDiagnostics: true });
  }

  return {
    transpile(input, { fileName }) {
      const hash = createHash("sha256")
        .update(JSON.stringify([version, options, fileName, input]))
        .digest("hex");
      const file = path.join(folder, `${hash}.json`);
      const kept = readKept(file);
      if (kept !== undefined) return kept;
      const { outputText, sourceMapText, diagnostics } = make(input, fileName);
      for (const diagnostic of diagnostics) if (diagnostic.file) diagnostic.file.fileName = fileName;
      if (diagnostics.length === 0) keep(folder, file, { outputText, sourceMapText });
      return { outputText, sourceMapText, diagnostics };
    },
  };
};
