import { openAthena } from "../emulator/athena";
import { withStack } from "../lake/stack";
import { openStackLake } from "../lake/stack/athena";
import { type Command, lakeOptions, type OptionValues, stackName, type Terminal, text, wrongUse } from "./command";
import type { Lake } from "./lake";
import { askedState } from "./openLocal";
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
    const stack = stackName("sql", values, ["state"]);
    const named = text(values, "named");
    if (named !== undefined && positionals.length > 0) throw wrongUse("sql: give a query or --named, not both");
    if (named === undefined && positionals.length !== 1)
      throw wrongUse('sql: give one query, such as "SELECT * FROM tracks"');
    const asked = named === undefined ? await readQuery(positionals[0] ?? "", terminal) : undefined;
    const answer = async (lake: Lake) => {
      const query = asked ?? (await lake.namedQuery(named ?? ""));
      terminal.out(await render(await lake.query(query), format, terminal.columns));
    };
    if (stack !== undefined) {
      await withStack(stack, terminal, (opened) => answer(openStackLake(opened, terminal)));
      return;
    }
    const athena = await openAthena({ stateDir: askedState(values, terminal) });
    try {
      await answer(athena);
    } finally {
      athena.close();
    }
  },
};

async function readQuery(word: string, terminal: Terminal): Promise<string> {
  const query = word === "-" ? await terminal.readInput() : word;
  if (query.trim() === "") throw wrongUse("sql: the query is empty");
  return query;
}
