// What AWS adds to a resource once it exists: its id, ARN, names and addresses, for the types of which programs read them.
import { createHash } from "node:crypto";

export const localAccount = "123456789012";
export const localRegion = "us-east-1";
/** Encrypts the parameters that name no key. */
export const defaultParameterKey = "alias/aws/ssm";
export const localPartition = "aws";

type Inputs = Record<string, unknown>;
type Added = { id: string } & Record<string, unknown>;
type Adder = (name: string, inputs: Inputs) => Added;

/** The ARN of a resource, such as `localArn("sns", "news")`. */
export function localArn(service: string, resource: string): string {
  return `arn:${localPartition}:${service}:${localRegion}:${localAccount}:${resource}`;
}

export function bucketArn(bucket: string): string {
  return `arn:${localPartition}:s3:::${bucket}`;
}

const named = (service: string, prefix: string): Adder => {
  return (name) => ({ id: name, name, arn: localArn(service, `${prefix}${name}`) });
};

const adders: Record<string, Adder> = {
  "aws:s3/bucket:Bucket": (bucket) => ({ id: bucket, bucket, arn: bucketArn(bucket) }),
  "aws:iam/role:Role": (name, inputs) => ({
    id: name,
    name,
    arn: `arn:${localPartition}:iam::${localAccount}:role${inputs.path ?? "/"}${name}`,
  }),
  "aws:cloudwatch/logGroup:LogGroup": named("logs", "log-group:"),
  "aws:cloudwatch/eventRule:EventRule": named("events", "rule/"),
  "aws:cloudwatch/metricAlarm:MetricAlarm": named("cloudwatch", "alarm:"),
  "aws:sns/topic:Topic": (name) => ({ id: localArn("sns", name), name, arn: localArn("sns", name) }),
  "aws:sns/topicSubscription:TopicSubscription": (name, inputs) => {
    const id = `${inputs.topic}:${name}`;
    return { id, arn: id, pendingConfirmation: inputs.protocol === "email" };
  },
  "aws:sqs/queue:Queue": (name) => {
    const url = `https://sqs.${localRegion}.amazonaws.com/${localAccount}/${name}`;
    return { id: url, name, url, arn: localArn("sqs", name) };
  },
  "aws:lambda/function:Function": named("lambda", "function:"),
  "aws:ssm/parameter:Parameter": (name, { keyId = defaultParameterKey }) => {
    // An ARN puts a slash before every name. A name with a path already begins with one.
    return { id: name, name, arn: localArn("ssm", `parameter/${name.replace(/^\//, "")}`), version: 1, keyId };
  },
  "aws:scheduler/schedule:Schedule": (name, inputs) => {
    const groupName = String(inputs.groupName ?? "default");
    return { id: `${groupName}/${name}`, name, groupName, arn: localArn("scheduler", `schedule/${groupName}/${name}`) };
  },
  "aws:glue/catalogDatabase:CatalogDatabase": named("glue", "database/"),
  "aws:glue/catalogTable:CatalogTable": (name, inputs) => named("glue", `table/${inputs.databaseName}/`)(name, inputs),
  "aws:glue/crawler:Crawler": named("glue", "crawler/"),
  "aws:athena/workgroup:Workgroup": named("athena", "workgroup/"),
  "aws:athena/namedQuery:NamedQuery": (name, inputs) => ({ id: uuid(`${inputs.workgroup} ${name}`), name }),
};

/**
 * The id and the outputs of a resource: its inputs and what AWS adds. The physical name is the given one, or
 * the logical one. A type that is not in the table gets a name, an id and an ARN of the usual shape.
 */
export function awsOutputs(type: string, logicalName: string, inputs: Inputs): { id: string; state: Inputs } {
  const given = type === "aws:s3/bucket:Bucket" ? inputs.bucket : inputs.name;
  const name = typeof given === "string" ? given : logicalName;
  const service = type.split(":")[1]?.split("/")[0] ?? "unknown";
  // The other types of S3 are settings of a bucket.
  const byService: Adder = service === "s3" ? () => ({ id: String(inputs.bucket) }) : named(service, "");
  const { id, ...added } = (adders[type] ?? byService)(name, inputs);
  return { id, state: { ...inputs, ...added } };
}

/** The same id for the same text. */
export function uuid(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}
