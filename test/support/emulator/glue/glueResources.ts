import type { Registered } from "../../../../emulator/resources";
import { registered } from "../resources";

/** A resource as a program registers it; its physical name is the logical one. */
export function resource(type: string, name: string, inputs: Record<string, unknown>, arn = ""): Registered {
  return registered(type, name, inputs, { name, ...inputs, arn });
}

export const glueArn = (resource: string) => `arn:aws:glue:us-east-1:123456789012:${resource}`;
export const roleArn = "arn:aws:iam::123456789012:role/crawl";

/** All actions that either kind of crawler needs. */
export const crawlActions = [
  ...["glue:GetDatabase", "glue:GetTable", "glue:CreateTable", "glue:UpdateTable"],
  ...["glue:BatchGetPartition", "glue:BatchCreatePartition"],
  ...["s3:ListBucket", "s3:GetObject", "logs:CreateLogStream", "logs:PutLogEvents"],
];

/** A database `lake`, a crawler `crawl` of it, and its role, which allows `actions`. */
export function crawlerResources(crawler: Record<string, unknown>, actions: readonly string[] = crawlActions) {
  const trust = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "glue.amazonaws.com" } }],
  };
  const policy = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] };
  return [
    resource("aws:glue/catalogDatabase:CatalogDatabase", "lake", { name: "lake" }, glueArn("database/lake")),
    resource("aws:iam/role:Role", "crawl", { assumeRolePolicy: JSON.stringify(trust) }, roleArn),
    resource("aws:iam/rolePolicy:RolePolicy", "crawl", { role: "crawl", policy: JSON.stringify(policy) }),
    csvClassifier("csv"),
    resource(
      "aws:glue/crawler:Crawler",
      "crawl",
      { name: "crawl", role: "crawl", databaseName: "lake", classifiers: ["csv"], ...crawler },
      glueArn("crawler/crawl"),
    ),
  ];
}

/** A declared table over `s3://bucket/NAME/`, partitioned by day. */
export function declaredTable(name: string, columns: readonly string[], parameters: Record<string, string> = {}) {
  return resource("aws:glue/catalogTable:CatalogTable", name, {
    name,
    databaseName: "lake",
    tableType: "EXTERNAL_TABLE",
    parameters: { "skip.header.line.count": "1", ...parameters },
    partitionKeys: [{ name: "day", type: "string" }],
    storageDescriptor: {
      location: `s3://bucket/${name}/`,
      columns: columns.map((column) => ({ name: column, type: "string" })),
      serDeInfo: {
        serializationLibrary: "org.apache.hadoop.hive.serde2.OpenCSVSerde",
        parameters: { separatorChar: ",", quoteChar: '"', escapeChar: "\\" },
      },
    },
  });
}

/** A view as stored in the catalog. */
export function declaredView(name: string, originalSql: string, columns: { name: string; type: string }[]) {
  const json = JSON.stringify({ originalSql, catalog: "awsdatacatalog", schema: "lake", columns });
  return resource("aws:glue/catalogTable:CatalogTable", name, {
    name,
    databaseName: "lake",
    tableType: "VIRTUAL_VIEW",
    parameters: { presto_view: "true" },
    viewOriginalText: `/* Presto View: ${Buffer.from(json).toString("base64")} */`,
    storageDescriptor: { columns: [], serDeInfo: { name: "-", serializationLibrary: "-" } },
  });
}

/** A custom CSV classifier as the components declare it. */
export function csvClassifier(name: string, changes: Record<string, unknown> = {}) {
  const settings = {
    ...{ containsHeader: "PRESENT", delimiter: ",", quoteSymbol: '"', serde: "OpenCSVSerDe" },
    ...{ customDatatypeConfigured: true, customDatatypes: ["STRING"] },
    ...{ allowSingleColumn: false, disableValueTrimming: true },
  };
  return resource("aws:glue/classifier:Classifier", name, { name, csvClassifier: { ...settings, ...changes } });
}

const configuration = (grouping: object) =>
  JSON.stringify({
    Version: 1,
    CrawlerOutput: { Partitions: { AddOrUpdateBehavior: "InheritFromTable" } },
    Grouping: { TableGroupingPolicy: "CombineCompatibleSchemas", ...grouping },
  });

/** The settings of a crawler that makes tables. */
export const s3Target = (path: string, tableLevel = 2) => ({
  s3Targets: [{ path }],
  schemaChangePolicy: { updateBehavior: "UPDATE_IN_DATABASE", deleteBehavior: "LOG" },
  configuration: configuration({ TableLevelConfiguration: tableLevel }),
});

/** The settings of a crawler of the declared table `songs`. */
export const catalogTarget = {
  catalogTargets: [{ databaseName: "lake", tables: ["songs"] }],
  schemaChangePolicy: { updateBehavior: "LOG", deleteBehavior: "LOG" },
  configuration: configuration({}),
};
