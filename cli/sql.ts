import { type Command, lakeOptions, type OptionValues, type Terminal, text, wrongUse } from "./command";
import { withSql } from "./openLake";
import { type Format, formats, render } from "./table";

const help = `Usage: playlake sql "SELECT ..." [--format table|csv|json] [--state DIR | --stack NAME]
       playlake sql - < query.sql
       playlake sql --named NAME

Asks the lake of the last run, through the tables and views of its catalog.

  --format FORMAT   table (default), csv (RFC 4180 with a header) or json
  --named NAME      runs one of the named queries that the stack deploys
  --state DIR       asks the lake in this state folder
  --stack NAME      asks the lake of the deployed stack NAME, by Athena in its workgroup
  --quiet           no message beside the answer
  --json            the same as --format json
`;

function formatOf(values: OptionValues): Format {
  if (values.json === true) return "json";
  const given = text(values, "format") ?? "table";
  const format = formats.find((name) => name === given);
  if (format === undefined) throw wrongUse(`--format: got "${given}", expected one of ${formats.join(", ")}`);
  return format;
}

/** `playlake sql`: one question to the lake. */
export const sql: Command = {
  summary: "ask the lake of the last run",
  help,
  options: {
    format: { type: "string" },
    named: { type: "string" },
    ...lakeOptions,
  },
  async run(values, positionals, terminal) {
    const format = formatOf(values);
    const named = text(values, "named");
    if (named !== undefined && positionals.length > 0) throw wrongUse("sql: give a query or --named, not both");
    if (named === undefined && positionals.length !== 1)
      throw wrongUse('sql: give one query, such as "SELECT * FROM tracks"');
    const asked = named === undefined ? await readQuery(positionals[0] ?? "", terminal) : undefined;
    await withSql({ command: "sql", values, terminal }, async (lake) => {
      const query = asked ?? (await lake.namedQuery(named ?? ""));
      terminal.out(await render(await lake.query(query), format, terminal.columns));
    });
  },
};

async function readQuery(word: string, terminal: Terminal): Promise<string> {
  const query = word === "-" ? await terminal.readInput() : word;
  if (query.trim() === "") throw wrongUse("sql: the query is empty");
  return query;
}
