// The local cloud's services that only the commands against a stack call, over HTTP, for the real SDK.
import type { IncomingMessage, ServerResponse } from "node:http";
import { AccessDenied, type Principal } from "../../../emulator/iam";
import { signerOf } from "../../../emulator/iam/signedRequest";
import { createLoopbackServer, readRequestBody } from "../../../emulator/loopback";
import type { Pipeline } from "../../../lake/local/pipeline";
import { athenaFront, type WritingStatement } from "./athena";
import { awsError, type Operations } from "./call";
import { glueFront } from "./glue";
import { lambdaFront } from "./lambda";
import { sqsFront } from "./sqs";

/** What listens. */
export interface Wire {
  /** The variables that lead the SDK here. */
  readonly environment: Readonly<Record<string, string>>;
  /** How often the crawler is still seen in somebody else's crawl. */
  readonly somebodyElse: { looks: number };
  /** How many invocations are refused because all is busy. */
  readonly busy: { times: number };
  /** The statements that write the compact copy. */
  readonly written: readonly WritingStatement[];
  /** Resolves when nothing runs any more. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const maxBodyBytes = 8 * 1024 * 1024;

/** Starts the fronts of a pipeline's cloud; every call is checked against the caller's policy. */
export async function openWire({ cloud, program }: Pipeline, stateDir: string): Promise<Wire> {
  const somebodyElse = { looks: 0 };
  const busy = { times: 0 };
  const written: WritingStatement[] = [];
  const lambda = lambdaFront(cloud, busy);
  const services: Readonly<Record<string, Operations>> = {
    AmazonAthena: athenaFront(stateDir, program.resources, cloud.iam, written),
    AWSGlue: glueFront(cloud.glue, cloud.iam, somebodyElse, stateDir),
    AmazonSQS: sqsFront(cloud.sqs, program.resources, cloud.iam),
  };

  function callerOf(request: IncomingMessage): Principal {
    const signer = signerOf(request, cloud.iam);
    if ("principal" in signer) return signer.principal;
    throw awsError("UnrecognizedClientException", "The security token included in the request is invalid.");
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await readRequestBody(request, maxBodyBytes))?.toString() ?? "";
    const principal = callerOf(request);
    const functionName = lambda.functionOf(request);
    if (functionName !== undefined) return lambda.invoke(functionName, request, body, principal, response);
    const configured = lambda.configuredBy(request);
    if (configured !== undefined) return lambda.configuration(configured, principal, response);
    const [service = "", name = ""] = String(request.headers["x-amz-target"]).split(".");
    const operation = services[service.replace(/_\d+$/, "")]?.[name];
    if (operation === undefined) throw awsError("UnknownOperationException", `${service}.${name} is not modelled`);
    const output = await operation({ principal, input: JSON.parse(body) as never });
    response.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(output));
  }

  const server = createLoopbackServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      const { code, message } = wireError(error);
      const headers = { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": code };
      response.writeHead(400, headers).end(JSON.stringify({ __type: code, message }));
    });
  });
  const settled = async () => {
    await Promise.all([lambda.settled(), ...written.map(({ end }) => end)]);
  };
  const url = await server.listen();
  const names = ["LAMBDA", "ATHENA", "GLUE", "SQS"].map((service) => [`AWS_ENDPOINT_URL_${service}`, url]);
  return {
    environment: { ...cloud.endpoints, ...Object.fromEntries(names) },
    somebodyElse,
    busy,
    written,
    settled,
    close: async () => {
      await settled().catch(() => undefined);
      await server.close();
    },
  };
}

function wireError(error: unknown): { code: string; message: string } {
  if (error instanceof AccessDenied) return { code: "AccessDeniedException", message: error.message };
  const { code = "InternalServiceError", message } = error as { code?: string; message: string };
  // Some services of the local cloud put the code before the message.
  const [, named, rest] = /^(\w+Exception): (.*)$/s.exec(message) ?? [];
  return named === undefined ? { code, message } : { code: named, message: rest ?? "" };
}
