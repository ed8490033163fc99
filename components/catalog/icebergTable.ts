// The Iceberg table of the compact copy, and what Glue does to keep it small.

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Column } from "../../queries";
import { accountOf } from "../aws/arns";
import type { BucketRef } from "../aws/bucketRef";
import { optimizerStatements } from "../aws/catalogPolicies";
import { policyOf, trustPolicy } from "../aws/policies";

/** An Iceberg table in its own bucket. */
interface IcebergTableArgs {
  database: aws.glue.CatalogDatabase;
  bucket: BucketRef;
  /** The table's name in the catalog, and the folder of its files. */
  table: string;
  columns: readonly Column[];
  /** A date column. The files of each of its months are kept apart. */
  monthsOf: string;
}

/**
 * An empty Iceberg table, made by Glue without a query. After that its state is a file in S3: each write makes a new one and
 * points the catalog to it. An update by the stack would point back to an old file or break the table, so the stack never
 * updates it. A change of schema needs another table.
 */
export function createIcebergTable(
  name: string,
  args: IcebergTableArgs,
  parent: pulumi.Resource,
): aws.glue.CatalogTable {
  const { database, bucket, table, columns, monthsOf } = args;
  const icebergTableInput = {
    location: pulumi.interpolate`s3://${bucket.name}/${table}`,
    schema: { schemaId: 0, type: "struct", fields: columns.map(icebergField) },
    partitionSpec: {
      specId: 0,
      fields: [
        {
          // Iceberg's number of a specification's first field.
          fieldId: 1000,
          name: `${monthsOf}_month`,
          sourceId: columns.findIndex((column) => column.name === monthsOf) + 1,
          transform: "month",
        },
      ],
    },
  };
  return new aws.glue.CatalogTable(
    name,
    {
      databaseName: database.name,
      name: table,
      openTableFormatInput: { icebergInput: { metadataOperation: "CREATE", version: "2", icebergTableInput } },
    },
    {
      parent,
      ignoreChanges: [
        ...[
          "description",
          "openTableFormatInput",
          "owner",
          "parameters",
          "retention",
          "storageDescriptor",
          "tableType",
        ],
      ],
    },
  );
}

/** Iceberg's names of Trino's types, without their parameters. */
const icebergTypes: { readonly [trino: string]: string } = {
  varchar: "string",
  bigint: "long",
  integer: "int",
  double: "double",
  boolean: "boolean",
  date: "date",
  timestamp: "timestamp",
};

function icebergField({ name, type }: Column, index: number) {
  const icebergType = icebergTypes[type.replace(/\(.*$/, "")];
  if (icebergType === undefined) throw new Error(`column ${name}: the type ${type} has no counterpart in Iceberg`);
  // The provider takes a type as JSON, so that it can be a structure.
  return { id: index + 1, name, required: false, type: JSON.stringify(icebergType) };
}

/** Glue bills at least a minute per run. Nothing here is urgent. */
const weekInHours = 7 * 24;
/** Iceberg's default. */
const snapshotDays = 5;

/**
 * Glue's optimizers: they merge small files and rewrite files that hold deleted rows, remove old snapshots with their files,
 * and remove files that no snapshot names.
 */
export function createOptimizers(
  name: string,
  { database, bucket, table }: { database: aws.glue.CatalogDatabase; bucket: BucketRef; table: aws.glue.CatalogTable },
  parent: pulumi.Resource,
): void {
  // "compact" would make the role's name too long for a long stack name.
  const role = new aws.iam.Role(
    `${name}-optimizer`,
    { assumeRolePolicy: trustPolicy("glue.amazonaws.com") },
    { parent },
  );
  const statements = optimizerStatements({ database: database.arn, bucket: bucket.arn, table: table.name });
  const policyArgs = { role: role.name, policy: policyOf(statements) };
  const policy = new aws.iam.RolePolicy(`${name}-optimizer`, policyArgs, { parent });
  const create = (suffix: string, type: string, configuration: Omit<OptimizerConfiguration, "enabled" | "roleArn">) =>
    new aws.glue.CatalogTableOptimizer(
      `${name}-compact-${suffix}`,
      {
        catalogId: accountOf(database.arn),
        databaseName: database.name,
        tableName: table.name,
        type,
        configuration: { enabled: true, roleArn: role.arn, ...configuration },
      },
      // Glue checks the role when it stores the optimizer.
      { parent, dependsOn: policy },
    );
  create("compaction", "compaction", {
    // A day adds one or two files to its month.
    compactionConfiguration: {
      icebergConfiguration: { strategy: "binpack", minInputFiles: 10, deleteFileThreshold: 1 },
    },
  });
  create("retention", "retention", {
    retentionConfiguration: {
      icebergConfiguration: {
        snapshotRetentionPeriodInDays: snapshotDays,
        numberOfSnapshotsToRetain: 1,
        cleanExpiredFiles: true,
        runRateInHours: weekInHours,
      },
    },
  });
  create("orphans", "orphan_file_deletion", {
    orphanFileDeletionConfiguration: {
      icebergConfiguration: { orphanFileRetentionPeriodInDays: snapshotDays, runRateInHours: weekInHours },
    },
  });
}

type OptimizerConfiguration = aws.types.input.glue.CatalogTableOptimizerConfiguration;
