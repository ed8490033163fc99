import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { BucketRef } from "./bucketRef";
import { tlsOnlyPolicy } from "./resourcePolicies";

/** What happens to a bucket when the stack deletes or drops it. */
export interface DataSwitches {
  /** Leaves bucket, settings and objects in the account. */
  retainData: boolean;
  /** Deletes the objects with the bucket. Without it, a bucket that holds objects cannot be destroyed. */
  forceDestroy: boolean;
  /** Has Pulumi refuse to delete or replace the bucket and its settings. */
  protect: boolean;
}

/** For a bucket whose contents can be made again: it is deleted with the stack, objects included. */
export const replaceable: DataSwitches = { retainData: false, forceDestroy: true, protect: false };

/** What differs between the stack's buckets. */
interface HardenedBucketArgs extends DataSwitches {
  /** Keeps every version of an object. */
  versioned: boolean;
  /** The expiry rules, besides the one for the parts of aborted uploads. */
  expiry?: aws.types.input.s3.BucketLifecycleConfigurationRule[];
  /** Sets no policy, for a caller that sets its own: a bucket has only one. @default false: a policy that requires TLS */
  policyElsewhere?: boolean;
}

const abortedUploads: aws.types.input.s3.BucketLifecycleConfigurationRule = {
  id: "aborted-uploads",
  status: "Enabled",
  filter: {},
  abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
};

/** A private, encrypted bucket that requires TLS and owns its objects. */
export function hardenedBucket(name: string, args: HardenedBucketArgs, parent?: pulumi.Resource): BucketRef {
  const { versioned, forceDestroy, retainData, protect } = args;
  // A switch that is off is left out, so that the same option of the component still reaches the bucket.
  const kept = { ...(parent && { parent }), ...(retainData && { retainOnDelete: true }), ...(protect && { protect }) };
  const made = new aws.s3.Bucket(name, { forceDestroy }, kept);
  const { bucket, arn } = made;
  // S3 deletes the settings with the bucket. If they were deleted one by one, they would be gone when S3 refuses to delete
  // a bucket that holds objects, and the objects would be unprotected.
  const opts = { ...kept, deletedWith: made };
  new aws.s3.BucketOwnershipControls(name, { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } }, opts);
  const block = new aws.s3.BucketPublicAccessBlock(
    name,
    { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    opts,
  );
  // S3 refuses two of these settings at the same time.
  if (!args.policyElsewhere) {
    new aws.s3.BucketPolicy(name, { bucket, policy: tlsOnlyPolicy(arn) }, { ...opts, dependsOn: block });
  }
  const encryption = [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }];
  new aws.s3.BucketServerSideEncryptionConfiguration(name, { bucket, rules: encryption }, opts);
  const versioning = versioned
    ? [new aws.s3.BucketVersioning(name, { bucket, versioningConfiguration: { status: "Enabled" } }, opts)]
    : [];
  const rules = [abortedUploads, ...(args.expiry ?? [])];
  new aws.s3.BucketLifecycleConfiguration(name, { bucket, rules }, { ...opts, dependsOn: versioning });
  return { name: bucket, arn, managed: true };
}
