// The catalog's description of the lake, as plain values: tables, classifiers, the crawler's settings, views.
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Column, View } from "../../queries";
import { catalogPrefix, partitionColumn, type TableName, tableNames, tables } from "../../transforms/schema";
import type { CatalogMode } from "../arguments/rules";
import { csvDescriptor } from "./csvFormat";

type TableArgs = aws.glue.CatalogTableArgs;

/** On most days these files contain only a header, and a crawler makes no table of such a file. */
const mostlyEmpty: readonly TableName[] = ["episodes", "rejected_items"];

/** The tables that the stack declares; the transformer registers their days. */
export function declaredTables(catalog: CatalogMode): readonly TableName[] {
  return catalog === "declared" ? tableNames : mostlyEmpty;
}

/** The tables that a crawler makes. */
function inferredTables(): TableName[] {
  return tableNames.filter((table) => !mostlyEmpty.includes(table));
}

/** The table over a folder of the lake: every column is quoted text, and the header line is skipped. */
export function csvTable(table: TableName, databaseName: pulumi.Input<string>, lake: pulumi.Input<string>): TableArgs {
  const location = pulumi.interpolate`s3://${lake}/${table}/`;
  return {
    ...csvTableAt(location, tables[table]),
    databaseName,
    name: `${catalogPrefix}${table}`,
    partitionKeys: [{ name: partitionColumn, type: "string" }],
  };
}

/** How Athena reads the CSV files below a location. */
export function csvTableAt(location: pulumi.Input<string>, columns: readonly string[]) {
  return {
    tableType: "EXTERNAL_TABLE",
    // Without compressionType, typeOfData and delimiter a crawler registers no partitions of the table.
    parameters: {
      EXTERNAL: "TRUE",
      classification: "csv",
      compressionType: "none",
      delimiter: ",",
      "skip.header.line.count": "1",
      typeOfData: "file",
    },
    storageDescriptor: csvDescriptor(location, columns),
  };
}

/**
 * The classifier of both kinds of crawler. Its single datatype keeps the columns of inferred tables text, like those of
 * declared tables. This assumes that Glue assigns only datatypes of that list, which is not confirmed in AWS.
 */
export const csvClassifier: aws.glue.ClassifierArgs = {
  csvClassifier: {
    delimiter: ",",
    quoteSymbol: '"',
    containsHeader: "PRESENT",
    serde: "OpenCSVSerDe",
    customDatatypeConfigured: true,
    customDatatypes: ["STRING"],
    allowSingleColumn: false,
    disableValueTrimming: true,
  },
};

/** A crawler over existing tables: it adds partitions with their table's schema, and changes nothing else. */
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

/** A crawler that makes a table of each folder of the lake, except those whose tables are declared. */
export function tablesCrawler(lake: pulumi.Input<string>) {
  return {
    tablePrefix: catalogPrefix,
    s3Targets: inferredTables().map((table) => ({ path: pulumi.interpolate`s3://${lake}/${table}` })),
    schemaChangePolicy: { updateBehavior: "UPDATE_IN_DATABASE", deleteBehavior: "LOG" },
    configuration: JSON.stringify({
      Version: 1,
      CrawlerOutput: { Partitions: { AddOrUpdateBehavior: "InheritFromTable" } },
      // The bucket is level 1, its folders are level 2: each folder becomes one table, whatever it contains.
      Grouping: { TableGroupingPolicy: "CombineCompatibleSchemas", TableLevelConfiguration: 2 },
    }),
  };
}

/** Hive's names of Trino's types, without their parameters. */
const hiveTypes: { readonly [trino: string]: string } = {
  varchar: "string",
  bigint: "bigint",
  integer: "int",
  double: "double",
  boolean: "boolean",
  date: "date",
  timestamp: "timestamp",
};

/** A view in Athena's own format: statement and types are in a comment, encoded as Presto does. */
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

/** A column with Hive's name of its type. */
function hiveColumn({ name, type }: Column): { name: string; type: string } {
  const hiveType = hiveTypes[type.replace(/\(.*$/, "")];
  if (hiveType === undefined) throw new Error(`column ${name}: the type ${type} has no counterpart in Hive`);
  return { name, type: hiveType };
}

/** A table's name as part of a resource's name, with dashes. */
export function dashed(table: string): string {
  return table.replace(/_/g, "-");
}
