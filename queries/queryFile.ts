import { type Parameter, parseParameter, withPlaceholders } from "./parameters";

/** A view's column. */
export interface Column {
  name: string;
  /** Trino's name of the type: `varchar`, `bigint`, `boolean`, `date` or `timestamp(3)`. */
  type: string;
  /** A remark on its values; absent if the name is enough. */
  note?: string;
}

/** A SELECT that is deployed as a view in the catalog. */
export interface View {
  /** The view's name: a plain table name of the schema, or the name of a file in `views/`. */
  name: string;
  /** What it answers and what it scans, in one line. */
  description: string;
  /** The tables or views it reads. */
  reads: string[];
  /** One SELECT, without a head comment; names in it are unqualified and resolve in the view's own database. */
  sql: string;
  /** The columns of its result, in order. */
  columns: Column[];
}

/** The content of a query file: its parsed head comment and the statement below it. */
interface QueryFile {
  /** The head comment's text before `Reads:`, joined to one line. */
  description: string;
  /** The tables or views the statement reads. */
  reads: string[];
  /** The columns listed under `Columns:`; empty without such a list. */
  columns: Column[];
  /** The values under `Parameters:`; empty without such a list. */
  parameters: Parameter[];
  /**
   * The statement, without the head comment, outer white space and final semicolon. With parameters, as
   * `withPlaceholders` gives it.
   */
  sql: string;
}

/**
 * Reads the text of a `.sql` file: a head comment (a description, `Reads: a, b`, and for a view `Columns:` with one
 * `name type` per line, a remark after ` -- `; for a named query `Parameters:` with one `name 'example' -- meaning` per line),
 * then one statement, in which `:name` is a parameter.
 *
 * @param label names the file in errors
 * @throws Error if part of the head comment is missing, a line of a list cannot be parsed or a parameter is not used
 */
export function parseQueryFile(text: string, label: string): QueryFile {
  const lines = text.split("\n");
  const bodyStart = lines.findIndex((line) => !line.startsWith("--"));
  const head = lines.slice(0, bodyStart).map((line) => line.slice(2).trimEnd());
  const readsAt = head.findIndex((line) => line.startsWith(" Reads: "));
  const listed = (heading: string) => {
    const at = head.indexOf(` ${heading}:`);
    return at === -1 ? [] : head.slice(at + 1);
  };
  const parameters = listed("Parameters").map((line) => parseParameter(`--${line}`, label));
  const sql = lines.slice(bodyStart).join("\n").trim().replace(/;$/, "");
  const description = head.slice(0, Math.max(readsAt, 0)).join(" ").replace(/\s+/g, " ").trim();
  if (description === "" || sql === "") {
    throw new Error(`${label}: expected a head comment with a description and "-- Reads: ...", then a statement`);
  }
  return {
    description,
    reads: (head[readsAt] ?? "").slice(" Reads: ".length).split(", "),
    columns: listed("Columns").map((line) => parseColumn(line, label)),
    parameters,
    sql: withPlaceholders(sql, parameters, label),
  };
}

function parseColumn(line: string, label: string): Column {
  const [, name, type, note] = /^ {3}([a-z][a-z0-9_]*) ([a-z]+(?:\(\d+\))?)(?: -- (.+))?$/.exec(line) ?? [];
  if (name === undefined || type === undefined) {
    throw new Error(`${label}: got the column line "--${line}", expected e.g. "--   position bigint -- from 0"`);
  }
  return note === undefined ? { name, type } : { name, type, note };
}
