import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { BucketRef } from "./bucketRef";
import { tlsOnlyPolicy } from "./resourcePolicies";

/** What differs between the stack's buckets. */
export interface HardenedBucketArgs {
  /** Keeps every version of an object. */
  versioned: boolean;
  /** What expires, besides the remains of uploads that were broken off. */
  expiry?: aws.types.input.s3.BucketLifecycleConfigurationRule[];
  /** Leaves bucket, settings and objects in the account when the stack lets go of them. */
  retain: boolean;
  /** Deletes the objects with the bucket; else a bucket that holds some can't be destroyed. */
  forceDestroy: boolean;
  /** Has Pulumi refuse to delete or replace the bucket, and the settings that guard it. */
  protect: boolean;
  /** Leaves the bucket's policy to whoever sets it: S3 keeps one. @default false: TLS alone */
  policyElsewhere?: boolean;
}

const abortedUploads: aws.types.input.s3.BucketLifecycleConfigurationRule = {
  id: "aborted-uploads",
  status: "Enabled",
  filter: {},
  abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
};

/** A private bucket, encrypted, reached over TLS alone, whose objects belong to its owner. */
export function hardenedBucket(name: string, args: HardenedBucketArgs, parent?: pulumi.Resource): BucketRef {
  const opts = { ...(parent && { parent }), retainOnDelete: args.retain, protect: args.protect };
  const { bucket, arn } = new aws.s3.Bucket(name, { forceDestroy: args.forceDestroy }, opts);
  new aws.s3.BucketOwnershipControls(name, { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } }, opts);
  const block = new aws.s3.BucketPublicAccessBlock(
    name,
    { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    opts,
  );
  // S3 refuses two of these settings at the same moment.
  if (!args.policyElsewhere) {
    new aws.s3.BucketPolicy(name, { bucket, policy: tlsOnlyPolicy(arn) }, { ...opts, dependsOn: block });
  }
  const encryption = [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }];
  new aws.s3.BucketServerSideEncryptionConfiguration(name, { bucket, rules: encryption }, opts);
  const versioning = args.versioned
    ? [new aws.s3.BucketVersioning(name, { bucket, versioningConfiguration: { status: "Enabled" } }, opts)]
    : [];
  const rules = [abortedUploads, ...(args.expiry ?? [])];
  new aws.s3.BucketLifecycleConfiguration(name, { bucket, rules }, { ...opts, dependsOn: versioning });
  return { name: bucket, arn, managed: true };
}
