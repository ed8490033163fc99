import * as pulumi from "@pulumi/pulumi";
import { type ArgumentCheck, bucketNameRule } from "../arguments/validation";
import { partitionOf } from "./arns";

/** A bucket as one component hands it to another. */
export interface BucketRef {
  /** The bucket's name. */
  name: pulumi.Output<string>;
  /** The bucket's ARN. */
  arn: pulumi.Output<string>;
  /**
   * Whether this stack owns the bucket. Where it does not, nothing is set on it: its policy, lifecycle, encryption and
   * notifications are each one setting, and somebody else's.
   */
  managed: boolean;
}

/** A bucket of this stack, or the name of one that exists already. */
export type BucketArg = BucketRef | pulumi.Input<string>;

/** The argument, held to S3's rules where it is a name. Notes what is wrong. */
export function checkBucket(check: ArgumentCheck, property: string, bucket: BucketArg): BucketArg {
  return isRef(bucket) ? bucket : check.argument(property, bucket, bucketNameRule);
}

/** Whether the argument is a bucket that this stack owns. */
export function isManaged(bucket: BucketArg): boolean {
  return isRef(bucket) && bucket.managed;
}

/**
 * The bucket behind an argument.
 * @param anyArn an ARN of the same stack: the partition is taken from it, so that nothing has to be looked up
 */
export function bucketRef(bucket: BucketArg, anyArn: pulumi.Input<string>): BucketRef {
  if (isRef(bucket)) return bucket;
  const name = pulumi.output(bucket);
  return { name, arn: pulumi.interpolate`arn:${partitionOf(anyArn)}:s3:::${name}`, managed: false };
}

function isRef(bucket: BucketArg): bucket is BucketRef {
  return typeof bucket === "object" && bucket !== null && "managed" in bucket;
}
