import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { authenticate, sendAwsError } from "../awsJson";
import { localArn } from "../awsOutputs";
import type { Iam } from "../iam";
import { readRequestBody } from "../loopback";
import type { Lambda } from "./index";

const functionPath = /^\/2015-03-31\/functions\/([^/]+)\/(configuration|invocations)$/;
const maxPayloadBytes = 6 * 1024 * 1024;

/**
 * Lambda's Invoke and GetFunctionConfiguration. Answers with false if a request is for another service.
 * @param settle runs what an invocation has caused, and asynchronous invocations; started after each answer
 */
export function lambdaListener(
  iam: Iam,
  lambda: Pick<Lambda, "enqueue" | "invoke">,
  settle: () => Promise<void>,
): (...exchange: Parameters<RequestListener>) => boolean {
  async function answer(name: string, what: string, request: IncomingMessage, to: ServerResponse): Promise<void> {
    const caller = authenticate(iam, request);
    if (what === "configuration") {
      iam.authorize(caller, "lambda:GetFunctionConfiguration", localArn("lambda", `function:${name}`));
      to.writeHead(200, { "content-type": "application/json" });
      to.end(JSON.stringify({ FunctionName: name, CodeSha256: `of ${name}` }));
      return;
    }
    const body = (await readRequestBody(request, maxPayloadBytes))?.toString() ?? "";
    const payload: unknown = body === "" ? {} : JSON.parse(body);
    if (request.headers["x-amz-invocation-type"] === "Event") {
      lambda.enqueue(name, payload, caller);
      to.writeHead(202).end();
    } else {
      const result = await lambda.invoke(name, payload, caller);
      const failed = result.functionError === undefined ? {} : { "x-amz-function-error": result.functionError };
      to.writeHead(200, { "content-type": "application/json", ...failed }).end(JSON.stringify(result.payload));
    }
    settle().catch(() => undefined);
  }

  return (request, response) => {
    const [, name, what = ""] = functionPath.exec(decodeURIComponent(request.url ?? "")) ?? [];
    if (name === undefined) return false;
    answer(name, what, request, response).catch((error: unknown) => sendAwsError(response, error));
    return true;
  };
}
