import * as pulumi from "@pulumi/pulumi";
import type { BucketRef } from "../aws/bucketRef";
import { type DataSwitches, hardenedBucket } from "../aws/hardenedBucket";
import { trailBucketPolicy } from "../aws/resourcePolicies";
import { stackTags } from "./naming";

/** What is recorded, and what happens to the records. */
interface AuditTrailArgs extends Pick<DataSwitches, "retainData" | "forceDestroy"> {
  /** The buckets whose object reads and writes are recorded. */
  buckets: BucketRef[];
  /** An ARN of the same stack with region and account, such as a function's: the trail's own is derived from it. */
  anyArn: pulumi.Input<string>;
}

const keptDays = 365;

/**
 * Records each read and write of the buckets' objects: who, when, from which address. CloudTrail bills every event. The
 * records are kept for a year. They are not protected, so that the setting can be switched off. Without `forceDestroy` they
 * stay.
 * @param name also the trail's name: unique per account and region, made of letters, digits and single dashes
 * @returns the bucket of the records, under `AWSLogs/`
 */
export function auditTrail(name: string, { buckets, anyArn, ...data }: AuditTrailArgs): BucketRef {
  if (data.forceDestroy)
    pulumi.log.warn("auditTrail: switching it off deletes the records, because forceDestroy is on.");
  const { cloudtrail } = loadAwsx();
  const expiry = [{ id: "old-records", status: "Enabled", filter: {}, expiration: { days: keptDays } }];
  const args = { ...data, protect: false, versioned: false, expiry, policyElsewhere: true };
  const bucket = hardenedBucket(`${name}-audit`, args);
  const trailArn = pulumi.output(anyArn).apply((arn) => {
    const [, partition, , region, account] = arn.split(":");
    return `arn:${partition}:cloudtrail:${region}:${account}:trail/${name}`;
  });
  const policy = trailBucketPolicy(bucket.arn, trailArn);
  new cloudtrail.Trail(
    `${name}-audit`,
    {
      name,
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
      tags: stackTags(),
    },
    // The component declares its own bucket policy, which does not require TLS and allows any trail. Our policy replaces it,
    // and stays as long as the bucket does.
    engineTransforms() ? { transforms: [withBucketPolicy(policy, { retainOnDelete: data.retainData })] } : {},
  );
  return bucket;
}

/** Replaces the bucket policy that a component declares, and adds options to it. */
export function withBucketPolicy(policy: unknown, options: pulumi.CustomResourceOptions): pulumi.ResourceTransform {
  return ({ type, props, opts }) =>
    type === "aws:s3/bucketPolicy:BucketPolicy"
      ? { props: { ...props, policy }, opts: { ...opts, ...options } }
      : undefined;
}

/** Whether an engine creates the component's children. Pulumi's mocks do not, and refuse transforms. */
function engineTransforms(): boolean {
  const { getStore } = require("@pulumi/pulumi/runtime/state") as { getStore(): { supportsTransforms: boolean } };
  return getStore().supportsTransforms;
}

/**
 * Loaded only if there is a trail, so that other programs do not need the awsx plugin.
 * @throws one line if it is not installed
 */
function loadAwsx(): { cloudtrail: typeof import("@pulumi/awsx/cloudtrail") } {
  try {
    return require("@pulumi/awsx") as { cloudtrail: typeof import("@pulumi/awsx/cloudtrail") };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw new Error("auditTrail needs a package that is not installed; run: npm install @pulumi/awsx");
  }
}
