import type { Answer } from "../lake";
import { count } from "../lake/lists";
import { type Command, lakeOptions, showText, type Terminal, wrongUse } from "./command";
import { tellLine, withSql } from "./openLake";
import { askedValues } from "./queryValues";
import { describeNames, listNames, withHint } from "./sqlNames";
import { promptForSql } from "./sqlPrompt";
import { answerOptions, formatOf, formatOption, render } from "./table";

export const command: Command = {
  summary: "query the lake of the last run",
  usage: `playlake sql "SELECT ..." [--format table|csv|json] [OPTIONS]
playlake sql                     opens a prompt, on a terminal
playlake sql - < query.sql
playlake sql --named NAME [--param NAME=VALUE]`,
  about: `Queries the lake of the last run, through the tables and views of its catalog. Long tables go through $PAGER on a
terminal. docs/local-sql.md lists what differs between local SQL and Athena.`,
  options: {
    tables: "lists tables and views with their columns",
    queries: "lists the named queries",
    "named NAME": "runs one of the named queries",
    "param ...":
      "a value: NAME=VALUE for a parameter of the named query, or VALUE for each ? of your own query, in their order",
    ...formatOption,
    ...lakeOptions,
    ...answerOptions,
  },
  examples: [
    'playlake sql "SELECT name, first_artist_or_show FROM latest_items LIMIT 10"',
    "playlake sql --named came-and-went --format csv > changes.csv",
    'playlake sql --named find-songs --param words="golden hour"',
    "playlake sql --named playlist-log --param playlist=road --param since=monday",
  ],
  async run(call) {
    const { is, text, texts, positionals, terminal } = call;
    const format = formatOf(call);
    const { named } = text;
    const asked = [
      ...positionals.map(() => "a query"),
      ...["named", "tables", "queries"].filter((name) => name in text).map((name) => `--${name}`),
    ];
    const oneQuery = 'sql: give one query in quotes, such as "SELECT * FROM tracks"';
    if (positionals.length > 1) throw wrongUse(oneQuery);
    if (asked.length > 1) throw wrongUse(`sql: give ${asked[0]} or ${asked[1]}, not both`);
    const { param: params = [] } = texts;
    if (params.length > 0 && positionals.length === 0 && named === undefined) {
      throw wrongUse("sql: --param goes with a query or --named");
    }
    const listed = (["tables", "queries"] as const).find((which) => is[which]);
    if (listed !== undefined && format === "table") return showText(describeNames(listed, terminal.columns), terminal);
    if (listed !== undefined) return terminal.out(await render(listNames(listed), format));
    const isPrompt = asked.length === 0 && terminal.prompt !== undefined;
    if (asked.length === 0 && !isPrompt) throw wrongUse(oneQuery);
    const query = positionals.length > 0 ? await readQuery(positionals[0] ?? "", terminal) : undefined;
    await withSql(call, async (lake) => {
      const show = async (sql: string, given: readonly string[] = []) => {
        const begun = performance.now();
        const answer = await lake.query(sql, given).catch((error: Error) => {
          throw withHint(error);
        });
        const seconds = (performance.now() - begun) / 1000;
        if (format === "table") await showText(await tableOf(answer, terminal.columns), terminal);
        else terminal.out(await render(answer, format));
        if (terminal.page === undefined || is.quiet) return;
        terminal.err(`${count(answer.rows.length, "row")} in ${seconds.toFixed(2)} s\n`);
      };
      if (isPrompt) return promptForSql(lake, show, terminal);
      if (query !== undefined) return show(query, params);
      const saved = await lake.namedQuery(named ?? "");
      return show(saved, await askedValues(lake, named ?? "", saved, params, (remark) => tellLine(call, remark)));
    });
  },
};

async function readQuery(word: string, terminal: Terminal): Promise<string> {
  const query = word === "-" ? (await terminal.readInput()).toString() : word;
  if (query.trim() === "") throw wrongUse("sql: the query is empty");
  if (/^[a-z]+(-[a-z]+)+$/.test(query)) {
    throw wrongUse(`sql: "${query}" is not a query; a named query is asked with --named ${query}`);
  }
  return query;
}

/** An answer as a table; a query plan as it is, because a table would join its lines. */
async function tableOf(answer: Answer, columns: number | undefined): Promise<string> {
  const isPlan = answer.columns.map(({ name }) => name).join() === "explain_key,explain_value";
  return isPlan ? answer.rows.map(([, plan]) => `${plan}\n`).join("") : render(answer, "table", columns, "NULL");
}
