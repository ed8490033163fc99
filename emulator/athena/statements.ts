import type { DuckDBConnection } from "@duckdb/node-api";
import { loadDuckdb } from "./copy";

/**
 * Checks that a text is one statement that reads, by DuckDB's statement types: a SELECT in any form, or an EXPLAIN of one.
 * (SHOW, DESCRIBE and SUMMARIZE are SELECTs in DuckDB.)
 * @param values how many values it gets for its question marks
 * @throws Error that names the other type; Athena's for a wrong number of values
 */
export async function checkReads(connection: DuckDBConnection, sql: string, values: number): Promise<void> {
  const { type, parameterCount } = await describe(connection, sql);
  if (parameterCount !== values) {
    throw new Error(`Incorrect number of parameters: expected ${parameterCount} but found ${values}`);
  }
  if (type === "SELECT") return;
  const explained = type === "EXPLAIN" ? await explainedType(connection, sql) : type;
  if (explained === "SELECT") return;
  throw writes(type === "EXPLAIN" ? `EXPLAIN of ${explained}` : type);
}

function writes(got: string): Error {
  return new Error(`only statements that read are answered, such as SELECT; got ${got}`);
}

/**
 * The type of the statement that an EXPLAIN explains. Only white space and line comments are accepted between its keywords:
 * a block comment that is parsed differently from DuckDB could hide what follows.
 */
async function explainedType(connection: DuckDBConnection, sql: string): Promise<string> {
  const space = String.raw`(?:\s|--[^\n\r]*[\n\r])`;
  const words = new RegExp(`^${space}*explain\\b${space}*(?:analyze\\b${space}*|\\([^()]*\\)${space}*)?`, "i");
  const [prefix] = words.exec(sql) ?? [];
  const rest = prefix === undefined ? "/*" : sql.slice(prefix.length);
  return rest.startsWith("/*") ? "a statement behind a block comment" : (await describe(connection, rest)).type;
}

async function describe(connection: DuckDBConnection, sql: string) {
  const statements = await connection.extractStatements(sql).catch((error: Error) => {
    // DuckDB's client has no error message for a text without a statement.
    const isEmpty = error.message === "Error in native callback";
    throw new Error(isEmpty ? "expected one statement, got 0" : error.message.replace(/^Failed to [a-z ]+: /, ""));
  });
  if (statements.count !== 1) throw new Error(`expected one statement, got ${statements.count}`);
  const prepared = await statements.prepare(0).catch((error: Error) => {
    // DuckDB prepares no statement that writes a view, and explains why instead of giving its type.
    const [, word] = /^(?:\s|--.*)*(delete|insert|update|truncate|merge|copy)\b/i.exec(sql) ?? [];
    throw word === undefined ? error : writes(word.toUpperCase());
  });
  const { statementType, parameterCount } = prepared;
  prepared.destroySync();
  return { type: loadDuckdb().StatementType[statementType], parameterCount };
}
