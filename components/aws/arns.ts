// Partition, region and account are taken from an ARN, not looked up: a preview needs no call to AWS.
import * as pulumi from "@pulumi/pulumi";

/** `aws`, `aws-cn` or `aws-us-gov`. */
export function partitionOf(arn: pulumi.Input<string>): pulumi.Output<string> {
  return partOf(arn, 1);
}

/** The region of an ARN. A bucket's ARN has no region. */
export function regionOf(arn: pulumi.Input<string>): pulumi.Output<string> {
  return partOf(arn, 3);
}

/** The account of an ARN. A bucket's ARN has no account. */
export function accountOf(arn: pulumi.Input<string>): pulumi.Output<string> {
  return partOf(arn, 4);
}

function partOf(arn: pulumi.Input<string>, index: number): pulumi.Output<string> {
  return pulumi.output(arn).apply((text) => text.split(":")[index] as string);
}

/** The ARN of a Glue database in the same account. @param anyArn an ARN with region and account */
export function glueDatabaseArn(anyArn: pulumi.Input<string>, name: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.interpolate`arn:${partitionOf(anyArn)}:glue:${regionOf(anyArn)}:${accountOf(anyArn)}:database/${name}`;
}
