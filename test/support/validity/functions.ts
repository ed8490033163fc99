/** Functions, their logs, events, queues, secrets. */
import { among, design, engine, inputsRule, later, matching, preview, type Rule, valueRule, whole } from "./rule";

const queueArn = matching(/^arn:[\w-]+:sqs:[\w-]+:\d{12}:[\w-]+$/);
const lambdaArn = matching(/^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]+$/);
const variableNames = (variables: object) =>
  Object.keys(variables).every((name) => /^[A-Za-z]\w+$/.test(name) && !/^(AWS_|LAMBDA_|_)/.test(name));
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
const s3Events =
  /^s3:(ObjectCreated|ObjectRemoved|ObjectRestore|Replication|LifecycleExpiration|ObjectTagging):[\w*]+$/;

export const functionRules: Rule[] = [
  valueRule("Function memorySize", "128 to 10240", preview(engine), whole(128, 10240), [127, 10241, 128.5]),
  valueRule("Function timeout", "1 to 900", preview("Lambda, CreateFunction"), whole(1, 900), [0, 901]),
  valueRule(
    "Function runtime",
    "one that can still be made",
    later("Lambda, runtimes"),
    among(["nodejs22.x", "nodejs24.x"]),
    ["nodejs20.x", "nodejs24"],
  ),
  valueRule("Function architectures.*", "a known one", preview("Lambda"), among(["arm64", "x86_64"]), ["arm"]),
  valueRule("Function role", "an ARN", preview(design), matching(/^arn:[\w-]+:iam::\d{12}:role\/.+$/), ["my-role"]),
  valueRule("Function environment.variables", "no reserved name", later(design), variableNames, [
    { AWS_REGION: "us-east-1" },
    { "A-B": "1" },
  ]),
  valueRule(
    "Function environment.variables",
    "at most 4 KB, all of them texts",
    later("Lambda quotas"),
    (variables: object) =>
      JSON.stringify(variables).length <= 4096 && Object.values(variables).every((value) => typeof value === "string"),
    [{ LONG: "x".repeat(4096) }, { COUNT: 1 }],
  ),
  inputsRule(
    "Function",
    "handler, code and runtime go together",
    preview("Lambda, CreateFunction"),
    ({ code, handler, runtime, role }) => code != null && handler != null && runtime != null && role != null,
    [{ handler: "index.handler", runtime: "nodejs24.x", role: "arn:aws:iam::123456789012:role/a" }],
  ),
  valueRule("LogGroup retentionInDays", "in CloudWatch's list", preview(engine), among(retentions), [2, 31]),
  valueRule(
    "FunctionEventInvokeConfig maximumEventAgeInSeconds",
    "60 to 21600",
    preview(engine),
    whole(60, 21600),
    [59, 21601],
  ),
  valueRule("FunctionEventInvokeConfig maximumRetryAttempts", "0 to 2", preview(engine), whole(0, 2), [3]),
  valueRule(
    "FunctionEventInvokeConfig destinationConfig.onFailure.destination",
    "an ARN, no URL",
    preview(design),
    queueArn,
    ["https://sqs.us-east-1.amazonaws.com/123456789012/failures"],
  ),
  valueRule(
    "Permission action",
    "one of Lambda's",
    later(engine),
    among(["lambda:InvokeFunction", "lambda:InvokeFunctionUrl"]),
    ["lambda:Invoke", "InvokeFunction"],
  ),
  inputsRule(
    "Permission",
    "names the source's ARN, and its account unless it is a rule",
    later("Security Hub Lambda.1"),
    ({ principal, sourceAccount, sourceArn, function: name }) =>
      matching(/^[a-z0-9]+\.amazonaws\.com$/)(principal) &&
      (principal === "events.amazonaws.com" ? sourceAccount === undefined : matching(/^\d{12}$/)(sourceAccount)) &&
      matching(/^arn:/)(sourceArn) &&
      typeof name === "string",
    [{ principal: "s3.amazonaws.com", sourceArn: "arn:aws:s3:::raw", function: "transform" }],
  ),
  valueRule("Queue messageRetentionSeconds", "60 to 1209600", preview(design), whole(60, 1209600), [59, 1209601]),
  valueRule("Queue visibilityTimeoutSeconds", "0 to 43200", preview("SQS"), whole(0, 43200), [43201]),
  valueRule("QueuePolicy queueUrl", "a URL", later(design), matching(/^https:\/\//), [
    "arn:aws:sqs:us-east-1:123456789012:failures",
  ]),
  valueRule("Parameter type", "a type", preview(design), among(["String", "StringList", "SecureString"]), ["Secret"]),
  valueRule("Parameter tier", "a tier", preview(design), among(["Standard", "Advanced", "Intelligent-Tiering"]), [
    "Free",
  ]),
  valueRule(
    "Parameter value",
    "1 to 4,096 bytes",
    later("SSM, PutParameter"),
    (value: string) => value.length > 0 && Buffer.byteLength(value) <= 4096,
    ["", "x".repeat(4097)],
  ),
  valueRule("BucketNotification lambdaFunctions.*.events.*", "spelled whole", later(design), matching(s3Events), [
    "s3:ObjectCreated",
    "ObjectCreated:*",
  ]),
  valueRule("BucketNotification lambdaFunctions.*.lambdaFunctionArn", "an ARN", later(design), lambdaArn, [
    "transform",
  ]),
  inputsRule(
    "EventTarget",
    "an ARN for the target, and one for what cannot be delivered",
    later("EventBridge, PutTargets"),
    ({ arn, rule, deadLetterConfig }) =>
      (lambdaArn(arn) || queueArn(arn)) &&
      typeof rule === "string" &&
      (deadLetterConfig === undefined || queueArn((deadLetterConfig as { arn: unknown }).arn)),
    [{ rule: "a", arn: "transform" }],
  ),
];
