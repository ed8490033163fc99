import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { createLoopbackServer, readRequestBody } from "../loopback";

/** One event for a function's process. */
interface HandedOut {
  requestId: string;
  functionArn: string;
  /** JSON text. */
  event: string;
  /** In the machine's time, milliseconds since 1970. */
  deadlineMs: number;
  /** The instant at which the process's clock stands; undefined for the machine's clock. */
  clockMs: number | undefined;
}

/** What the process reported for an event. */
export interface Reported {
  outcome: "response" | "error";
  /** JSON text: the result, or the error. */
  body: string;
  /** The process's peak resident memory so far, in KiB. */
  maxRssKib: number;
  /** Whether the process ends after this, as after an uncaught error. */
  processEnds: boolean;
}

/** Lambda's runtime API, 2018-06-01, from which a function's process gets its events. */
export interface RuntimeApi {
  /**
   * `host:port/secret`, to put between `http://` and `/2018-06-01/`. Only the process gets it: with it anyone could read
   * events and report results.
   */
  address: string;
  /** Resolves when the process asks for its first event; with an error (JSON) if loading failed, else with undefined. */
  initialised: Promise<string | undefined>;
  /** Gives the process one event and resolves with its report. One at a time. */
  handOut(event: HandedOut): Promise<Reported>;
  /** Closes the API and its connections at once. A process that is still running then ends itself. */
  close(): Promise<void>;
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

const base = "/2018-06-01/runtime/";

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
    if (request.method === "GET" && path === "invocation/next") {
      endInit(undefined);
      waiting = response;
      return pass();
    }
    const body = String(await readRequestBody(request, Number.POSITIVE_INFINITY));
    const isInitError = path === "init/error";
    if (isInitError) endInit(body);
    const known = isInitError || report(path, request.headers, body);
    response.writeHead(known ? 202 : 400, { "Content-Type": "application/json" });
    response.end(known ? '{"status":"OK"}' : '{"errorType":"InvalidRequestID"}');
  }

  const server = createLoopbackServer(
    // A process that is killed while sending breaks the request. Its end is handled by `exited`.
    (request, response) => void serve(request, response).catch(() => response.destroy()),
    { secretPath: true },
  );
  const url = await server.listen();
  return {
    address: url.slice("http://".length),
    initialised,
    handOut: (event) =>
      new Promise((resolve) => {
        current = { event, report: resolve };
        pass();
      }),
    close: server.close,
  };
}
