// `console` as the Node.js runtime patches it: each call is one line of the log with time, request id and level.
// AWS_LAMBDA_LOG_FORMAT=JSON gives JSON lines, of at least the level in AWS_LAMBDA_LOG_LEVEL.

const { format } = require("node:util");

const levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
const asJson = process.env.AWS_LAMBDA_LOG_FORMAT === "JSON";
const lowest = Math.max(0, levels.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL ?? "TRACE"));
/** @type {string | undefined} */
let requestId;

function textLine(level, args) {
  const message = format(...args).replace(/\n/g, "\r");
  return `${new Date().toISOString()}\t${requestId ?? "undefined"}\t${level}\t${message}`;
}

function jsonLine(level, args) {
  const [first, ...rest] = args;
  const record = { timestamp: new Date().toISOString(), level, ...(requestId === undefined ? {} : { requestId }) };
  const error = args.find((value) => value instanceof Error);
  const details =
    error === undefined
      ? {}
      : { errorType: error.name, errorMessage: error.message, stackTrace: error.stack?.split("\n").slice(1) };
  const message = rest.length === 0 && !(first instanceof Error) ? first : format(...args);
  try {
    return JSON.stringify({ ...record, message, ...details });
  } catch {
    return JSON.stringify({ ...record, message: format(...args), ...details });
  }
}

const line = asJson ? jsonLine : textLine;

for (const [method, level] of [
  ["trace", "TRACE"],
  ["debug", "DEBUG"],
  ["log", "INFO"],
  ["info", "INFO"],
  ["warn", "WARN"],
  ["error", "ERROR"],
]) {
  const rank = levels.indexOf(level);
  console[method] = (...args) => {
    if (asJson && rank < lowest) return;
    process.stdout.write(`${line(level, args)}\n`);
  };
}

module.exports = {
  /** Sets the request id that the following lines carry. */
  setRequestId(id) {
    requestId = id;
  },
};
