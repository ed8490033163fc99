import { suite } from "uvu";
import * as assert from "uvu/assert";
import { select } from "../../emulator/athena/values";
import { namedQueries, views } from "../../queries";
import { duckdbWith, lakeStatements } from "../support/queries/duckdb";
import { exampleValues, withValues } from "../support/queries/exampleValues";
import { historyLake, historyValues, type Lake, oddLake } from "../support/queries/lake";
import { trino, trinoAnswers, trinoUrl } from "../support/queries/trino";

const test = suite("queries/trino");

const lakes: Record<string, () => Lake> = { odd: oddLake, history: historyLake };

for (const [label, makeLake] of Object.entries(lakes)) {
  test(`views and named queries over the ${label} lake`, async () => {
    if (!(await trinoAnswers())) {
      console.log(`skipped: no Trino at ${trinoUrl}`);
      return;
    }
    const schema = `playlake_${label}_${process.pid}`;
    await trino(`create schema memory.${schema}`);
    const { connection, close } = await duckdbWith(makeLake());
    try {
      for (const sql of lakeStatements(makeLake(), "varchar")) await trino(sql, schema);
      for (const { name, sql } of views) await trino(`create view ${name} as ${sql}`, schema);
      for (const { name, columns } of views) {
        const order = columns.map((_, i) => i + 1).join(", ");
        const sql = `select * from ${name} order by ${order}`;
        const local = await select(connection, sql);
        const remote = await trino(sql, schema);
        assert.equal(remote.columns, withoutNotes(columns), `${name}: columns in Trino`);
        assert.equal(local.columns, withoutNotes(columns), `${name}: columns in DuckDB`);
        assert.equal(comparable(local.rows), comparable(remote.rows), name);
      }
      for (const { name, sql } of namedQueries) {
        const local = await select(connection, sql, exampleValues(sql, historyValues));
        const remote = await trino(withValues(sql, historyValues), schema);
        assert.equal(local.columns, withoutLengths(remote.columns), `${name}: columns`);
        assert.equal(comparable(local.rows), comparable(remote.rows), name);
      }
    } finally {
      close();
      await trino(`drop schema memory.${schema} cascade`);
    }
  });
}

/** Trino's JSON has numbers where DuckDB's client has bigints; numbers over 2^53 lose the same digits on both sides. */
function comparable(rows: readonly (readonly unknown[])[]): unknown[][] {
  return rows.map((row) => row.map((value) => (typeof value === "bigint" ? Number(value) : value)));
}

/** Only Trino puts a literal's length into its type. */
function withoutNotes(columns: readonly { name: string; type: string }[]): { name: string; type: string }[] {
  return columns.map(({ name, type }) => ({ name, type }));
}

function withoutLengths(columns: { name: string; type: string }[]): { name: string; type: string }[] {
  return columns.map(({ name, type }) => ({ name, type: type.replace(/^varchar\(\d+\)$/, "varchar") }));
}

test.run();
