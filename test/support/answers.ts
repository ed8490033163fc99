import { type Athena, openAthena } from "../../emulator/athena";
import { tableNames } from "../../transforms/schema";
import { exampleValues } from "./queries/exampleValues";

/** Answers as comparable text, by what was asked. */
export type Answers = Record<string, string>;

/** Every row of a state's nine tables and their views. */
export function tablesOf(stateDir: string): Promise<Answers> {
  return withAthena(stateDir, askTables);
}

/** The same, and the answer of every named query, without the stack's name prefix. */
export function answersOf(stateDir: string): Promise<Answers> {
  return withAthena(stateDir, async (athena) => {
    const answers = await askTables(athena);
    for (const { name, sql } of athena.namedQueries) answers[name] = text(await athena.query(sql, exampleValues(sql)));
    return answers;
  });
}

async function withAthena<T>(stateDir: string, work: (athena: Athena) => Promise<T>): Promise<T> {
  const athena = await openAthena({ stateDir });
  try {
    return await work(athena);
  } finally {
    athena.close();
  }
}

async function askTables(athena: Athena): Promise<Answers> {
  const answers: Answers = {};
  for (const table of tableNames) {
    answers[table] = text(await athena.query(`select * from ${table} order by all`));
    // The crawler's columns are in the files' order, like the declared ones.
    answers[`csv_${table}`] = text(await athena.query(`select * from csv_${table} order by all`));
  }
  return answers;
}

function text(answer: object): string {
  return JSON.stringify(answer, (_name, value) => (typeof value === "bigint" ? `${value}n` : value), 1);
}
