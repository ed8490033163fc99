// A transpiler for ts-node with a cache on disk. Without the cache, transpiling takes 10 ms per file and 4 of the 8
// seconds of `npm start`. An output is named by the hash of all its inputs, so it is never out of date; the folder can
// be deleted at any time.
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require("node:fs");
const path = require("node:path");

// Not in node_modules: npm uses that folder's modification time to check whether its own record is current.
const keptFolder = path.join(__dirname, "..", ".cache", "transpiled");

function readKept(file) {
  try {
    const kept = JSON.parse(readFileSync(file, "utf8"));
    return typeof kept?.outputText === "string" ? kept : undefined;
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
    writeFileSync(draft, JSON.stringify(output));
    renameSync(draft, file);
  } catch {
    rmSync(draft, { force: true });
  }
}

/**
 * Creates the transpiler for ts-node.
 * @param folder the cache's folder
 */
exports.create = ({ service }, folder = keptFolder) => {
  const { options } = service.config;
  const { version } = require("typescript/package.json");

  function make(input, fileName) {
    const { transpileModule } = require("typescript");
    // The extension marks the module as CommonJS; TypeScript would read package.json for that, which it cannot do here.
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
