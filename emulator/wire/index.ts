// The services that the commands against a stack call through the real SDK: Athena, Glue, Lambda, SQS and SSM over HTTP.
import type { RequestListener } from "node:http";
import type { Cloud } from "..";
import { authenticate, awsJsonListener, sendAwsError } from "../awsJson";
import type { Registered } from "../resources";
import { sqsOperations } from "../sqsOperations";
import { athenaFront, type WritingStatement } from "./athena";
import { lambdaFront } from "./lambda";

/** The services of a local cloud, ready to be served. */
export interface Wire {
  /** Answers requests; each call is checked against the caller's policies. */
  readonly listener: RequestListener;
  /** The statements that wrote tables, in order. */
  readonly written: readonly WritingStatement[];
  /** Resolves when nothing runs any more. */
  settled(): Promise<void>;
}

/** Puts a local cloud's services behind one listener. */
export function createWire(cloud: Cloud, resources: readonly Registered[], stateDir: string): Wire {
  const { glue, iam, sqs, ssm } = cloud;
  const written: WritingStatement[] = [];
  const lambda = lambdaFront(cloud);
  const json = awsJsonListener(iam, {
    AmazonAthena: athenaFront(stateDir, resources, iam, written),
    AWSGlue: glue.operations,
    AmazonSQS: sqsOperations(sqs, resources, iam),
    AmazonSSM: ssm.operations,
  });
  return {
    listener: (request, response) => {
      const answer = lambda.answerOf(request);
      if (answer === undefined) return json(request, response);
      const answered = async () => answer(authenticate(iam, request), response);
      answered().catch((error: unknown) => sendAwsError(response, error));
    },
    written,
    settled: async () => {
      await Promise.all([lambda.settled(), ...written.map(({ end }) => end)]);
    },
  };
}
