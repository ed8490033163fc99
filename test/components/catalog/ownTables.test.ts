import { suite } from "uvu";
import * as assert from "uvu/assert";
import { errorOf, resource, runTestProgram } from "../../support/components/testPrograms";

const test = suite("components/catalog/ownTables");

test("your own table is in the lake's database, with text columns", async () => {
  const program = await runTestProgram("ownTables");
  assert.equal(resource(program, "CatalogTable", "own-table-charts-2026").inputs, {
    databaseName: "own_local",
    name: "charts_2026",
    tableType: "EXTERNAL_TABLE",
    parameters: {
      EXTERNAL: "TRUE",
      classification: "csv",
      compressionType: "none",
      delimiter: ",",
      "skip.header.line.count": "1",
      typeOfData: "file",
    },
    storageDescriptor: {
      location: "s3://charts/top/",
      inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
      outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
      columns: ["day", "track_id", "rank"].map((name) => ({ name, type: "string" })),
      serDeInfo: {
        serializationLibrary: "org.apache.hadoop.hive.serde2.OpenCSVSerde",
        parameters: { separatorChar: ",", quoteChar: '"', escapeChar: "\\" },
      },
    },
  });
});

test("one error names everything that Athena would not accept", async () => {
  const error = await errorOf(runTestProgram("badArguments", { "test:case": "ownTables" }));
  assert.is(
    error,
    [
      'AthenaCatalog "p": 6 problems',
      '  tables.Top-40: got "Top-40": it must be lower-case letters, digits and underscores, a letter first; expected e.g. "charts"',
      '  tables.tracks: got "tracks": the lake has a table or view of this name; expected e.g. "charts"',
      '  tables.csv_tracks: got "csv_tracks": the lake has a table or view of this name; expected e.g. "charts"',
      '  tables.none.columns: got []: the list is empty; expected e.g. ["day", "track_id"]',
      '  tables.twice.columns: got ["name","name","First Name"]: not names of columns (lower-case letters, digits, underscores): "First Name"; expected e.g. ["day", "track_id"]',
      '  tables.twice.location: got "s3://charts/top": it must be a folder in S3, ending in a slash; expected e.g. "s3://charts/top/"',
    ].join("\n"),
  );
});

test.run();
