import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Catalog } from "../../../emulator/glue/catalog";
import { applyDeclared } from "../../../emulator/glue/declared";
import { resource } from "../../support/emulator/glue/glueResources";

const test = suite("emulator/glue/iceberg");

const fields = [
  { id: 1, name: "Name", required: false, type: '"string"' },
  { id: 2, name: "plays", required: false, type: '"long"' },
  { id: 3, name: "added_at", required: false, type: '"timestamp"' },
  { id: 4, name: "day", required: false, type: '"date"' },
];

function declare(input: object) {
  const catalog: Catalog = { databases: {}, namedQueries: [] };
  const icebergTableInput = { location: "s3://copy/items", schema: { fields }, ...input };
  applyDeclared(catalog, [
    resource("aws:glue/catalogDatabase:CatalogDatabase", "lake", { name: "lake" }),
    resource("aws:glue/catalogTable:CatalogTable", "items", {
      databaseName: "lake",
      name: "items",
      openTableFormatInput: { icebergInput: { metadataOperation: "CREATE", version: "2", icebergTableInput } },
    }),
  ]);
  return catalog.databases.lake?.items;
}

test("the catalog shows an Iceberg table's schema with Hive's types", () => {
  const spec = { fields: [{ name: "day_month", sourceId: 4, transform: "month" }] };
  assert.equal(declare({ partitionSpec: spec }), {
    name: "items",
    madeBy: "stack",
    tableType: "EXTERNAL_TABLE",
    parameters: { table_type: "ICEBERG" },
    columns: [
      { name: "name", type: "string" },
      { name: "plays", type: "bigint" },
      { name: "added_at", type: "timestamp" },
      { name: "day", type: "date" },
    ],
    partitionKeys: [],
    location: "s3://copy/items",
    partitions: {},
  });
});

const partitionedBy = (sourceId: number, transform: string) => ({
  partitionSpec: { fields: [{ name: "part", sourceId, transform }] },
});
const typed = (type: string) => ({ schema: { fields: [{ id: 1, name: "a", required: false, type }] } });

const refusals: readonly [what: string, input: object, message: string][] = [
  ["a type that is not JSON", typed("string"), "the Iceberg type string is not modelled by the local run"],
  ["Hive's name of a type", typed('"bigint"'), 'the Iceberg type "bigint" is not modelled by the local run'],
  [
    "an unknown transform",
    partitionedBy(4, "months"),
    "the partition transform months is not modelled by the local run",
  ],
];

for (const [what, input, message] of refusals) {
  test(`an Iceberg table with ${what} is refused`, () => {
    assert.throws(
      () => declare(input),
      (error: Error) => error.message === message,
    );
  });
}

test.run();
