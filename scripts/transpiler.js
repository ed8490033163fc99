// Transpiles TypeScript with a cache on disk: by esbuild, all files at once, or by the compiler that Pulumi uses if Pulumi
// may serialize what is in the file. Without both, transpiling takes half the time of the first `npm start`. An output is
// named by the hash of all its inputs, so it is never out of date; the folder can be deleted at any time.
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require("node:fs");
const path = require("node:path");

const project = path.join(__dirname, "..");
const configFile = path.join(project, "tsconfig.json");
// Not in node_modules: npm uses that folder's modification time to check whether its own record is current.
const keptFolder = path.join(project, ".cache", "transpiled");

/** The sources whose transpiled text Pulumi uploads, and those beside them. Other components' folders only declare resources. */
const serialized =
  /^(index\.ts$|components\/(?!(arguments|aws|stack)\/)|transforms\/|spotify\/|schedule\/|queries\/|examples\/)/;

/** A file's path in the project. */
const nameOf = (fileName) => path.relative(project, fileName).replaceAll(path.sep, "/");
const isSerialized = (fileName) => serialized.test(nameOf(fileName));

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

/** Makes the cache's folder. Returns true if it is new, and undefined if it cannot be made, which only costs time. */
exports.makeFolder = (folder = keptFolder) => {
  try {
    return mkdirSync(folder, { recursive: true }) !== undefined;
  } catch {
    return undefined;
  }
};

/** Caches an output, atomically because other processes read it. */
function keep(folder, file, output) {
  if (exports.makeFolder(folder) === undefined) return;
  const draft = `${file}.${process.pid}`;
  try {
    writeFileSync(draft, output);
    renameSync(draft, file);
  } catch {
    rmSync(draft, { force: true });
  }
}

/** Reads a source as this project's code does. */
const read = (fileName) => readFileSync(fileName, "utf8");

/** The sources in the folders of a tsconfig's `include`. */
exports.sourcesOf = (tsconfig) =>
  JSON.parse(read(path.join(project, tsconfig)))
    .include.filter((name) => path.extname(name) === "" && existsSync(path.join(project, name)))
    .flatMap((name) =>
      readdirSync(path.join(project, name), { recursive: true }).map((inner) => path.join(name, inner)),
    )
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
    .map((name) => path.join(project, name));

/** Pulumi's compiler. @throws an error with all mistakes of syntax */
function byTypeScript(input, fileName, { compilerOptions }) {
  const ts = require("typescript");
  const { options } = ts.convertCompilerOptionsFromJson(compilerOptions);
  // The extension marks the module as CommonJS; TypeScript would read package.json for that, which it cannot do here.
  const { outputText, diagnostics } = ts.transpileModule(input, {
    fileName: fileName.replace(/\.ts$/, ".cts"),
    compilerOptions: { ...options, inlineSourceMap: true },
    reportDiagnostics: true,
  });
  if (diagnostics.length === 0) return outputText;
  const host = { getCanonicalFileName: (name) => name, getCurrentDirectory: () => "", getNewLine: () => "\n" };
  for (const { file } of diagnostics) if (file !== undefined) file.fileName = fileName;
  throw new SyntaxError(ts.formatDiagnostics(diagnostics, host));
}

/** One process for each call: the usual one stays, and Ctrl-C would end it too early. Without a garbage collector it takes 0.1 s less. */
const esbuildEnvironment = { ESBUILD_WORKER_THREADS: "0", GOGC: "off" };

function callEsbuild(call) {
  Object.assign(process.env, esbuildEnvironment);
  try {
    return call(require("esbuild"));
  } catch {
    // TypeScript reports what is wrong with the source.
    return undefined;
  } finally {
    for (const name of Object.keys(esbuildEnvironment)) delete process.env[name];
  }
}

/**
 * Creates the transpiler. It loads a compiler only for a source that is not cached.
 * @param folder the cache's folder
 * @param serializes false if nothing that this process loads is serialized
 * @param siblings the files to transpile together with the first one, since a file takes esbuild less time than its start
 * @returns a function from a source and its file's name to CommonJS with an inline source map. It throws an error with
 *   all mistakes of syntax
 */
exports.createTranspiler = ({ folder = keptFolder, serializes = true, siblings = () => [] } = {}) => {
  const config = JSON.parse(read(configFile));
  const versions = ["typescript", "esbuild"].map((name) => require(`${name}/package.json`).version);
  const salt = JSON.stringify([versions, config, read(__filename)]);
  const esbuildOptions = {
    platform: "node",
    format: "cjs",
    sourcemap: "inline",
    sourcesContent: false,
    tsconfigRaw: config,
    logLevel: "silent",
  };
  let isFirst = true;

  const isForPulumi = (fileName) => nameOf(fileName).startsWith("../") || (serializes && isSerialized(fileName));

  function keptFile(input, fileName) {
    const hash = createHash("sha256")
      .update(salt)
      .update(`\0${isForPulumi(fileName)}\0${fileName}\0`)
      .update(input);
    return path.join(folder, `${hash.digest("hex")}.js`);
  }

  function keepSiblings({ buildSync }) {
    const missing = new Map();
    for (const fileName of siblings()) {
      const file = keptFile(read(fileName), fileName);
      if (!isForPulumi(fileName) && !existsSync(file)) missing.set(fileName, file);
    }
    const entryPoints = [...missing.keys()];
    const made = buildSync({ ...esbuildOptions, entryPoints, outbase: project, outdir: project, write: false });
    for (const { path: output, text } of made.outputFiles) {
      const fileName = output.replace(/\.js$/, ".ts");
      const file = keptFile(read(fileName), fileName);
      // Not if the source has changed since.
      if (file === missing.get(fileName)) keep(folder, file, text + endMark);
    }
  }

  function make(input, fileName) {
    if (isForPulumi(fileName)) return byTypeScript(input, fileName, config);
    const made = callEsbuild(({ transformSync }) =>
      transformSync(input, { ...esbuildOptions, loader: "ts", sourcefile: fileName }),
    );
    return made?.code ?? byTypeScript(input, fileName, config);
  }

  return (input, fileName) => {
    const file = keptFile(input, fileName);
    const kept = readKept(file);
    if (kept !== undefined) return kept;
    if (isFirst && !isForPulumi(fileName)) {
      isFirst = false;
      callEsbuild(keepSiblings);
      const madeNow = readKept(file);
      if (madeNow !== undefined) return madeNow;
    }
    const output = make(input, fileName) + endMark;
    keep(folder, file, output);
    return output;
  };
};

// Ahead of the program: see register.js.
if (require.main === module) {
  const transpile = exports.createTranspiler();
  for (const fileName of exports.sourcesOf("tsconfig.build.json").filter(isSerialized))
    transpile(read(fileName), fileName);
}
