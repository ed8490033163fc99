import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { codeArchive, handlerName } from "./codeArchive";
import { logStatement, policyOf, sendStatement, trustPolicy } from "./policies";

/** The properties of a function made from a callback that differ between functions. */
interface CallbackLambdaArgs<Event, Result> {
  description: pulumi.Input<string>;
  /** Called once per cold start. See `codeArchive`. */
  callbackFactory: () => aws.lambda.Callback<Event, Result>;
  /** What the callback reads with `readSettings`. @default nothing */
  settings?: pulumi.Input<object>;
  /** Undefined values are left out. */
  environment: Record<string, pulumi.Input<string> | undefined>;
  /** Receives the invocations that failed on every try. */
  failures: aws.sqs.Queue;
  /** The role's permissions besides those for its own log and failure queue. */
  statements: aws.iam.PolicyStatement[];
  memoryMiB: pulumi.Input<number>;
  timeoutSeconds: pulumi.Input<number>;
  logRetentionDays: pulumi.Input<number>;
}

/** Lambda gives up on an event after an hour: the next scheduled one has arrived by then. */
const maxEventAgeSeconds = 3600;

/** A Lambda function with its own role and log group, its failures sent to a queue. */
export function callbackLambda<Event, Result>(
  name: string,
  args: CallbackLambdaArgs<Event, Result>,
  parent: pulumi.Resource,
): aws.lambda.Function {
  const { failures } = args;
  const logGroup = new aws.cloudwatch.LogGroup(name, { retentionInDays: args.logRetentionDays }, { parent });
  const role = new aws.iam.Role(name, { assumeRolePolicy: trustPolicy("lambda.amazonaws.com") }, { parent });
  const statements = [...args.statements, sendStatement(failures.arn), logStatement(logGroup.arn)];
  const policy = new aws.iam.RolePolicy(name, { role: role.name, policy: policyOf(statements) }, { parent });
  const lambda = new aws.lambda.Function(
    name,
    {
      description: args.description,
      code: codeArchive(args.callbackFactory, args.settings),
      handler: handlerName,
      environment: { variables: args.environment as Record<string, pulumi.Input<string>> },
      role: role.arn,
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      memorySize: args.memoryMiB,
      timeout: args.timeoutSeconds,
      // "Text" keeps each line as the function wrote it. "JSON" wraps the line, and CloudWatch finds no metrics in it.
      loggingConfig: { logFormat: "Text", logGroup: logGroup.name },
    },
    // Without the policy a first invocation fails, and Lambda refuses the destination below.
    { parent, dependsOn: policy },
  );
  new aws.lambda.FunctionEventInvokeConfig(
    name,
    {
      functionName: lambda.name,
      maximumEventAgeInSeconds: maxEventAgeSeconds,
      maximumRetryAttempts: 2,
      destinationConfig: { onFailure: { destination: failures.arn } },
    },
    { parent },
  );
  return lambda;
}

/** The name of a function's log group. */
export function logGroupOf(lambda: aws.lambda.Function): pulumi.Output<string> {
  return lambda.loggingConfig.apply(({ logGroup }) => logGroup);
}
