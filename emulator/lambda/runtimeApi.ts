import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One event on its way into a function's process. */
export interface HandedOut {
  requestId: string;
  functionArn: string;
  /** JSON text. */
  event: string;
  /** In the machine's time, milliseconds since 1970. */
  deadlineMs: number;
  /** The instant at which the process's clock stands; undefined: the machine's clock. */
  clockMs: number | undefined;
}

/** What the process said of an event. */
export interface Reported {
  outcome: "response" | "error";
  /** JSON text: the result, or the error. */
  body: string;
  /** The process's greatest resident memory so far, in KiB. */
  maxRssKib: number;
  /** The process ends after this, as it does on what nobody caught. */
  processEnds: boolean;
}

/** The API that one function's process asks for its events: Lambda's runtime API, 2018-06-01. */
export interface RuntimeApi {
  /** host:port. */
  address: string;
  /** Resolves when the process asks for its first event: with undefined, or with the error (JSON) that loading it gave. */
  initialised: Promise<string | undefined>;
  /** Gives the process one event; resolves with what it reports. One at a time. */
  handOut(event: HandedOut): Promise<Reported>;
  /** Ends the API at once, connections too: a process that is still there ends itself. */
  close(): void;
}

const base = "/2018-06-01/runtime/";

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function sendEvent(response: ServerResponse, event: HandedOut): void {
  response.writeHead(200, {
    "Content-Type": "application/json",
    "Lambda-Runtime-Aws-Request-Id": event.requestId,
    "Lambda-Runtime-Deadline-Ms": String(event.deadlineMs),
    "Lambda-Runtime-Invoked-Function-Arn": event.functionArn,
    "Lambda-Runtime-Trace-Id": `Root=1-${event.requestId.slice(0, 8)}-${event.requestId.replace(/-/g, "").slice(8)};Sampled=0`,
    ...(event.clockMs === undefined ? {} : { "Playlake-Clock-Ms": String(event.clockMs) }),
  });
  response.end(event.event);
}

/** Serves the API for one process on a free port of the loopback address. */
export async function listenRuntimeApi(): Promise<RuntimeApi> {
  let waiting: ServerResponse | undefined;
  let current: { event: HandedOut; sent?: true; report: (reported: Reported) => void } | undefined;
  let endInit: (error: string | undefined) => void = () => {};
  const initialised = new Promise<string | undefined>((resolve) => {
    endInit = resolve;
  });

  /** Sends the event as soon as there is one and the process waits for it. */
  function pass(): void {
    if (waiting === undefined || current === undefined || current.sent) return;
    sendEvent(waiting, current.event);
    current.sent = true;
    waiting = undefined;
  }

  function next(response: ServerResponse): void {
    endInit(undefined);
    waiting = response;
    pass();
  }

  function report(path: string, headers: IncomingHttpHeaders, body: string): boolean {
    const [, requestId, outcome] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (current === undefined || requestId !== current.event.requestId) return false;
    current.report({
      outcome: outcome as Reported["outcome"],
      body,
      maxRssKib: Number(headers["playlake-max-rss-kib"] ?? 0),
      processEnds: headers["playlake-process-ends"] === "true",
    });
    current = undefined;
    return true;
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.startsWith(base) ? request.url.slice(base.length) : "";
    if (request.method === "GET" && path === "invocation/next") return next(response);
    const body = await readBody(request);
    let known = path === "init/error";
    if (known) endInit(body);
    else known = report(path, request.headers, body);
    response.writeHead(known ? 202 : 400, { "Content-Type": "application/json" });
    response.end(known ? '{"status":"OK"}' : '{"errorType":"InvalidRequestID"}');
  }

  const server = createServer((request, response) => {
    // A process that is killed while it sends breaks the request; its end is noticed by itself.
    serve(request, response).catch(() => response.destroy());
  });
  // A function may work for minutes between two requests on one connection.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    initialised,
    handOut: (event) =>
      new Promise((resolve) => {
        current = { event, report: resolve };
        pass();
      }),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
