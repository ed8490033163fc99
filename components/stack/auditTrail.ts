import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { BucketRef } from "../aws/bucketRef";
import { hardenedBucket } from "../aws/hardenedBucket";
import { trailBucketPolicy } from "../aws/resourcePolicies";
import type { DataSwitches } from "./retention";

/** Of what, and where, the trail is kept. */
export interface AuditTrailArgs extends DataSwitches {
  /** Whose objects' reads and writes are recorded. */
  buckets: BucketRef[];
  /** An ARN of the same stack with region and account, such as a function's: the trail's own follows from it. */
  anyArn: pulumi.Input<string>;
}

const keptDays = 365;

/**
 * Records each read and write of the buckets' objects: who, when, from where. CloudTrail bills every such event.
 * @returns the bucket of the records, under `AWSLogs/`, kept for a year
 */
export function auditTrail(name: string, args: AuditTrailArgs): BucketRef {
  const { buckets, anyArn, ...data } = args;
  const expiry = [{ id: "old-records", status: "Enabled", filter: {}, expiration: { days: keptDays } }];
  const bucket = hardenedBucket(`${name}-audit`, { versioned: false, expiry, policyElsewhere: true, ...data });
  const trailName = trailNameOf(name, pulumi.getStack());
  const trailArn = pulumi.output(anyArn).apply((arn) => {
    const [, partition, , region, account] = arn.split(":");
    return `arn:${partition}:cloudtrail:${region}:${account}:trail/${trailName}`;
  });
  // Required here, so that a program without a trail needs no plugin of awsx.
  const { cloudtrail } = require("@pulumi/awsx") as typeof import("@pulumi/awsx");
  new cloudtrail.Trail(
    `${name}-audit`,
    {
      name: trailName,
      s3Bucket: { existing: { name: bucket.name } },
      cloudWatchLogsGroup: { enable: false },
      enableLogFileValidation: true,
      includeGlobalServiceEvents: false,
      eventSelectors: [
        {
          readWriteType: "All",
          includeManagementEvents: false,
          dataResources: [{ type: "AWS::S3::Object", values: buckets.map(({ arn }) => pulumi.interpolate`${arn}/`) }],
        },
      ],
    },
    // The component declares a policy for the bucket by itself, without TLS and for anybody's trail: ours takes its place.
    engineTransforms() ? { transforms: [withBucketPolicy(trailBucketPolicy(bucket.arn, trailArn))] } : {},
  );
  return bucket;
}

/**
 * The trail's name, which CloudTrail wants once an account and region, in letters and digits with single dashes between.
 * Known beforehand, because the bucket's policy names the trail, and the trail needs the policy.
 */
export function trailNameOf(component: string, stack: string): string {
  const plain = `${component}-${stack}`;
  const name = plain
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 100)
    .replace(/-$/, "");
  const mark = name === plain ? "" : `-${createHash("sha256").update(plain).digest("hex").slice(0, 6)}`;
  return `${name}${mark}`;
}

/** Gives a bucket's policy to the one that is declared inside of a component. */
export function withBucketPolicy(policy: unknown): pulumi.ResourceTransform {
  return ({ type, props, opts }) =>
    type === "aws:s3/bucketPolicy:BucketPolicy" ? { props: { ...props, policy }, opts } : undefined;
}

/** Whether something runs the component's inside: Pulumi's mocks do not, and refuse transforms. */
function engineTransforms(): boolean {
  const { getStore } = require("@pulumi/pulumi/runtime/state") as { getStore(): { supportsTransforms: boolean } };
  return getStore().supportsTransforms;
}
