import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { BucketRef } from "../aws/bucketRef";

/** What differs between the workgroups. */
export interface WorkgroupArgs {
  description: string;
  results: BucketRef;
  /** The folder of the results in their bucket. @default none */
  folder?: string;
  /** A query that reads more is cancelled. */
  maxScannedBytesPerQuery: pulumi.Input<number>;
}

/** An Athena workgroup whose settings apply to every query in it. */
export function createWorkgroup(
  name: string,
  { description, results, folder, maxScannedBytesPerQuery }: WorkgroupArgs,
  parent: pulumi.Resource,
): aws.athena.Workgroup {
  const location = folder === undefined ? "" : `${folder}/`;
  return new aws.athena.Workgroup(
    name,
    {
      description,
      // Without this, a workgroup that has ever run a query cannot be destroyed.
      forceDestroy: true,
      configuration: {
        enforceWorkgroupConfiguration: true,
        publishCloudwatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: maxScannedBytesPerQuery,
        engineVersion: { selectedEngineVersion: "Athena engine version 3" },
        resultConfiguration: {
          outputLocation: pulumi.interpolate`s3://${results.name}/${location}`,
          encryptionConfiguration: { encryptionOption: "SSE_S3" },
        },
      },
    },
    { parent },
  );
}
