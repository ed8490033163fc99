import type * as aws from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";

/** One resource as the program registered it. */
export interface Registered {
  /** Its type token, such as `aws:s3/bucket:Bucket`. */
  type: string;
  /** Its logical name. */
  name: string;
  urn: string;
  /** The parent's URN; undefined for the stack. */
  parent?: string;
  /** Whether it is a resource in the cloud, not a component. */
  custom: boolean;
  /** Every input resolved, secrets as plain values; paths inside archives are absolute. */
  inputs: Record<string, unknown>;
  /** The inputs, and what AWS would have added: `id`, `arn`, names and addresses. */
  outputs: Record<string, unknown>;
  options: RegisteredOptions;
}

/** What the engine receives besides the inputs. Resources are given by URN. */
interface RegisteredOptions {
  protect: boolean;
  retainOnDelete: boolean;
  /** Every resource that it waits for, through its inputs or `dependsOn`. */
  dependencies: string[];
  /** The resources that it waits for without using their outputs. */
  dependsOn?: string[];
  /** The resource whose deletion also deletes this one. */
  deletedWith?: string;
  ignoreChanges?: string[];
}

/** The types that the emulator reads, each with its arguments and class. */
interface Types {
  "aws:athena/namedQuery:NamedQuery": [aws.athena.NamedQueryArgs, aws.athena.NamedQuery];
  "aws:athena/workgroup:Workgroup": [aws.athena.WorkgroupArgs, aws.athena.Workgroup];
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": [aws.cloudwatch.CompositeAlarmArgs, aws.cloudwatch.CompositeAlarm];
  "aws:cloudwatch/eventRule:EventRule": [aws.cloudwatch.EventRuleArgs, aws.cloudwatch.EventRule];
  "aws:cloudwatch/eventTarget:EventTarget": [aws.cloudwatch.EventTargetArgs, aws.cloudwatch.EventTarget];
  "aws:cloudwatch/logGroup:LogGroup": [aws.cloudwatch.LogGroupArgs, aws.cloudwatch.LogGroup];
  "aws:cloudwatch/metricAlarm:MetricAlarm": [aws.cloudwatch.MetricAlarmArgs, aws.cloudwatch.MetricAlarm];
  "aws:glue/catalogDatabase:CatalogDatabase": [aws.glue.CatalogDatabaseArgs, aws.glue.CatalogDatabase];
  "aws:glue/catalogTable:CatalogTable": [aws.glue.CatalogTableArgs, aws.glue.CatalogTable];
  "aws:glue/catalogTableOptimizer:CatalogTableOptimizer": [
    aws.glue.CatalogTableOptimizerArgs,
    aws.glue.CatalogTableOptimizer,
  ];
  "aws:glue/classifier:Classifier": [aws.glue.ClassifierArgs, aws.glue.Classifier];
  "aws:glue/crawler:Crawler": [aws.glue.CrawlerArgs, aws.glue.Crawler];
  "aws:iam/role:Role": [aws.iam.RoleArgs, aws.iam.Role];
  "aws:iam/rolePolicy:RolePolicy": [aws.iam.RolePolicyArgs, aws.iam.RolePolicy];
  "aws:lambda/function:Function": [aws.lambda.FunctionArgs, aws.lambda.Function];
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": [
    aws.lambda.FunctionEventInvokeConfigArgs,
    aws.lambda.FunctionEventInvokeConfig,
  ];
  "aws:lambda/permission:Permission": [aws.lambda.PermissionArgs, aws.lambda.Permission];
  "aws:s3/bucket:Bucket": [aws.s3.BucketArgs, aws.s3.Bucket];
  "aws:s3/bucketNotification:BucketNotification": [aws.s3.BucketNotificationArgs, aws.s3.BucketNotification];
  "aws:scheduler/schedule:Schedule": [aws.scheduler.ScheduleArgs, aws.scheduler.Schedule];
  "aws:sqs/queue:Queue": [aws.sqs.QueueArgs, aws.sqs.Queue];
  "aws:ssm/parameter:Parameter": [aws.ssm.ParameterArgs, aws.ssm.Parameter];
}

/** A type token that {@link ofType} knows. */
type TypeToken = keyof Types;

/** A resource of a known type, its inputs as the provider declares them. */
export interface Resource<T extends TypeToken> extends Registered {
  type: T;
  inputs: Registered["inputs"] & Unwrap<Types[T][0]>;
  /** The names that AWS gives a resource of this type. The physical name is set even if the inputs have none. */
  outputs: Registered["outputs"] & {
    [Name in Extract<keyof Types[T][1], "id" | "arn" | "name" | "bucket" | "url" | "alarmName">]: string;
  };
}

/** The resources of a type, in the program's order. */
export function ofType<T extends TypeToken>(resources: readonly Registered[], type: T): Resource<T>[] {
  return resources.filter((resource): resource is Resource<T> => resource.type === type);
}

/** Properties that have no effect in the emulator. */
const withoutEffect = ["name", "description", "tags"];

/**
 * Refuses a resource that sets a property that the emulator does not model.
 * @param known the properties that it reads
 * @throws one line that names the property
 */
export function refuseOthers<T extends TypeToken>(
  { type, name, inputs }: Resource<T>,
  known: readonly (keyof Types[T][0] & string)[],
): void {
  const other = Object.keys(inputs).find((property) => ![...known, ...withoutEffect].includes(property));
  if (other !== undefined) throw new Error(`${type} "${name}": ${other} is not modelled by the local run`);
}
