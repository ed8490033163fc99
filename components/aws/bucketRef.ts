import * as pulumi from "@pulumi/pulumi";
import { bucketNameRule } from "../arguments/rules";
import type { ArgumentCheck, Setting } from "../arguments/setting";
import { partitionOf } from "./arns";

/** A bucket as one component hands it to another. */
export interface BucketRef {
  /** The bucket's name. */
  name: pulumi.Output<string>;
  /** The bucket's ARN. */
  arn: pulumi.Output<string>;
  /**
   * Whether this stack owns the bucket. If not, nothing is set on it: policy, lifecycle, encryption and notifications are
   * each one setting, and belong to its owner.
   */
  managed: boolean;
}

/** A bucket as an argument. Without `arn`, the ARN is derived from the name. */
type GivenBucket = Omit<BucketRef, "arn"> & Partial<Pick<BucketRef, "arn">>;

/** A bucket of this stack, or the name of an existing one. */
export type BucketArg = GivenBucket | pulumi.Input<string>;

/** A required bucket. */
export function bucket(): Setting<string, BucketArg, BucketArg, true> {
  return { ...bucketSetting, isRequired: true, read: (property, given, check) => readBucket(property, given, check) };
}

/** An optional bucket. */
export function optionalBucket(): Setting<string, BucketArg, BucketArg | undefined, false> {
  return {
    ...bucketSetting,
    isRequired: false,
    read: (property, given, check) => (given == null ? undefined : readBucket(property, given, check)),
  };
}

const bucketSetting = { rule: bucketNameRule, given: "BucketArg" };

function readBucket(property: string, given: BucketArg | undefined, check: ArgumentCheck): BucketArg {
  return isRef(given) ? given : (check.input(property, given, bucketNameRule) as pulumi.Output<string>);
}

/** The name in an argument. */
export function nameOf(given: BucketArg | undefined): pulumi.Input<string> | undefined {
  return isRef(given) ? given.name : given;
}

/** Whether the argument is a bucket that this stack owns. */
export function isManaged(given: BucketArg): boolean {
  return isRef(given) && given.managed;
}

/**
 * The bucket behind an argument.
 * @param anyArn an ARN of the same stack, which provides the partition without a look-up
 */
export function bucketRef(given: BucketArg, anyArn: pulumi.Input<string>): BucketRef {
  const { name, arn, managed }: GivenBucket = isRef(given) ? given : { name: pulumi.output(given), managed: false };
  return { name, arn: arn ?? pulumi.interpolate`arn:${partitionOf(anyArn)}:s3:::${name}`, managed };
}

function isRef(given: BucketArg | undefined): given is GivenBucket {
  return typeof given === "object" && given !== null && "managed" in given;
}
