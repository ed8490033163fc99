/**
 * An error in the shape that Lambda's Node.js runtime reports it.
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

module.exports = { describeError };
