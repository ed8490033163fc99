// What the catalog is told of the lake, as plain values: tables, classifiers, the crawler's settings, views.
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Column, View } from "../../queries";
import { catalogPrefix, partitionColumn, type TableName, tables } from "../../transforms/schema";

type TableArgs = aws.glue.CatalogTableArgs;

/** The serializer's library in a table; a classifier spells it differently. */
const openCsvSerde = "org.apache.hadoop.hive.serde2.OpenCSVSerde";

/** The table over a folder of the lake: every column text, quoted, the header line passed over. */
export function csvTable(table: TableName, databaseName: pulumi.Input<string>, lake: pulumi.Input<string>): TableArgs {
  const location = pulumi.interpolate`s3://${lake}/${table}/`;
  return {
    ...csvTableAt(location, tables[table]),
    databaseName,
    name: `${catalogPrefix}${table}`,
    partitionKeys: [{ name: partitionColumn, type: "string" }],
  };
}

/** What tells Athena how to read the CSV files below a location. */
export function csvTableAt(location: pulumi.Input<string>, columns: readonly string[]) {
  return {
    tableType: "EXTERNAL_TABLE",
    parameters: { EXTERNAL: "TRUE", classification: "csv", "skip.header.line.count": "1" },
    storageDescriptor: {
      location,
      inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
      outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
      columns: columns.map((name) => ({ name, type: "string" })),
      serDeInfo: {
        serializationLibrary: openCsvSerde,
        parameters: { separatorChar: ",", quoteChar: '"', escapeChar: "\\" },
      },
    },
  };
}

/** The same table with its partitions reckoned by Athena: each day from `firstSnapshotDate` on. */
export function projectedTable(
  table: TableName,
  databaseName: pulumi.Input<string>,
  lake: pulumi.Input<string>,
  firstSnapshotDate: pulumi.Input<string>,
): TableArgs {
  const args = csvTable(table, databaseName, lake);
  const projection = `projection.${partitionColumn}`;
  return {
    ...args,
    parameters: {
      ...(args.parameters as Record<string, string>),
      "projection.enabled": "true",
      [`${projection}.type`]: "date",
      [`${projection}.format`]: "yyyy-MM-dd",
      // NOW is in UTC, where the day may begin later than in the stack's time zone.
      [`${projection}.range`]: pulumi.interpolate`${firstSnapshotDate},NOW+1DAYS`,
      [`${projection}.interval`]: "1",
      [`${projection}.interval.unit`]: "DAYS",
      "storage.location.template": pulumi.interpolate`s3://${lake}/${table}/${partitionColumn}=\${${partitionColumn}}/`,
    },
  };
}

/**
 * The classifier that holds an inferred table to the declared one: its header is the table's, every column text. That a
 * classifier with a header list passes over files with another header is not confirmed in AWS.
 */
export function csvClassifier(table: TableName): aws.glue.ClassifierArgs {
  const header = [...tables[table]];
  return {
    csvClassifier: {
      delimiter: ",",
      quoteSymbol: '"',
      containsHeader: "PRESENT",
      headers: header,
      serde: "OpenCSVSerDe",
      customDatatypeConfigured: true,
      customDatatypes: header.map(() => "STRING"),
      allowSingleColumn: false,
      disableValueTrimming: true,
    },
  };
}

/** A crawler over tables that are there: it adds partitions in their tables' shape, and changes nothing else. */
export function partitionsCrawler(tableNames: pulumi.Input<string>[], databaseName: pulumi.Input<string>) {
  return {
    catalogTargets: [{ databaseName, tables: tableNames }],
    schemaChangePolicy: { updateBehavior: "LOG", deleteBehavior: "LOG" },
    configuration: JSON.stringify({
      Version: 1,
      CrawlerOutput: { Partitions: { AddOrUpdateBehavior: "InheritFromTable" } },
      Grouping: { TableGroupingPolicy: "CombineCompatibleSchemas" },
    }),
  };
}

/** A crawler that makes a table of each of the bucket's folders. */
export function tablesCrawler(classifiers: pulumi.Input<string>[], lake: pulumi.Input<string>) {
  return {
    classifiers,
    tablePrefix: catalogPrefix,
    s3Targets: [{ path: pulumi.interpolate`s3://${lake}` }],
    schemaChangePolicy: { updateBehavior: "UPDATE_IN_DATABASE", deleteBehavior: "LOG" },
    configuration: JSON.stringify({
      Version: 1,
      CrawlerOutput: { Partitions: { AddOrUpdateBehavior: "InheritFromTable" } },
      // The bucket is level 1, its folders 2: one table each, whatever lies below.
      Grouping: { TableGroupingPolicy: "CombineCompatibleSchemas", TableLevelConfiguration: 2 },
    }),
  };
}

/** Trino's names of types, without their parameter, as Hive calls them. */
const hiveTypes: { readonly [trino: string]: string } = {
  varchar: "string",
  bigint: "bigint",
  integer: "int",
  double: "double",
  boolean: "boolean",
  date: "date",
  timestamp: "timestamp",
};

/** A view, as Athena itself keeps one: the statement and its types in a comment that looks like Presto's. */
export function viewTable(view: View, databaseName: pulumi.Input<string>): TableArgs {
  const { name, description, sql } = view;
  const columns = view.columns.map(({ name, type }) => ({ name, type }));
  const viewOriginalText = pulumi.output(databaseName).apply((schema) => {
    const json = JSON.stringify({ originalSql: sql, catalog: "awsdatacatalog", schema, columns });
    return `/* Presto View: ${Buffer.from(json).toString("base64")} */`;
  });
  return {
    databaseName,
    name,
    description,
    tableType: "VIRTUAL_VIEW",
    parameters: { presto_view: "true", comment: "Presto View" },
    viewOriginalText,
    viewExpandedText: "/* Presto View */",
    storageDescriptor: {
      columns: columns.map(hiveColumn),
      // Athena refuses a view whose descriptor names no serializer.
      serDeInfo: { name: "-", serializationLibrary: "-" },
    },
  };
}

/** What is said of the statement that makes a view: the stack has made the view already. */
export function createViewDescription({ name, reads }: View): string {
  return `Makes the view ${name} anew, as the stack has made it. It reads ${reads.join(", ")}: they have to be there first.`;
}

/** A column with its type by Hive's name. */
export function hiveColumn({ name, type }: Column): { name: string; type: string } {
  const hiveType = hiveTypes[type.replace(/\(.*$/, "")];
  if (hiveType === undefined) throw new Error(`column ${name}: the type ${type} has no counterpart in Hive`);
  return { name, type: hiveType };
}

/** A table's name as part of a resource's: those have dashes. */
export function dashed(table: string): string {
  return table.replace(/_/g, "-");
}
