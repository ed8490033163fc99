// The program's process: it keeps the command responsive, and Pulumi out of the command's process. Plain JavaScript, so that
// it can start before anything is transpiled.
const { fork } = require("node:child_process");
const { existsSync } = require("node:fs");
const { Session } = require("node:inspector");
const { Module } = require("node:module");
const path = require("node:path");

/** The process that was started before a program was asked for. */
let early;

/**
 * Starts a process that takes one request as a message and answers with one.
 * @param {string[]} loaders Node's arguments for a user's own program
 * @param {string} [folder] the user's own program's
 * @returns {import("node:child_process").ChildProcess}
 */
function start(loaders, folder) {
  const isSource = existsSync(path.join(__dirname, "program.ts"));
  const register = path.join(__dirname, "..", "..", "scripts", "register.js");
  return fork(__filename, [], {
    // The program runs once. V8 would need longer to optimize it than that saves.
    execArgv: ["--no-opt", ...(isSource ? ["--require", register] : []), ...loaders],
    cwd: folder,
    // The program's output is not part of the command's result.
    stdio: ["ignore", 2, 2, "ipc"],
  });
}

/** Starts a process before a program is asked for. It loads Pulumi, and does not keep this process running. */
exports.startEarly = () => {
  early = start([]);
  early.on("error", () => {});
  early.unref();
  early.channel?.unref();
};

/** A process for the program: the early one if there is one, and the program is the package's. Parameters: see `start`. */
exports.startProgram = (loaders, folder) => {
  const taken = folder === undefined && early?.connected ? early : start(loaders, folder);
  early = undefined;
  taken.ref();
  taken.channel?.ref();
  return taken;
};

/** Spares Pulumi work that a run without a cloud does not need. Before Pulumi is loaded. */
exports.lightenPulumi = () => {
  loadResolverLate();
  inspectLess();
};

/**
 * Lets Pulumi load npm's package resolver only if something uses it, as a user's own program may. Its 440 modules take a third
 * of the time that Pulumi takes to load.
 */
function loadResolverLate() {
  try {
    const file = require.resolve("@npmcli/arborist", { paths: [path.dirname(require.resolve("@pulumi/pulumi"))] });
    const late = {
      __esModule: true,
      get Arborist() {
        delete require.cache[file];
        return require(file).Arborist;
      },
    };
    require.cache[file] = Object.assign(new Module(file), { exports: late, loaded: true });
  } catch {
    // This version of Pulumi does not use it.
  }
}

/**
 * Spares V8 what Pulumi's serializer asks of it without need, a fifth of the program's time: its debugger, which hashes and
 * reports every script, and a function's inherited properties.
 */
function inspectLess() {
  const { post } = Session.prototype;
  Session.prototype.post = function (method, params, callback) {
    if (method === "Debugger.enable") return params(null, {});
    const asked = method === "Runtime.getProperties" ? { ...params, ownProperties: true } : params;
    return post.call(this, method, asked, callback);
  };
}

async function answer(request) {
  try {
    const { runProgram } = require("./program");
    return { result: await runProgram(request) };
  } catch (error) {
    const { message, stack } = error;
    return { error: message ?? String(error), stack };
  }
}

if (require.main === module) {
  // The command has ended.
  process.once("disconnect", () => process.exit(0));
  process.once("message", (request) => {
    void answer(request).then((message) => process.send?.(message, () => process.exit(0)));
  });
  exports.lightenPulumi();
  try {
    require("@pulumi/pulumi");
    require("@pulumi/aws");
  } catch {
    // The answer reports it.
  }
}
