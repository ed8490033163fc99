import { suite } from "uvu";
import * as assert from "uvu/assert";
import { views } from "../../queries";
import { compactColumns, compactReads } from "../../queries/compact";
import { checkCompactCopy } from "../support/queries/compactScenario";
import { duckdbWith } from "../support/queries/duckdb";
import { historyLake } from "../support/queries/lake";

const test = suite("queries/compact");

test("the copy follows the lake in DuckDB", async () => {
  const { connection, close } = await duckdbWith(historyLake());
  try {
    await checkCompactCopy({
      run: (sql) => connection.run(sql),
      count: async (sql) => Number((await connection.runAndReadAll(sql)).getRows()[0]![0]),
    });
  } finally {
    close();
  }
});

test("its columns have the views' types, with timestamps as in Iceberg", () => {
  const columnOf = new Map(
    views.flatMap(({ name, columns }) => columns.map((one) => [`${name}.${one.name}`, one.type])),
  );
  const from = (name: string) =>
    ["playlist_items", "items", "playlists"].map((view) => columnOf.get(`${view}.${name}`)).find((type) => type);
  const expected = compactColumns.map(({ name }) => from(name === "playlist" ? "name" : name));
  assert.equal(
    compactColumns.map(({ type }) => type),
    expected.map((type) => (type === "timestamp(3)" ? "timestamp(6)" : type)),
  );
  assert.equal(
    compactReads.filter((name) => !views.some((view) => view.name === name)),
    [],
  );
});

test.run();
