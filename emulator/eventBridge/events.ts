// The events that services send to EventBridge.
import type { QueryExecution } from "../athena/executions";
import { bucketArn, localAccount, uuid } from "../awsOutputs";
import type { CrawlResult } from "../glue";
import type { CreatedObject } from "../s3";
import type { ServiceEvent } from ".";

/** S3's event for a new object. The same object always has the same event id. */
export function objectCreated({ bucket, key, size, eTag, sequencer }: CreatedObject): ServiceEvent {
  return {
    id: uuid(`${bucket}/${key}/${sequencer}`),
    source: "aws.s3",
    "detail-type": "Object Created",
    resources: [bucketArn(bucket)],
    detail: {
      version: "0",
      bucket: { name: bucket },
      object: { key, size, etag: eTag, sequencer },
      reason: "PutObject",
    },
  };
}

export function crawlEnded({ crawler, error, partitionsAdded }: CrawlResult): ServiceEvent {
  const outcome =
    error === undefined
      ? { state: "Succeeded", message: "Crawler Succeeded", partitionsCreated: String(partitionsAdded.length) }
      : { state: "Failed", message: "Crawler Failed", errorMessage: error };
  return {
    source: "aws.glue",
    "detail-type": "Glue Crawler State Change",
    detail: { accountId: localAccount, crawlerName: crawler, ...outcome },
  };
}

export function queryEnded({ id, workgroup, error }: QueryExecution): ServiceEvent {
  return {
    source: "aws.athena",
    "detail-type": "Athena Query State Change",
    detail: {
      currentState: error === undefined ? "SUCCEEDED" : "FAILED",
      queryExecutionId: id,
      workgroupName: workgroup.name,
    },
  };
}
