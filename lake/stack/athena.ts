import type { GetQueryResultsCommandOutput, QueryExecution } from "@aws-sdk/client-athena";
import type { Terminal } from "../../cli/command";
import type { Lake } from "../../cli/lake";
import type { Answer } from "../../cli/table";
import { pickNamedQuery } from "../../emulator/athena/namedQuery";
import { namedQueries } from "../../queries";
import { columnsOf, isHeader, valuesOf } from "./athenaValues";
import type { Stack } from "./index";
import { waitFor } from "./waiting";

/** Athena ends a query after half an hour by itself. */
const longestQueryMs = 35 * 60_000;
/** The most that Athena gives at once. */
const rowsAPage = 1000;
const queriesABatch = 50;

/** A stack's lake, asked through Athena in the stack's workgroup. */
export function openStackLake({ clients, outputs }: Stack, terminal: Pick<Terminal, "onStop">): Lake {
  const { sdk, client } = clients.athena();
  const { workgroup: WorkGroup, database: Database } = outputs;

  async function ended(QueryExecutionId: string): Promise<QueryExecution> {
    const execution = await waitFor(async () => {
      const { QueryExecution } = await client.send(new sdk.GetQueryExecutionCommand({ QueryExecutionId }));
      return ["QUEUED", "RUNNING"].includes(QueryExecution?.Status?.State ?? "") ? undefined : QueryExecution;
    }, longestQueryMs);
    if (execution === undefined) throw new Error(`query ${QueryExecutionId} is still running; it was left alone`);
    return execution;
  }

  async function start(sql: string): Promise<string> {
    const request = { QueryString: sql, WorkGroup, QueryExecutionContext: { Database } };
    const { QueryExecutionId = "" } = await client.send(new sdk.StartQueryExecutionCommand(request));
    return QueryExecutionId;
  }

  async function results(QueryExecutionId: string, isSelect: boolean): Promise<Answer> {
    let columns: Answer["columns"] = [];
    const rows: unknown[][] = [];
    let page: GetQueryResultsCommandOutput | undefined;
    do {
      const NextToken = page?.NextToken;
      const isFirst = page === undefined;
      const request = { QueryExecutionId, MaxResults: rowsAPage, ...(NextToken === undefined ? {} : { NextToken }) };
      page = await client.send(new sdk.GetQueryResultsCommand(request));
      if (isFirst) columns = columnsOf(page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? []);
      for (const [i, row] of (page.ResultSet?.Rows ?? []).entries()) {
        if (!(isFirst && i === 0 && isSelect && isHeader(row, columns))) rows.push(valuesOf(row, columns));
      }
    } while (page.NextToken !== undefined);
    return { columns, rows };
  }

  async function deployedQueries(): Promise<{ name: string; sql: string }[]> {
    const ids: string[] = [];
    let NextToken: string | undefined;
    do {
      const request = { WorkGroup, ...(NextToken === undefined ? {} : { NextToken }) };
      const page = await client.send(new sdk.ListNamedQueriesCommand(request));
      ids.push(...(page.NamedQueryIds ?? []));
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    const queries: { name: string; sql: string }[] = [];
    for (let at = 0; at < ids.length; at += queriesABatch) {
      const NamedQueryIds = ids.slice(at, at + queriesABatch);
      const { NamedQueries = [] } = await client.send(new sdk.BatchGetNamedQueryCommand({ NamedQueryIds }));
      queries.push(...NamedQueries.map(({ Name = "", QueryString = "" }) => ({ name: Name, sql: QueryString })));
    }
    return queries.sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  return {
    query: async (sql) => {
      const id = await start(sql);
      const keep = terminal.onStop(() => client.send(new sdk.StopQueryExecutionCommand({ QueryExecutionId: id })));
      try {
        const { Status, StatementType } = await ended(id);
        if (Status?.State !== "SUCCEEDED") throw new Error(reasonOf(Status));
        return await results(id, StatementType === "DML");
      } finally {
        keep();
      }
    },
    namedQuery: async (name) => {
      const deployed = await deployedQueries();
      const isDeployed = new Set(deployed.map((query) => query.name));
      // Those of the stack count; one that is not deployed yet is the project's.
      return pickNamedQuery([...deployed, ...namedQueries.filter((query) => !isDeployed.has(query.name))], name);
    },
    close: () => undefined,
  };
}

function reasonOf(status: QueryExecution["Status"]): string {
  const { State = "FAILED", StateChangeReason, AthenaError } = status ?? {};
  const [line = ""] = (StateChangeReason ?? AthenaError?.ErrorMessage ?? "").split("\n");
  return line === "" ? `the query ended as ${State}` : line;
}
