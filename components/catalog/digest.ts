// The optional digest: a function that mails what changed in the playlists, and its schedule.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DigestRow, DigestState } from "../../queries/digest";
import { weeklyDigest } from "../../schedule/schedules";
import { digestStateKey } from "../../transforms/keys";
import { digestFailures } from "../alarms/alarmSpecs";
import type { Alarms } from "../alarms/alarms";
import type { BucketRef } from "../aws/bucketRef";
import { callbackLambda } from "../aws/callbackLambda";
import { digestStatements } from "../aws/catalogPolicies";
import { failureQueue } from "../aws/failureQueue";
import { tlsOnlyTopicPolicy } from "../aws/resourcePolicies";
import { scheduledCall } from "../aws/scheduledCall";
import { type DigestResult, makeDigestHandler } from "../callbacks/digestHandler";
import { makeFunctionLog } from "../callbacks/functionLog";
import { makeNamedQuery } from "../callbacks/namedQuery";
import { makeObjectStore } from "../callbacks/objectStore";
import { variable } from "../callbacks/variable";
import { createWorkgroup } from "./workgroup";

/** Who gets the digest: one of the two. */
export interface DigestReceiver {
  digestEmail: pulumi.Output<string> | undefined;
  digestTopicArn: pulumi.Output<string> | undefined;
}

/** What the digest reads, and when it is sent. */
export interface DigestArgs extends DigestReceiver {
  database: aws.glue.CatalogDatabase;
  lake: BucketRef;
  results: BucketRef;
  /** The named query that finds the changes, and its workgroup. */
  query: aws.athena.NamedQuery;
  queries: aws.athena.Workgroup;
  /** In EventBridge Scheduler's syntax. @default weekly */
  digestSchedule: pulumi.Output<string> | undefined;
  timezone: pulumi.Output<string>;
  maxScannedBytesPerQuery: pulumi.Output<number>;
  alarms: Alarms;
}

/** The digest, for those who send it by hand or redrive it. */
export interface Digest {
  /** The function that writes the digest. */
  functionName: pulumi.Output<string>;
  /** The topic that mails it. */
  topicArn: pulumi.Output<string>;
  /** The schedule of the digest. */
  scheduleName: pulumi.Output<string>;
  /** The queue of digests that failed on every try, or could not be started. */
  failureQueueUrl: pulumi.Output<string>;
  /** What a mailed digest waits for, or that it waits for nothing; undefined for a topic that was passed in. */
  subscription: pulumi.Output<string> | undefined;
}

const resultsFolder = "digest";
const memoryMiB = 256;
const timeoutSeconds = 600;
const logRetentionDays = 30;

/** Declares the digest: topic, function, role, schedule and alarm. Undefined if nobody gets it. */
export function createDigest(name: string, args: DigestArgs, parent: pulumi.Resource): Digest | undefined {
  const topic = createTopic(name, args, parent);
  if (topic === undefined) return undefined;
  const { digestSchedule = pulumi.output(weeklyDigest), timezone, alarms } = args;
  const failures = failureQueue(`${name}-digest-failures`, parent);
  const lambda = createFunction(name, { ...args, topicArn: topic.arn, failures }, parent);
  const call = scheduledCall(
    // A role's name can be no longer.
    `${name}-digests`,
    { targetArn: lambda.arn, action: "lambda:InvokeFunction", resourceArn: lambda.arn, timezone, failures },
    parent,
  );
  const schedule = call(`${name}-digest`, {
    description: "Sends the digest.",
    expression: digestSchedule,
    input: JSON.stringify({ source: "digest" }),
  });
  alarms.add(digestFailures(failures));
  return {
    functionName: lambda.name,
    topicArn: topic.arn,
    scheduleName: schedule.name,
    failureQueueUrl: failures.url,
    subscription: topic.subscription,
  };
}

