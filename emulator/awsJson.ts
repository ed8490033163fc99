import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { AccessDenied, type Iam, type Principal } from "./iam";
import { readRequestBody } from "./loopback";
import { isObject, parseJson } from "./resources";

/** An error that is sent with its AWS code. */
export class AwsError extends Error {
  /** @param code AWS's name of the error, such as `ParameterNotFound` */
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
    this.name = code;
  }
}

/** A call as a service receives it: the caller, and the input as JSON. */
export interface Call<Input = Record<string, unknown>> {
  readonly principal: Principal;
  readonly input: Input;
}

/** Operations of a service by the names that the SDK sends; each checks its caller's permission itself. */
export type Operations = Readonly<Record<string, (call: Call<never>) => Promise<unknown>>>;

const maxBodyBytes = 8 * 1024 * 1024;
const contentType = "application/x-amz-json-1.1";

/**
 * Serves AWS's JSON protocols.
 * @param services operations by the service's name in `X-Amz-Target`, without a version: `AmazonSSM`, `AWSGlue`
 */
export function awsJsonListener(iam: Iam, services: Readonly<Record<string, Operations>>): RequestListener {
  async function operate(request: IncomingMessage): Promise<unknown> {
    const body = await readRequestBody(request, maxBodyBytes);
    const principal = authenticate(iam, request);
    const [service = "", name = ""] = String(request.headers["x-amz-target"]).split(".");
    const operation = services[service.replace(/_\d+$/, "")]?.[name];
    if (operation === undefined) {
      throw new AwsError("UnknownOperationException", `${service}.${name} is not modelled by the local run`);
    }
    if (body === undefined) throw new AwsError("ValidationException", `The request is over ${maxBodyBytes} bytes`);
    const input = parseJson(body.toString());
    if (!isObject(input)) throw new AwsError("SerializationException", "The request is not a JSON object");
    return operation({ principal, input: input as never });
  }

  return (request, response) => {
    operate(request).then(
      (output) => sendJson(response, 200, output),
      (error: unknown) => sendAwsError(response, error),
    );
  };
}

/**
 * Who signed a request.
 * @throws AwsError if it is not signed with credentials of this run
 */
export function authenticate(iam: Iam, request: IncomingMessage): Principal {
  const caller = iam.callerOf(request);
  if (caller !== undefined) return caller;
  throw new AwsError("UnrecognizedClientException", "The security token included in the request is invalid.");
}

/** Sends an error in the form that the SDK reads. An error without an AWS code becomes a fault of the service. */
export function sendAwsError(response: ServerResponse, error: unknown): void {
  const { code, message, status } = describeError(error);
  sendJson(response, status, { __type: code, message }, { "x-amzn-errortype": code });
}

function sendJson(response: ServerResponse, status: number, body: unknown, headers?: Record<string, string>): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { "content-type": contentType, "content-length": Buffer.byteLength(text), ...headers });
  response.end(text);
}

function describeError(error: unknown): { code: string; message: string; status: number } {
  if (error instanceof AwsError) return error;
  if (error instanceof AccessDenied) return { code: "AccessDeniedException", message: error.message, status: 400 };
  const message = error instanceof Error ? error.message : String(error);
  // Glue's errors have the code before the message.
  const [, code, rest = ""] = /^(\w+Exception): (.*)$/s.exec(message) ?? [];
  if (code !== undefined) return { code, message: rest, status: 400 };
  return { code: "InternalServiceError", message, status: 500 };
}

/** A page of a list: the items from `token` on, and the token of the next page. */
export function pageOf<T>(items: readonly T[], token: string | undefined, size: number) {
  const from = Number(token ?? 0);
  const next = from + size;
  return { items: items.slice(from, next), nextToken: next < items.length ? String(next) : undefined };
}
