// The names available to SQL: the program's tables, views and named queries.
import type { Answer } from "../lake";
import { namedQueries, views } from "../queries";
import { catalogPrefix, partitionColumn, tableNames, tables } from "../transforms/schema";
import { wrapped } from "./progress";
import { answerOf } from "./table";

/** Each table or view with its columns. */
function namesForSql(): { name: string; columns: string[]; description: string }[] {
  return [
    ...views.map(({ name, columns, description }) => ({
      ...{ name, columns: columns.map((column) => column.name) },
      description: description.split(/(?<=\.) /)[0] ?? "",
    })),
    ...tableNames.map((name) => ({
      ...{ name: `${catalogPrefix}${name}`, columns: [...tables[name], partitionColumn] },
      description: `The files under ${name}, all columns as text.`,
    })),
  ];
}

/** The views and tables with their columns, or the named queries with their parameters, as an answer. */
export function listNames(which: "tables" | "queries"): Answer {
  const names = which === "tables" ? namesForSql() : namedQueries;
  const rows = names.map((one) => [
    one.name,
    one.description,
    "columns" in one ? one.columns.join(", ") : one.parameters.map(({ name }) => name).join(", "),
  ]);
  return answerOf(["name", "description", which === "tables" ? "columns" : "parameters"], rows);
}

/** The same as text: each name with its description below, wrapped to `width` characters. */
export function describeNames(which: "tables" | "queries", width = 80): string {
  const indented = (line: string) => `${wrapped(line, width, "  ").join("\n")}\n`;
  const label = which === "tables" ? "" : "Parameters: ";
  return listNames(which)
    .rows.map(([name, line, list]) => {
      return `${name}\n${indented(String(line))}${list === "" ? "" : indented(`${label}${list}`)}`;
    })
    .join("");
}

/** Adds to an error of a query what to do about a missing table or missing values. */
export function withHint(error: Error): Error {
  const hint = hintFor(error.message);
  return hint === undefined ? error : new Error(`${error.message.trimEnd()}\n${hint}`, { cause: error });
}

function hintFor(message: string): string | undefined {
  if (/^Incorrect number of parameters: /.test(message)) {
    return "give one --param VALUE for each ? of the query, in their order";
  }
  const [, table] = /\btable (?:with name |'?(?:[\w-]+\.)*)([\w-]+)'? does not exist/i.exec(message) ?? [];
  if (table === undefined) return undefined;
  const wanted = table.toLowerCase().replaceAll("_", "-");
  const isNamed = namedQueries.some(({ name }) => name === wanted);
  if (isNamed) return `${wanted} is a named query: ask it with --named ${wanted}, or .named ${wanted} at the prompt`;
  return "npx playlake sql --tables lists the tables and views; at the prompt, .tables does";
}

const keywords =
  `all and as asc avg between by case cast count cross date desc describe distinct else end except exists explain
 from full group having in inner intersect interval is join left like limit max min not null on or order outer over partition
 right row_number select show sum table tables then timestamp union using values when where window with`.split(/\s+/);

/**
 * Completes the last word before the cursor: after `tracks.` a column of that table, otherwise any table, column or SQL
 * keyword.
 * @returns the matches, and the part that they replace
 */
export function completeSql(line: string): [hits: string[], replaced: string] {
  const [, table, part = ""] = /(?:\b(\w+)\.)?(\w*)$/.exec(line) ?? [];
  const names = namesForSql();
  const known = names.find(({ name }) => name === table?.toLowerCase());
  const words = known?.columns ?? [...names.flatMap(({ name, columns }) => [name, ...columns]), ...keywords];
  const hits = [...new Set(words)].filter((word) => word.startsWith(part.toLowerCase())).sort();
  return [part === "" && known === undefined ? [] : hits, part];
}
