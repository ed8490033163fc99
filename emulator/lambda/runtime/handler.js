const { existsSync } = require("node:fs");
const { join, dirname, basename } = require("node:path");

function runtimeError(name, message, cause) {
  return Object.assign(new Error(message), { name: `Runtime.${name}`, cause });
}

/** Loads the module of the serialized callbacks: CommonJS. */
function loadModule(path) {
  const file = `${path}.js`;
  if (!existsSync(file)) throw runtimeError("ImportModuleError", `Error: Cannot find module '${basename(path)}'`);
  return require(file);
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
 * @returns {(event: unknown, context: object) => unknown}
 */
function loadHandler(root, name) {
  const [moduleName, ...properties] = basename(name).split(".");
  if (moduleName === "" || properties.length === 0) throw runtimeError("MalformedHandlerName", "Bad handler");
  let loaded;
  try {
    loaded = loadModule(join(root, dirname(name), moduleName));
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
