import type { IncomingMessage, ServerResponse } from "node:http";
import type { Cloud } from "../../../emulator";
import { localAccount, localPartition, localRegion } from "../../../emulator/awsOutputs";
import type { Principal } from "../../../emulator/iam";

const configurationPath = /^\/2015-03-31\/functions\/([^/]+)\/configuration$/;
const functionArn = (name: string) => `arn:${localPartition}:lambda:${localRegion}:${localAccount}:function:${name}`;
const invokePath = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/** Lambda's Invoke over the local functions: what is invoked asynchronously runs behind the answer. */
export interface LambdaFront {
  /** The name of the function that a request invokes; undefined for every other request. */
  functionOf(request: IncomingMessage): string | undefined;
  invoke(name: string, request: IncomingMessage, body: string, caller: Principal, to: ServerResponse): Promise<void>;
  /** The name of the function whose configuration a request wants; undefined for every other request. */
  configuredBy(request: IncomingMessage): string | undefined;
  configuration(name: string, caller: Principal, to: ServerResponse): void;
  /** Resolves when nothing runs any more. */
  settled(): Promise<void>;
}

/** @param busy how many invocations are refused before one is taken, as by an account whose functions are all at work */
export function lambdaFront(
  { iam, lambda, settle }: Pick<Cloud, "iam" | "lambda" | "settle">,
  busy: { times: number },
): LambdaFront {
  let background: Promise<void> = Promise.resolve();
  const runOn = () => {
    background = background.then(settle);
    background.catch(() => undefined);
  };
  return {
    functionOf: ({ url = "" }) => invokePath.exec(decodeURIComponent(url))?.[1],
    configuredBy: ({ url = "" }) => configurationPath.exec(decodeURIComponent(url))?.[1],
    configuration: (name, caller, to) => {
      iam.authorize(caller, "lambda:GetFunctionConfiguration", functionArn(name));
      to.writeHead(200, { "content-type": "application/json" });
      to.end(JSON.stringify({ FunctionName: name, CodeSha256: `of ${name}` }));
    },
    invoke: async (name, { headers }, body, caller, to) => {
      if (busy.times > 0) {
        busy.times -= 1;
        to.writeHead(429, { "content-type": "application/json", "x-amzn-errortype": "TooManyRequestsException" });
        to.end(
          JSON.stringify({ Reason: "ConcurrentInvocationLimitExceeded", Type: "User", message: "Rate Exceeded." }),
        );
        return;
      }
      const payload: unknown = body === "" ? {} : JSON.parse(body);
      if (headers["x-amz-invocation-type"] === "Event") {
        await lambda.enqueue(name, payload, caller);
        to.writeHead(202).end();
      } else {
        const result = await lambda.invoke(name, payload, caller);
        const failed = result.functionError === undefined ? {} : { "x-amz-function-error": result.functionError };
        to.writeHead(200, { "content-type": "application/json", ...failed }).end(JSON.stringify(result.payload));
      }
      // Also what the function's objects have set off.
      runOn();
    },
    settled: () => background,
  };
}
