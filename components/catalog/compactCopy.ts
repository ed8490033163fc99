// The optional compact copy of the history: an Iceberg table, and a schedule on which Athena updates it.

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  compactColumns,
  compactStatement,
  compactTable,
  compactWindowDays,
  wholeCompactStatement,
} from "../../queries/compact";
import { overdueHours } from "../../schedule/schedules";
import { compactFailed, compactFailures, compactOverdue } from "../alarms/alarmSpecs";
import type { Alarms } from "../alarms/alarms";
import { partitionOf } from "../aws/arns";
import type { BucketRef } from "../aws/bucketRef";
import { compactStatements } from "../aws/catalogPolicies";
import { recordEnds } from "../aws/endEvents";
import { failureQueue } from "../aws/failureQueue";
import { hardenedBucket, replaceable } from "../aws/hardenedBucket";
import { scheduledCall } from "../aws/scheduledCall";
import { createIcebergTable, createOptimizers } from "./icebergTable";
import { createWorkgroup } from "./workgroup";

/** The copy's sources and schedule. */
interface CompactCopyArgs {
  database: aws.glue.CatalogDatabase;
  lake: BucketRef;
  results: BucketRef;
  /** In EventBridge Scheduler's syntax. */
  schedule: pulumi.Output<string>;
  timezone: pulumi.Output<string>;
  maxScannedBytesPerQuery: pulumi.Output<number>;
  alarms: Alarms;
}

/** The copy, for those who query it. */
export interface CompactCopy {
  bucket: BucketRef;
  workgroup: aws.athena.Workgroup;
  schedule: aws.scheduler.Schedule;
  failures: aws.sqs.Queue;
}

/** Declares the copy: table, workgroup, schedule, role and alarms. */
export function createCompactCopy(name: string, args: CompactCopyArgs, parent: pulumi.Resource): CompactCopy {
  const { database, lake, results, schedule: expression, timezone, maxScannedBytesPerQuery, alarms } = args;
  const bucket = hardenedBucket(`${name}-compact`, { ...replaceable, versioned: false }, parent);
  const table = createIcebergTable(
    `${name}-compact-items`,
    { database, bucket, table: compactTable, columns: compactColumns, monthsOf: "snapshot_date" },
    parent,
  );
  createOptimizers(name, { database, bucket, table }, parent);
  // A separate workgroup distinguishes the ends of its statements from those of users' queries.
  const workgroup = createWorkgroup(
    `${name}-compact`,
    {
      description: "Updates the compact copy of the history.",
      results,
      folder: resultsFolder,
      maxScannedBytesPerQuery,
    },
    parent,
  );
  createWholeQuery(name, database, workgroup, parent);
  const failures = failureQueue(`${name}-compact-failures`, parent);
  const call = scheduledCall(
    `${name}-compact`,
    {
      targetArn: pulumi.interpolate`arn:${partitionOf(workgroup.arn)}:scheduler:::aws-sdk:athena:startQueryExecution`,
      action: "athena:StartQueryExecution",
      resourceArn: workgroup.arn,
      timezone,
      failures,
      // Athena runs a statement with the permissions of the role that started it.
      more: compactStatements({
        workgroup: workgroup.arn,
        database: database.arn,
        lakeBucket: lake.arn,
        compactBucket: bucket.arn,
        resultsBucket: results.arn,
        resultsFolder,
      }),
    },
    parent,
  );
  const schedule = call(`${name}-compact`, {
    description: "Updates the compact copy of the history.",
    expression,
    input: callInput(database, workgroup),
  });
  const [succeeded, failed] = recordCompactEnds(name, workgroup, parent);
  alarms.add(compactFailed(failed));
  alarms.add(compactFailures(failures));
  const hours = expression.apply((one) => overdueHours(one));
  alarms.addOverdue(compactOverdue(succeeded, hours));
  return { bucket, workgroup, schedule, failures };
}

const resultsFolder = "compact";
/** A placeholder that Scheduler replaces with the scheduled time, so that the same text works every day. */
const scheduledTime = "<aws.scheduler.scheduled-time>";
/** Athena accepts tokens of 32 to 128 characters. */
const tokenPrefixLength = 128 - "-compact-copy-of-2026-11-22T06:30:00Z".length;

/** The call's input. With the token, a call that Scheduler repeats starts one query; only SDKs generate a token themselves. */
function callInput(database: aws.glue.CatalogDatabase, workgroup: aws.athena.Workgroup): pulumi.Output<string> {
  return pulumi.jsonStringify({
    QueryString: compactStatement(scheduledTime),
    QueryExecutionContext: { Database: database.name },
    WorkGroup: workgroup.name,
    ClientRequestToken: pulumi
      .output(workgroup.name)
      .apply((one) => `${one.slice(-tokenPrefixLength)}-compact-copy-of-${scheduledTime}`),
  });
}

function createWholeQuery(
  name: string,
  database: aws.glue.CatalogDatabase,
  workgroup: aws.athena.Workgroup,
  parent: pulumi.Resource,
): void {
  new aws.athena.NamedQuery(
    `${name}-compact-whole-history`,
    {
      name: "compact-whole-history",
      description: `Compares the compact copy with all days of the lake, not only the last ${compactWindowDays}. Run it if the copy was switched on late, and after a replay of older days.`,
      query: wholeCompactStatement(),
      database: database.name,
      workgroup: workgroup.id,
    },
    { parent },
  );
}

/** Records how each statement ended. A query that exceeds the byte limit is cancelled, not failed. */
function recordCompactEnds(name: string, workgroup: aws.athena.Workgroup, parent: pulumi.Resource) {
  const end = (suffix: "ok" | "bad", description: string, states: string[]) => ({
    suffix,
    description,
    pattern: {
      source: ["aws.athena"],
      "detail-type": ["Athena Query State Change"],
      detail: { currentState: states, workgroupName: [workgroup.name] },
    },
  });
  const ends = [
    end("ok", "Statements of the compact copy that succeeded.", ["SUCCEEDED"]),
    // The API spells it with two Ls, CloudWatch's metrics with one. The spelling in events is not documented.
    end("bad", "Statements of the compact copy that failed or were cancelled.", ["FAILED", "CANCELLED", "CANCELED"]),
  ];
  const queueName = `${name}-copy-events`;
  const queue = failureQueue(queueName, parent);
  return recordEnds(`${name}-copy`, { queueName, queue }, ends, parent) as [
    aws.cloudwatch.EventRule,
    aws.cloudwatch.EventRule,
  ];
}
