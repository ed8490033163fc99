// Requests to the runtime API. `node:http` is read at the start, so that a function that patches it does not affect them.

const { Agent, request: httpRequest } = require("node:http");

const { hostname, port, pathname } = new URL(`http://${process.env.AWS_LAMBDA_RUNTIME_API}`);
const agent = new Agent({ keepAlive: true, maxSockets: 4 });

/** Called when the program that serves the API is gone: nothing waits for this process any more. */
function endProcess() {
  process.exit(1);
}

/**
 * One request; resolves with headers and body text. Ends the process if the API cannot be reached.
 * @param {"GET" | "POST"} method
 * @param {string} path below /2018-06-01/runtime/
 * @param {Record<string, string>} headers
 * @param {string | undefined} body
 * @returns {Promise<{ headers: Record<string, string | undefined>, body: string }>}
 */
function request(method, path, headers, body) {
  return new Promise((resolve) => {
    const outgoing = httpRequest(
      {
        hostname,
        port,
        method,
        agent,
        path: `${pathname}/2018-06-01/runtime/${path}`,
        headers:
          body === undefined
            ? headers
            : { ...headers, "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) },
      },
      (incoming) => {
        const chunks = [];
        incoming.on("data", (chunk) => chunks.push(chunk));
        incoming.on("end", () =>
          resolve({ headers: /** @type {any} */ (incoming.headers), body: Buffer.concat(chunks).toString("utf8") }),
        );
        incoming.on("error", endProcess);
      },
    );
    outgoing.on("error", endProcess);
    outgoing.end(body);
  });
}

module.exports = { request };
