import { suite } from "uvu";
import * as assert from "uvu/assert";
import { select } from "../../emulator/athena/values";
import { views } from "../../queries";
import { artistSharesSql, entryKindsSql, longestStaysSql } from "../../report/questions";
import { duckdbWith, lakeStatements } from "../support/queries/duckdb";
import { historyLake, type Lake, oddLake } from "../support/queries/lake";
import { trino, trinoAnswers, trinoUrl } from "../support/queries/trino";

const test = suite("report/questions");

const lakes: Record<string, () => Lake> = { odd: oddLake, history: historyLake };
const questions = { artistSharesSql, longestStaysSql, entryKindsSql };

for (const [label, makeLake] of Object.entries(lakes)) {
  test(`over the ${label} lake`, async () => {
    if (!(await trinoAnswers())) {
      console.log(`skipped: no Trino at ${trinoUrl}`);
      return;
    }
    const schema = `playlake_report_${label}_${process.pid}`;
    await trino(`create schema memory.${schema}`);
    const { connection, close } = await duckdbWith(makeLake());
    try {
      for (const sql of lakeStatements(makeLake(), "varchar")) await trino(sql, schema);
      for (const { name, sql } of views) await trino(`create view ${name} as ${sql}`, schema);
      for (const [name, sql] of Object.entries(questions)) {
        const local = await select(connection, sql);
        const remote = await trino(sql, schema);
        if (label === "history") assert.ok(local.rows.length > 0, name);
        assert.equal(local.columns, remote.columns, `${name}: columns`);
        const plain = local.rows.map((row) => row.map((value) => (typeof value === "bigint" ? Number(value) : value)));
        assert.equal(plain, remote.rows, name);
      }
    } finally {
      close();
      await trino(`drop schema memory.${schema} cascade`);
    }
  });
}

test.run();
