const { existsSync } = require("node:fs");
const { join, dirname, basename } = require("node:path");
const { pathToFileURL } = require("node:url");

function runtimeError(name, message, cause) {
  return Object.assign(new Error(message), { name: `Runtime.${name}`, cause });
}

async function loadModule(path) {
  const file = [path, `${path}.js`, `${path}.mjs`, `${path}.cjs`].find((candidate) => existsSync(candidate));
  if (file === undefined) throw runtimeError("ImportModuleError", `Error: Cannot find module '${basename(path)}'`);
  if (file.endsWith(".mjs")) return import(pathToFileURL(file).href);
  try {
    return require(file);
  } catch (error) {
    // The archive's package.json has "type": "module". If the error is for a dependency, the user must fix it.
    if (error?.code === "ERR_REQUIRE_ESM" && String(error.message).includes(`of ES Module ${file} `)) {
      return import(pathToFileURL(file).href);
    }
    throw error;
  }
}

/** Lambda renames these errors if they are thrown while a function is loaded. */
function asInitError(error) {
  if (error instanceof SyntaxError) return runtimeError("UserCodeSyntaxError", String(error), error);
  if (error?.code === "MODULE_NOT_FOUND" || error?.code === "ERR_MODULE_NOT_FOUND") {
    return runtimeError("ImportModuleError", String(error), error);
  }
  return error;
}

/**
 * Loads the handler that a declaration names.
 * @param {string} root the folder of the unpacked code
 * @param {string} name such as `__index.handler` or `folder/file.part.handler`
 * @returns {Promise<(event: unknown, context: object) => unknown>}
 */
async function loadHandler(root, name) {
  const [moduleName, ...properties] = basename(name).split(".");
  if (moduleName === "" || properties.length === 0) throw runtimeError("MalformedHandlerName", "Bad handler");
  let loaded;
  try {
    loaded = await loadModule(join(root, dirname(name), moduleName));
  } catch (error) {
    throw asInitError(error);
  }
  const handler = properties.reduce((value, property) => value?.[property], loaded);
  if (typeof handler !== "function") {
    throw runtimeError("HandlerNotFound", `${name} is undefined or not a function`);
  }
  if (handler.length >= 3) {
    throw runtimeError(
      "CallbackHandlerDeprecated",
      "Handlers with a callback argument are gone since Node.js 24: use an async handler.",
    );
  }
  return handler;
}

module.exports = { loadHandler };
