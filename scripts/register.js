// Makes Node run the project's TypeScript, and what Pulumi serializes with Pulumi's compiler and options, so that both
// serialize the same functions. Pulumi's loader, ts-node, takes 0.15 s to load the compiler even if nothing needs it.
const { spawn } = require("node:child_process");
const { readFileSync } = require("node:fs");
const { SourceMap } = require("node:module");
const path = require("node:path");
const { createTranspiler, makeFolder, sourcesOf } = require("./transpiler");

// The command lets a child process run the program, which preloads this file.
const isCommand = require.main?.filename === path.join(__dirname, "..", "bin", "playlake.js");
const transpile = createTranspiler({
  serializes: !isCommand,
  siblings: () => sourcesOf(isCommand ? "tsconfig.build.json" : "tsconfig.json"),
});

/**
 * Transpiles what Pulumi serializes in another process, while this one and the program's load their packages. What is not
 * cached yet when the program needs it, the program's process transpiles.
 */
function transpileAhead() {
  const ahead = spawn(process.execPath, ["--no-opt", require.resolve("./transpiler")], { stdio: "ignore" });
  ahead.on("error", () => {});
  ahead.unref();
  process.once("exit", () => ahead.kill());
}

// A checkout's first command.
if (isCommand && makeFolder()) {
  require("../lake/local/programChild").startEarly();
  transpileAhead();
}

const transpiled = (fileName) => transpile(readFileSync(fileName, "utf8"), fileName);

require.extensions[".ts"] = (module, fileName) => module._compile(transpiled(fileName), fileName);

const maps = new Map();

function mapOf(fileName) {
  if (!maps.has(fileName)) {
    const [, encoded] = /sourceMappingURL=data:application\/json;base64,(\S+)/.exec(transpiled(fileName)) ?? [];
    const map = encoded === undefined ? undefined : JSON.parse(Buffer.from(encoded, "base64").toString());
    maps.set(fileName, map === undefined ? undefined : new SourceMap(map));
  }
  return maps.get(fileName);
}

const places = new Map();

/** A line of a stack trace with its place in the source. Node's own maps would be read at each start. */
function placed(frame) {
  // Pulumi takes a trace for each of its promises and resources. Most frames are in packages, and the others repeat.
  if (!frame.includes(".ts:")) return frame;
  const known = places.get(frame);
  if (known !== undefined) return known;
  const text = frame.replace(/((?:[A-Za-z]:)?[\\/][^():]*\.ts):(\d+):(\d+)/, (place, fileName, line, column) => {
    try {
      const { originalLine, originalColumn } = mapOf(fileName)?.findEntry(line - 1, column - 1) ?? {};
      return originalLine === undefined ? place : `${fileName}:${originalLine + 1}:${originalColumn + 1}`;
    } catch {
      // The file has changed or is gone.
      return place;
    }
  });
  places.set(frame, text);
  return text;
}

Error.prepareStackTrace = (error, frames) =>
  [Error.prototype.toString.call(error), ...frames.map((frame) => `    at ${placed(String(frame))}`)].join("\n");
