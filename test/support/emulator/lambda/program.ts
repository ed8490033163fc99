// A small Pulumi program with functions for all cases. The tests run it under mocks and use its real archives.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

interface Order {
  do: string;
  text?: string;
  ms?: number;
  code?: number;
}

const trust = (service: string) => ({
  Version: "2012-10-17" as const,
  Statement: [{ Effect: "Allow" as const, Principal: { Service: service }, Action: "sts:AssumeRole" }],
});

const queue = new aws.sqs.Queue("failures", {});
const logGroup = new aws.cloudwatch.LogGroup("probe-logs", { name: "/aws/lambda/probe", retentionInDays: 7 });

const role = new aws.iam.Role("role", { assumeRolePolicy: trust("lambda.amazonaws.com") });
const policy = new aws.iam.RolePolicy("policy", {
  role: role.name,
  policy: {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: "sqs:SendMessage", Resource: queue.arn },
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: pulumi.interpolate`${logGroup.arn}:*`,
      },
    ],
  },
});

const common = {
  role,
  runtime: "nodejs24.x" as const,
  memorySize: 256,
  codePathOptions: {
    extraExcludePackages: [
      "@aws-sdk/client-glue",
      "@aws-sdk/client-s3",
      "@aws-sdk/client-sqs",
      "@aws-sdk/client-ssm",
      "papaparse",
      "web-streams-polyfill",
    ],
  },
};

const captured = { word: "captured" };

/** Does what the event says, so that a test can see the process from inside. */
const probe = new aws.lambda.CallbackFunction(
  "probe",
  {
    ...common,
    name: "probe",
    timeout: 60,
    environment: { variables: { COLOUR: "blue" } },
    callbackFactory: () => {
      const loaded = import("node-fetch");
      const loadedAt = new Date().toISOString();
      let served = 0;
      return async (order: Order, context: aws.lambda.Context) => {
        served += 1;
        switch (order.do) {
          case "look": {
            const { S3Client } = require("@aws-sdk/client-s3");
            return {
              served,
              word: captured.word,
              client: typeof new S3Client({}).send,
              fetch: typeof (await loaded).default,
              requestId: context.awsRequestId.length,
              memory: context.memoryLimitInMB,
              arn: context.invokedFunctionArn,
              remaining: context.getRemainingTimeInMillis() <= 60_000 && context.getRemainingTimeInMillis() > 1000,
            };
          }
          case "environment":
            return process.env;
          case "resolve":
            try {
              return require(String(order.text)) !== undefined;
            } catch (error) {
              return (error as { code?: string }).code;
            }
          case "clock":
            return {
              loadedAt,
              now: new Date().toISOString(),
              stamp: Date.now(),
              text: Date(),
              day: new Intl.DateTimeFormat("en-CA").format(),
              kept: new Date(0).toISOString(),
              same: new Date() instanceof Date && new Date().constructor === Date,
            };
          case "print":
            console.log(order.text);
            process.stderr.write("an end without a line's");
            return null;
          case "throw":
            throw new TypeError(order.text);
          case "sleep":
            await new Promise((resolve) => setTimeout(resolve, order.ms));
            return { pid: process.pid, served };
          case "spin":
            for (const end = Date.now() + Number(order.ms); Date.now() < end; );
            return null;
          case "exit":
            return process.exit(order.code);
          case "reject":
            setTimeout(() => Promise.reject(new Error(String(order.text))), 1);
            return new Promise((resolve) => setTimeout(resolve, 1000));
          case "starve": {
            const { openSync } = require("node:fs");
            try {
              for (;;) openSync("/dev/null", "r");
            } catch (error) {
              return (error as { code?: string }).code;
            }
          }
          case "fill": {
            const held: number[][] = [];
            for (;;) held.push(new Array(100_000).fill(Math.random()));
          }
          case "start": {
            const started = require("node:child_process").spawn("sleep", ["60"], { stdio: "ignore" });
            return started.pid;
          }
          case "bigint":
            return BigInt(1);
          default:
            return { echo: order };
        }
      };
    },
  },
  { dependsOn: [policy] },
);

new aws.lambda.FunctionEventInvokeConfig("probe-async", {
  functionName: probe.name,
  maximumRetryAttempts: 2,
  destinationConfig: { onFailure: { destination: queue.arn } },
});

/** Its code cannot be loaded. */
new aws.lambda.CallbackFunction("broken", {
  ...common,
  name: "broken",
  callbackFactory: () => {
    const missing = require("no-such-package-anywhere");
    return async () => missing;
  },
});

/** It never finishes loading. */
new aws.lambda.CallbackFunction("stuck", {
  ...common,
  name: "stuck",
  callbackFactory: () => {
    for (;;);
  },
});

/** Its role may not write logs. */
const silentRole = new aws.iam.Role("silent-role", { assumeRolePolicy: trust("lambda.amazonaws.com") });
new aws.lambda.CallbackFunction("silent", {
  ...common,
  role: silentRole,
  name: "silent",
  callback: async () => {
    console.log("unheard");
    return "done";
  },
});

const schedulerRole = new aws.iam.Role("scheduler-role", { assumeRolePolicy: trust("scheduler.amazonaws.com") });
new aws.iam.RolePolicy("scheduler-policy", {
  role: schedulerRole.name,
  policy: {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: "lambda:InvokeFunction", Resource: probe.arn },
      { Effect: "Allow", Action: "sqs:SendMessage", Resource: queue.arn },
    ],
  },
});

export const queueArn = queue.arn;
export const probeArn = probe.arn;
export const schedulerRoleArn = schedulerRole.arn;
