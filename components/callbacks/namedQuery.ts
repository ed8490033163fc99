import type * as Athena from "@aws-sdk/client-athena";
import { executionParameter, valuesInOrder } from "../../queries/parameters";

/** A named query, and the workgroup in which it runs. */
export interface NamedQueryOptions {
  /** The id that Athena gave the saved query. */
  queryId: string;
  workgroup: string;
  sleep(ms: number): Promise<unknown>;
}

/** A row by column name. Athena sends every value as text, and leaves NULL out. */
export type TextRow = Readonly<Record<string, string | null>>;

/**
 * Makes the function that asks a named query.
 * @param sdk the SDK's module: in a function the runtime's own
 * @returns takes the values of the query's parameters, by name
 */
export function makeNamedQuery(
  sdk: typeof Athena,
  athena: Athena.AthenaClient,
  { queryId, workgroup, sleep }: NamedQueryOptions,
): (values: Readonly<Record<string, string>>) => Promise<TextRow[]> {
  const pauseMs = 500;

  async function start(values: Readonly<Record<string, string>>): Promise<string> {
    const { NamedQuery } = await athena.send(new sdk.GetNamedQueryCommand({ NamedQueryId: queryId }));
    const QueryString = NamedQuery?.QueryString ?? "";
    const request = {
      QueryString,
      WorkGroup: workgroup,
      QueryExecutionContext: { Database: NamedQuery?.Database },
      ExecutionParameters: valuesInOrder(QueryString, values).map(executionParameter),
    };
    const { QueryExecutionId } = await athena.send(new sdk.StartQueryExecutionCommand(request));
    return QueryExecutionId ?? "";
  }

  async function waitForEnd(QueryExecutionId: string): Promise<void> {
    for (;;) {
      const { QueryExecution } = await athena.send(new sdk.GetQueryExecutionCommand({ QueryExecutionId }));
      const { State, StateChangeReason } = QueryExecution?.Status ?? {};
      if (State === "SUCCEEDED") return;
      if (State === "FAILED" || State === "CANCELLED") {
        throw new Error(
          `query ${QueryExecutionId} in ${workgroup}: ${State}: ${StateChangeReason ?? "no reason given"}`,
        );
      }
      await sleep(pauseMs);
    }
  }

  async function readRows(QueryExecutionId: string): Promise<TextRow[]> {
    const rows: TextRow[] = [];
    let page: Athena.GetQueryResultsCommandOutput | undefined;
    do {
      const NextToken = page?.NextToken;
      const isFirst = page === undefined;
      page = await athena.send(new sdk.GetQueryResultsCommand({ QueryExecutionId, NextToken }));
      const columns = page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? [];
      // The first row of the first page holds the columns' names.
      for (const { Data = [] } of (page.ResultSet?.Rows ?? []).slice(isFirst ? 1 : 0)) {
        rows.push(Object.fromEntries(columns.map(({ Name = "" }, i) => [Name, Data[i]?.VarCharValue ?? null])));
      }
    } while (page.NextToken !== undefined);
    return rows;
  }

  return async (values) => {
    const id = await start(values);
    await waitForEnd(id);
    return readRows(id);
  };
}
