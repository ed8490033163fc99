import { openAthena } from "../../emulator/athena";
import { tableNames } from "../../transforms/schema";
import { exampleValues } from "./queries/exampleValues";

/**
 * A state's lake as comparable text: every row of the nine tables and their views, and the answer of every named query,
 * without the stack's name prefix.
 */
export async function answersOf(stateDir: string): Promise<Record<string, string>> {
  const athena = await openAthena({ stateDir });
  const answers: Record<string, string> = {};
  try {
    for (const table of tableNames) {
      answers[table] = text(await athena.query(`select * from ${table} order by all`));
      // The crawler's columns are in the files' order, like the declared ones.
      answers[`csv_${table}`] = text(await athena.query(`select * from csv_${table} order by all`));
    }
    for (const { name, sql } of athena.namedQueries) answers[name] = text(await athena.query(sql, exampleValues(sql)));
  } finally {
    athena.close();
  }
  return answers;
}

function text(answer: object): string {
  return JSON.stringify(answer, (_name, value) => (typeof value === "bigint" ? `${value}n` : value), 1);
}
