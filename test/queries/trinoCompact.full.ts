// The compact copy's statement in a real Trino with an Iceberg catalog; skipped with a line if there is no such Trino.
import { suite } from "uvu";
import { createViewStatement, views } from "../../queries";
import { checkCompactCopy } from "../support/queries/compactScenario";
import { lakeStatements } from "../support/queries/duckdb";
import { historyLake } from "../support/queries/lake";
import { trino, trinoUrl } from "../support/queries/trino";

const test = suite("queries/trinoCompact");

async function hasIceberg(): Promise<boolean> {
  try {
    const { rows } = await trino("show catalogs");
    return rows.some(([name]) => name === "iceberg");
  } catch {
    return false;
  }
}

test("the copy follows the lake", async () => {
  if (!(await hasIceberg())) return console.log(`skipped: no Trino with a catalog named iceberg at ${trinoUrl}`);
  const schema = `playlake_compact_${process.pid}`;
  const ask = (sql: string) => trino(sql, schema, "iceberg");
  await ask(`create schema iceberg.${schema}`);
  try {
    for (const sql of lakeStatements(historyLake(), "varchar")) await ask(sql);
    for (const view of views) await ask(createViewStatement(view));
    await checkCompactCopy({ run: ask, count: async (sql) => Number((await ask(sql)).rows[0]![0]) });
  } finally {
    await ask(`drop schema iceberg.${schema} cascade`);
  }
});

test.run();
