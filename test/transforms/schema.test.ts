import { suite } from "uvu";
import * as assert from "uvu/assert";
import { partitionColumn, tableNames, tables } from "../../transforms/schema";

const test = suite("transforms/schema");

test("names every table once", () => {
  assert.equal([...tableNames], Object.keys(tables));
});

test("has columns that Athena and the crawler take as they are", () => {
  for (const [table, columns] of Object.entries(tables)) {
    assert.equal(new Set(columns).size, columns.length, table);
    for (const name of [table, ...columns]) assert.match(name, /^[a-z][a-z0-9_]*$/);
    assert.not(columns.includes(partitionColumn), table);
    assert.ok(columns.length >= 2, `${table}: Glue's CSV classifier wants two columns`);
  }
});

test.run();
