// The services that only the commands against a stack call, over HTTP, for the real SDK.
import type { Cloud } from "..";
import { authenticate, awsJsonListener, type Operations, sendAwsError } from "../awsJson";
import { createLoopbackServer } from "../loopback";
import type { Registered } from "../resources";
import { athenaFront, type WritingStatement } from "./athena";
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

/** Starts Athena, Glue, Lambda and SQS over a local cloud; every call is checked against the caller's policy. */
export async function openWire(cloud: Cloud, resources: readonly Registered[], stateDir: string): Promise<Wire> {
  const somebodyElse = { looks: 0 };
  const busy = { times: 0 };
  const written: WritingStatement[] = [];
  const lambda = lambdaFront(cloud, busy);
  const services: Readonly<Record<string, Operations>> = {
    AmazonAthena: athenaFront(stateDir, resources, cloud.iam, written),
    AWSGlue: glueFront(cloud.glue, cloud.iam, somebodyElse, stateDir),
    AmazonSQS: sqsFront(cloud.sqs, resources, cloud.iam),
  };
  const json = awsJsonListener(cloud.iam, services);
  const server = createLoopbackServer((request, response) => {
    const answer = lambda.answerOf(request);
    if (answer === undefined) return json(request, response);
    const answered = async () => answer(authenticate(cloud.iam, request), response);
    answered().catch((error: unknown) => sendAwsError(response, error));
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
