// `console` as Lambda's Node.js runtime patches it: each call is one log line with time, request id and level.

const { format } = require("node:util");

/** @type {string | undefined} */
let requestId;

for (const [method, level] of [
  ["trace", "TRACE"],
  ["debug", "DEBUG"],
  ["log", "INFO"],
  ["info", "INFO"],
  ["warn", "WARN"],
  ["error", "ERROR"],
]) {
  console[method] = (...args) => {
    const message = format(...args).replace(/\n/g, "\r");
    process.stdout.write(`${new Date().toISOString()}\t${requestId ?? "undefined"}\t${level}\t${message}\n`);
  };
}

module.exports = {
  /** Sets the request id that the following lines carry. */
  setRequestId(id) {
    requestId = id;
  },
};
