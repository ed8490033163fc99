// Parameters of named queries. The saved query names them in a comment, so that its text is enough to ask it.

/** A value that a query asks for, as text. */
export interface Parameter {
  /** One lower-case word. */
  name: string;
  /** A value of the sample playlists. */
  example: string;
  /** What it means. */
  note: string;
}

const heading = "-- Parameters, as text, in the order of the question marks: ";
const declaration = /^-- {3}([a-z]+) '([^']*)' -- (.+)$/;

/**
 * Reads a line such as `--   day '2026-11-03' -- the day`.
 * @param label names the file in errors
 * @throws Error if the line cannot be parsed
 */
export function parseParameter(line: string, label: string): Parameter {
  const [, name, example, note] = declaration.exec(line) ?? [];
  if (name === undefined || example === undefined || note === undefined) {
    throw new Error(`${label}: got the parameter line "${line}", expected e.g. "--   day '2026-11-03' -- the day"`);
  }
  return { name, example, note };
}

/**
 * The statement as it is saved: each `:name` of a parameter is a `?`, and a comment before the statement says which.
 * @param label names the file in errors
 * @throws Error if a parameter is not used
 */
export function withPlaceholders(sql: string, parameters: readonly Parameter[], label: string): string {
  if (parameters.length === 0) return sql;
  const names = parameters.map(({ name }) => name);
  const order: string[] = [];
  const quotedOrNamed = new RegExp(`'[^']*'|"[^"]*"|--[^\\n]*|(?<![:\\w]):(${names.join("|")})\\b`, "g");
  const statement = sql.replace(quotedOrNamed, (text, name: string | undefined) => {
    if (name === undefined) return text;
    order.push(name);
    return "?";
  });
  const unused = names.find((name) => !order.includes(name));
  if (unused !== undefined) throw new Error(`${label}: the parameter ${unused} is not used`);
  const lines = parameters.map(({ name, example, note }) => `--   ${name} '${example}' -- ${note}`);
  return [`${heading}${order.join(", ")}`, ...lines, statement].join("\n");
}

/** The parameters that a saved query's comment declares; none without such a comment. */
export function parametersOf(sql: string): Parameter[] {
  if (!sql.startsWith(heading)) return [];
  const lines = sql.split("\n").slice(1);
  const end = lines.findIndex((line) => !declaration.test(line));
  return lines.slice(0, end).map((line) => parseParameter(line, "a saved query"));
}

/**
 * The values for a saved query's question marks, in their order.
 * @param values by the parameter's name
 * @throws Error if a value is missing
 */
export function valuesInOrder(sql: string, values: Readonly<Record<string, string>>): string[] {
  if (!sql.startsWith(heading)) return [];
  const [line = ""] = sql.slice(heading.length).split("\n");
  return line.split(", ").map((name) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the query's parameter ${name} has no value`);
    return value;
  });
}

/** A value as one of Athena's execution parameters, which are SQL literals. */
export function executionParameter(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
