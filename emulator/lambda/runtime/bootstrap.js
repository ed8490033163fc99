// The program of a function's process, like the Node.js runtime in Lambda: loads the handler, then takes one event after
// another from the program that started it. When that program is gone, it ends.

const { setClock, realNow } = require("./clock");
// Set before the handler is loaded: code at module level reads the clock too.
const startClock = process.argv.splice(2, 1)[0];
setClock(startClock ? Number(startClock) : undefined);

const { join } = require("node:path");
const { format } = require("node:util");
const { peakMemoryKib } = require("./peakMemory");

// Read at the start, so that a function that patches them does not affect them.
const send = process.send.bind(process);
const writeStdout = process.stdout.write.bind(process.stdout);
const writeStderr = process.stderr.write.bind(process.stderr);
/** The request id that printed lines carry: the last one's after its end. */
let printedRequestId = "undefined";
let isServing = false;
let isLoaded = false;

// As Lambda's Node.js runtime patches it: each call is one log line with time, request id and level.
for (const [method, level] of Object.entries({
  trace: "TRACE",
  debug: "DEBUG",
  log: "INFO",
  info: "INFO",
  warn: "WARN",
  error: "ERROR",
})) {
  console[method] = (...args) => {
    const message = format(...args).replace(/\n/g, "\r");
    process.stdout.write(`${new Date().toISOString()}\t${printedRequestId}\t${level}\t${message}\n`);
  };
}

/** The handler that the declaration names, such as `__index.handler`. */
function loadHandler() {
  const [module, ...properties] = process.env._HANDLER.split(".");
  try {
    const loaded = require(join(process.env.LAMBDA_TASK_ROOT, module));
    return properties.reduce((value, property) => value[property], loaded);
  } catch (error) {
    if (error?.code !== "MODULE_NOT_FOUND" && error?.code !== "ERR_MODULE_NOT_FOUND") throw error;
    // As Lambda names it.
    throw Object.assign(new Error(String(error), { cause: error }), { name: "Runtime.ImportModuleError" });
  }
}

/**
 * An error in the shape in which Lambda's Node.js runtime reports it.
 * @param {unknown} error anything that was thrown
 * @returns {{ errorType: string, errorMessage: string, trace: string[] }}
 */
function describeError(error) {
  if (error === null || typeof error !== "object" || !("message" in error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  const { name, message, stack } = /** @type {Error} */ (error);
  return {
    errorType: String(name ?? "Error"),
    errorMessage: String(message),
    trace: typeof stack === "string" ? stack.split("\n") : [],
  };
}

/**
 * Reports an invocation's end, after a mark in both streams, so that no line is assigned to a later invocation.
 * @param {boolean} processEnds whether this process waits for its end after that
 */
async function report(outcome, body, processEnds) {
  await Promise.all([writeStdout, writeStderr].map((write) => new Promise((resolve) => write("\u0000end\n", resolve))));
  send({ outcome, body, peakMemoryKib: peakMemoryKib(), processEnds });
}

async function reportError(error, processEnds) {
  const described = JSON.stringify(describeError(error));
  console.error("Invoke Error", "\t", described);
  await report("error", described, processEnds);
}

function contextOf({ requestId, functionArn, deadlineMs }) {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: functionArn,
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => deadlineMs - realNow(),
  };
}

async function serve(handler, next) {
  const { requestId, event, clockMs } = next;
  setClock(clockMs);
  printedRequestId = requestId;
  isServing = true;
  process.env._X_AMZN_TRACE_ID = `Root=1-${requestId.slice(0, 8)}-${requestId.replace(/-/g, "").slice(8)};Sampled=0`;
  try {
    const result = await handler(JSON.parse(event), contextOf(next));
    await report("response", JSON.stringify(result) ?? "null", false);
  } catch (error) {
    await reportError(error, false);
  }
  isServing = false;
}

/** Between two events, nothing waits for a message. */
function reportInitError(error) {
  const initError = JSON.stringify(describeError(error));
  console.error("Uncaught Exception", "\t", initError);
  if (isLoaded) process.exit(1);
  send({ initError });
}

/** An uncaught error becomes the error of the running invocation or of loading, after which the process is ended. */
function reportOn(event, errorType) {
  process.on(event, async (thrown) => {
    const error =
      errorType === undefined ? thrown : Object.assign(new Error(String(thrown)), { name: errorType, cause: thrown });
    if (isServing) await reportError(error, true);
    else reportInitError(error);
  });
}

function main() {
  process.on("disconnect", () => process.exit(1));
  reportOn("uncaughtException", undefined);
  reportOn("unhandledRejection", "Runtime.UnhandledPromiseRejection");
  try {
    const handler = loadHandler();
    process.on("message", (next) => serve(handler, next));
    isLoaded = true;
    send({});
  } catch (error) {
    reportInitError(error);
  }
}

main();
