// Requests to the runtime API, with parts of `node:http` taken at the start, so that code that patches it changes nothing.

const { Agent, request: httpRequest } = require("node:http");

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new Agent({ keepAlive: true, maxSockets: 4 });

/** The program that serves the API is gone: nobody waits for this process any more. */
function endProcess() {
  process.exit(1);
}

/**
 * One request; resolves with headers and body text. Where the API can't be reached the process ends.
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
        host,
        port,
        method,
        agent,
        path: `/2018-06-01/runtime/${path}`,
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
