// The program of a function's process, like the Node.js runtime in Lambda: loads the handler, then asks the runtime API
// (loopback HTTP, AWS_LAMBDA_RUNTIME_API) for one event after another. It ends when the API is gone.

const { setClock, realNow } = require("./clock");
// Set before the handler is loaded: code at module level reads the clock too.
const startClock = process.argv.splice(2, 1)[0];
setClock(startClock ? Number(startClock) : undefined);

const { loadHandler } = require("./handler");
const { setRequestId } = require("./console");
const { request } = require("./api");

const writeStdout = process.stdout.write.bind(process.stdout);
const writeStderr = process.stderr.write.bind(process.stderr);
/** @type {string | undefined} */
let currentRequestId;

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

/** Marks the end of an invocation's output in both streams, so that no line is assigned to a later invocation. */
async function markEndOfOutput(requestId) {
  const mark = `\u0000end ${requestId}\n`;
  await Promise.all([writeStdout, writeStderr].map((write) => new Promise((resolve) => write(mark, resolve))));
}

async function report(requestId, outcome, body, headers) {
  await markEndOfOutput(requestId);
  const memory = { "Playlake-Max-Rss-Kib": String(process.resourceUsage().maxRSS) };
  await request("POST", `invocation/${requestId}/${outcome}`, { ...headers, ...memory }, body);
}

async function reportError(requestId, error, headers) {
  const described = describeError(error);
  console.error("Invoke Error", "\t", JSON.stringify(described));
  await report(requestId, "error", JSON.stringify(described), {
    "Lambda-Runtime-Function-Error-Type": encodeURIComponent(described.errorType),
    ...headers,
  });
}

function contextOf(headers) {
  const deadlineMs = Number(headers["lambda-runtime-deadline-ms"]);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    getRemainingTimeInMillis: () => deadlineMs - realNow(),
  };
}

/** The handler's result as JSON text, or Lambda's error if JSON cannot represent it. */
function marshal(result) {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? "null";
  } catch (error) {
    throw Object.assign(new Error("Unable to stringify response body"), { name: "Runtime.MarshalError", cause: error });
  }
}

async function serveOne(handler) {
  const next = await request("GET", "invocation/next", {}, undefined);
  const requestId = next.headers["lambda-runtime-aws-request-id"];
  const clock = next.headers["playlake-clock-ms"];
  setClock(clock === undefined ? undefined : Number(clock));
  setRequestId(requestId);
  currentRequestId = requestId;
  process.env._X_AMZN_TRACE_ID = next.headers["lambda-runtime-trace-id"];
  try {
    const result = await handler(JSON.parse(next.body), contextOf(next.headers));
    await report(requestId, "response", marshal(result), {});
  } catch (error) {
    await reportError(requestId, error, {});
  }
  currentRequestId = undefined;
}

async function reportInitError(error) {
  const described = describeError(error);
  console.error("Uncaught Exception", "\t", JSON.stringify(described));
  await request("POST", "init/error", {}, JSON.stringify(described));
  process.exit(1);
}

/** An uncaught error ends the process, as in Lambda, and becomes the error of the running invocation. */
function endOn(event, errorType, exitCode) {
  process.on(event, async (thrown) => {
    const error =
      errorType === undefined ? thrown : Object.assign(new Error(String(thrown)), { name: errorType, cause: thrown });
    if (currentRequestId === undefined) await reportInitError(error);
    else await reportError(currentRequestId, error, { "Playlake-Process-Ends": "true" });
    process.exit(exitCode);
  });
}

async function main() {
  endOn("uncaughtException", undefined, 129);
  endOn("unhandledRejection", "Runtime.UnhandledPromiseRejection", 128);
  let handler;
  try {
    handler = loadHandler(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
  } catch (error) {
    return reportInitError(error);
  }
  for (;;) await serveOne(handler);
}

main();