/** The topic that was passed in, or one for the address. */
function createTopic(
  name: string,
  { digestEmail, digestTopicArn }: DigestReceiver,
  parent: pulumi.Resource,
): (Pick<Digest, "subscription"> & { arn: pulumi.Output<string> }) | undefined {
  if (digestTopicArn !== undefined) return { arn: digestTopicArn, subscription: undefined };
  if (digestEmail === undefined) return undefined;
  const topic = new aws.sns.Topic(
    `${name}-digest`,
    { displayName: "Playlake", kmsMasterKeyId: "alias/aws/sns" },
    { parent },
  );
  new aws.sns.TopicPolicy(`${name}-digest`, { arn: topic.arn, policy: tlsOnlyTopicPolicy(topic.arn) }, { parent });
  const { pendingConfirmation } = new aws.sns.TopicSubscription(
    `${name}-digest`,
    { topic: topic.arn, protocol: "email", endpoint: digestEmail },
    { parent },
  );
  const subscription = pendingConfirmation.apply((isPending) =>
    isPending
      ? "waits for consent: AWS mailed the address a link, and sends nothing before it is followed"
      : "confirmed",
  );
  return { arn: topic.arn, subscription };
}

function createFunction(
  name: string,
  args: DigestArgs & { topicArn: pulumi.Output<string>; failures: aws.sqs.Queue },
  parent: pulumi.Resource,
): aws.lambda.Function {
  const { database, lake, results, query, queries, topicArn, failures, maxScannedBytesPerQuery } = args;
  // Its results are apart from those of users' queries.
  const workgroup = createWorkgroup(
    `${name}-digest`,
    { description: "The digest's query.", results, folder: resultsFolder, maxScannedBytesPerQuery },
    parent,
  );
  return callbackLambda<unknown, DigestResult>(
    `${name}-digest`,
    {
      description: "Sends what changed in the playlists.",
      callbackFactory: () => {
        const athenaSdk = require("@aws-sdk/client-athena") as typeof import("@aws-sdk/client-athena");
        const s3Sdk = require("@aws-sdk/client-s3") as typeof import("@aws-sdk/client-s3");
        const snsSdk = require("@aws-sdk/client-sns") as typeof import("@aws-sdk/client-sns");
        const { begin, log } = makeFunctionLog({
          write: (line) => process.stdout.write(line),
          now: () => Date.now(),
          functionName: variable("AWS_LAMBDA_FUNCTION_NAME"),
          units: {},
        });
        const ask = makeNamedQuery(athenaSdk, new athenaSdk.AthenaClient({}), {
          queryId: variable("DIGEST_QUERY_ID"),
          workgroup: variable("DIGEST_WORKGROUP"),
          sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        });
        const store = makeObjectStore(s3Sdk, new s3Sdk.S3Client({}), variable("LAKE_BUCKET"));
        const topicArn = variable("DIGEST_TOPIC_ARN");
        // An existing topic can be in another region.
        const sns = new snsSdk.SNSClient({ region: topicArn.split(":")[3] ?? "" });
        const handle = makeDigestHandler({
          ask: async (since) => (await ask({ since })) as unknown as DigestRow[],
          async readState() {
            const bytes = await store.get(digestStateKey);
            return bytes === undefined ? undefined : (JSON.parse(Buffer.from(bytes).toString()) as DigestState);
          },
          writeState: (state) => store.put(digestStateKey, Buffer.from(JSON.stringify(state))),
          publish: ({ subject, body }) =>
            sns.send(new snsSdk.PublishCommand({ TopicArn: topicArn, Subject: subject, Message: body })),
          now: () => Date.now(),
          log,
        });
        return async (_event, context) => {
          begin(context.awsRequestId);
          return handle();
        };
      },
      environment: {
        LAKE_BUCKET: lake.name,
        DIGEST_QUERY_ID: query.id,
        DIGEST_WORKGROUP: workgroup.name,
        DIGEST_TOPIC_ARN: topicArn,
      },
      failures,
      statements: digestStatements({
        queries: queries.arn,
        workgroup: workgroup.arn,
        database: database.arn,
        lakeBucket: lake.arn,
        resultsBucket: results.arn,
        resultsFolder,
        topic: topicArn,
      }),
      memoryMiB,
      timeoutSeconds,
      logRetentionDays,
    },
    parent,
  );
}
