import type { IncomingMessage, ServerResponse } from "node:http";
import type { Cloud } from "..";
import { localAccount, localPartition, localRegion } from "../awsOutputs";
import type { Principal } from "../iam";
import { readRequestBody } from "../loopback";

const functionPath = /^\/2015-03-31\/functions\/([^/]+)\/(configuration|invocations)$/;
const functionArn = (name: string) => `arn:${localPartition}:lambda:${localRegion}:${localAccount}:function:${name}`;
const maxPayloadBytes = 6 * 1024 * 1024;

/** Lambda's Invoke and GetFunctionConfiguration. Asynchronous invocations run after the response. */
interface LambdaFront {
  /** The handler of a request; undefined if it is for another service. */
  answerOf(request: IncomingMessage): ((caller: Principal, to: ServerResponse) => Promise<void>) | undefined;
  /** Resolves when nothing runs any more. */
  settled(): Promise<void>;
}

export function lambdaFront({ iam, lambda, settle }: Pick<Cloud, "iam" | "lambda" | "settle">): LambdaFront {
  let background: Promise<void> = Promise.resolve();
  const runOn = () => {
    background = background.then(settle);
    background.catch(() => undefined);
  };

  function sendConfiguration(name: string, caller: Principal, to: ServerResponse): void {
    iam.authorize(caller, "lambda:GetFunctionConfiguration", functionArn(name));
    to.writeHead(200, { "content-type": "application/json" });
    to.end(JSON.stringify({ FunctionName: name, CodeSha256: `of ${name}` }));
  }

  async function invoke(name: string, request: IncomingMessage, caller: Principal, to: ServerResponse): Promise<void> {
    const body = (await readRequestBody(request, maxPayloadBytes))?.toString() ?? "";
    const payload: unknown = body === "" ? {} : JSON.parse(body);
    if (request.headers["x-amz-invocation-type"] === "Event") {
      await lambda.enqueue(name, payload, caller);
      to.writeHead(202).end();
    } else {
      const result = await lambda.invoke(name, payload, caller);
      const failed = result.functionError === undefined ? {} : { "x-amz-function-error": result.functionError };
      to.writeHead(200, { "content-type": "application/json", ...failed }).end(JSON.stringify(result.payload));
    }
    // This includes invocations that the function's objects have triggered.
    runOn();
  }

  return {
    answerOf: (request) => {
      const [, name, what] = functionPath.exec(decodeURIComponent(request.url ?? "")) ?? [];
      if (name === undefined) return undefined;
      return async (caller, to) =>
        what === "configuration" ? sendConfiguration(name, caller, to) : invoke(name, request, caller, to);
    },
    settled: () => background,
  };
}
