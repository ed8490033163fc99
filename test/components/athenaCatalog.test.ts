import * as assert from "uvu/assert";
import { views } from "../../queries";
import { tables } from "../../transforms/schema";
import { settingsSuite } from "../support/components/settingsSuite";
import { resource, stackWith } from "../support/components/testPrograms";

const { test, inputsOf } = settingsSuite("components/athenaCatalog");

test("a view is a Presto view in a comment, with Hive's types as columns", () => {
  const view = views.find(({ name }) => name === "playlist_items")!;
  const { viewOriginalText, storageDescriptor, ...table } = inputsOf("CatalogTable", "view-playlist-items");
  assert.equal(table, {
    databaseName: "playlake_local",
    name: "playlist_items",
    description: view.description,
    tableType: "VIRTUAL_VIEW",
    parameters: { presto_view: "true", comment: "Presto View" },
    viewExpandedText: "/* Presto View */",
  });
  const [, encoded = ""] = /^\/\* Presto View: ([A-Za-z0-9+/=]+) \*\/$/.exec(viewOriginalText as string) ?? [];
  assert.equal(JSON.parse(Buffer.from(encoded, "base64").toString()), {
    originalSql: view.sql,
    catalog: "awsdatacatalog",
    schema: "playlake_local",
    columns: view.columns.map(({ name, type }) => ({ name, type })),
  });
  const hive: Record<string, string> = { varchar: "string", "timestamp(3)": "timestamp" };
  assert.equal(storageDescriptor, {
    columns: view.columns.map(({ name, type }) => ({ name, type: hive[type] ?? type })),
    serDeInfo: { name: "-", serializationLibrary: "-" },
  });
});

test("the choice of catalog decides on tables and crawler", async () => {
  const declared = {
    databaseName: "playlake_local",
    name: "csv_track_artists",
    tableType: "EXTERNAL_TABLE",
    parameters: {
      EXTERNAL: "TRUE",
      classification: "csv",
      compressionType: "none",
      delimiter: ",",
      "skip.header.line.count": "1",
      typeOfData: "file",
    },
    partitionKeys: [{ name: "snapshot_date", type: "string" }],
    storageDescriptor: {
      location: "s3://playlake-lake/track_artists/",
      inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
      outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
      columns: ["track_key", "artist_position", "artist_key"].map((name) => ({ name, type: "string" })),
      serDeInfo: {
        serializationLibrary: "org.apache.hadoop.hive.serde2.OpenCSVSerde",
        parameters: { separatorChar: ",", quoteChar: '"', escapeChar: "\\" },
      },
    },
  };
  assert.equal(inputsOf("CatalogTable", "csv-track-artists"), declared);
  const crawler = {
    databaseName: "playlake_local",
    role: "arn:aws:iam::123456789012:role/playlake-crawler",
    classifiers: ["playlake-csv"],
  };
  const inherit = { Partitions: { AddOrUpdateBehavior: "InheritFromTable" } };
  assert.equal(configured(inputsOf("Crawler", "crawler")), {
    ...crawler,
    description: "Adds days that the transformer did not register, and reports files that do not fit their table.",
    catalogTargets: [{ databaseName: "playlake_local", tables: Object.keys(tables).map((table) => `csv_${table}`) }],
    schemaChangePolicy: { updateBehavior: "LOG", deleteBehavior: "LOG" },
    configuration: {
      Version: 1,
      CrawlerOutput: inherit,
      Grouping: { TableGroupingPolicy: "CombineCompatibleSchemas" },
    },
  });

  const inferred = await stackWith("inferred");
  assert.equal(
    inferred.resources.filter(({ type }) => type.endsWith(":Classifier")).map(({ name }) => name),
    ["playlake-csv"],
  );
  assert.equal(resource(inferred, "Classifier", "playlake-csv").inputs, inputsOf("Classifier", "csv"));
  assert.equal(inputsOf("Classifier", "csv"), {
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
  });
  assert.equal(configured(resource(inferred, "Crawler", "playlake-inferring-crawler").inputs), {
    ...crawler,
    description: "Makes a table of each folder of the lake.",
    tablePrefix: "csv_",
    s3Targets: Object.keys(tables)
      .filter((table) => !["episodes", "rejected_items"].includes(table))
      .map((table) => ({ path: `s3://playlake-lake/${table}` })),
    schemaChangePolicy: { updateBehavior: "UPDATE_IN_DATABASE", deleteBehavior: "LOG" },
    configuration: {
      Version: 1,
      CrawlerOutput: inherit,
      Grouping: { TableGroupingPolicy: "CombineCompatibleSchemas", TableLevelConfiguration: 2 },
    },
  });
});

function configured({ configuration, ...inputs }: Record<string, unknown>): Record<string, unknown> {
  return { ...inputs, configuration: JSON.parse(configuration as string) };
}

test("the workgroup enforces its settings", () => {
  assert.equal(inputsOf("Workgroup", "queries"), {
    description: "Queries of the history of Spotify playlists.",
    forceDestroy: true,
    configuration: {
      enforceWorkgroupConfiguration: true,
      publishCloudwatchMetricsEnabled: true,
      bytesScannedCutoffPerQuery: 10_737_418_240,
      engineVersion: { selectedEngineVersion: "Athena engine version 3" },
      resultConfiguration: {
        outputLocation: "s3://playlake-results/",
        encryptionConfiguration: { encryptionOption: "SSE_S3" },
      },
    },
  });
});

test.run();
