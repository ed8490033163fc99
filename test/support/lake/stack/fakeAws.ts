import type { IncomingMessage } from "node:http";
import { createLoopbackServer } from "../../../../emulator/loopback";

/** An answer by its body; with a code, an error of that code. Text is sent as it is, such as S3's XML. */
export type FakeAnswer = string | object | { readonly error: string };

/**
 * Answers by operation: the SDK's target without the service's version (`AWSEvents.DescribeRule`), or method and path
 * (`GET /schedules/x`). A list is one answer per call, in order.
 */
export type FakeAnswers = Readonly<Record<string, FakeAnswer>>;

/** An AWS that answers the real SDK over HTTP with what a test sets. Any other request is refused by name. */
export async function fakeAws(answers: () => FakeAnswers) {
  const server = createLoopbackServer((request, response) => {
    request.resume();
    request.on("end", () => {
      const name = operationOf(request);
      const answer = answers()[name] ?? { error: `Unexpected ${name}` };
      const isError = typeof answer === "object" && "error" in answer;
      const error = isError ? String(answer.error) : "";
      const body = isError ? { __type: error, message: `${error} it is.` } : answer;
      response.writeHead(isError ? 400 : 200, {
        "content-type": typeof answer === "string" ? "application/xml" : "application/json",
        ...(isError ? { "x-amzn-errortype": error } : {}),
      });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    });
  });
  const url = await server.listen();
  const names = ["S3", "SSM", "GLUE", "LAMBDA", "SCHEDULER", "CLOUDWATCH", "EVENTBRIDGE"];
  const environment = {
    ...Object.fromEntries(names.map((name) => [`AWS_ENDPOINT_URL_${name}`, url])),
    ...{ AWS_ACCESS_KEY_ID: "AKIATEST", AWS_SECRET_ACCESS_KEY: "secret", AWS_MAX_ATTEMPTS: "1" },
  };
  const before = Object.keys(environment).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, environment);
  return {
    close: async () => {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      await server.close();
    },
  };
}

function operationOf({ method, url = "", headers }: IncomingMessage): string {
  const target = headers["x-amz-target"];
  if (target !== undefined) return String(target).replace(/_?\d+\./, ".");
  return `${method} ${decodeURIComponent(url.split("?")[0] ?? "")}${url.includes("notification") ? "?notification" : ""}`;
}
