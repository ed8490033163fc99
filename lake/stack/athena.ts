import { writeFile } from "node:fs/promises";
import type { ColumnInfo, QueryExecution, Row } from "@aws-sdk/client-athena";
import { quoted } from "../../emulator/athena/tables";
import { executionParameter } from "../../queries/parameters";
import { type Answer, toCsv } from "../answer";
import { savedQuery } from "../askNamed";
import { wrongUse } from "../errors";
import { writeExport } from "../exportFiles";
import type { Host, LakeSql } from "../index";
import { waitFor } from "./clients";
import type { Stack } from "./stack";

/** Athena stops a query after half an hour. */
const longestQueryMs = 35 * 60_000;
/** Athena's limits: of rows on a page of results, and of named queries on one and in a batch. */
const rowsAPage = 1000;
const pageSize = 50;

/** A stack's lake, queried through Athena in the stack's workgroup. */
export function stackSql({ name: stackName, clients, outputs }: Stack, host: Pick<Host, "onStop">): LakeSql {
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

  async function results(QueryExecutionId: string, isSelect: boolean): Promise<Answer> {
    let columns: Answer["columns"] | undefined;
    const rows: unknown[][] = [];
    for await (const { ResultSet } of sdk.paginateGetQueryResults(
      { client, pageSize: rowsAPage },
      { QueryExecutionId },
    )) {
      const isFirst = columns === undefined;
      columns ??= columnsOf(ResultSet?.ResultSetMetadata?.ColumnInfo ?? []);
      for (const [i, row] of (ResultSet?.Rows ?? []).entries()) {
        if (!(isFirst && i === 0 && isSelect && isHeader(row, columns))) rows.push(valuesOf(row, columns));
      }
    }
    return { columns: columns ?? [], rows };
  }

  async function deployedQueries(): Promise<{ name: string; sql: string }[]> {
    const queries: { name: string; sql: string }[] = [];
    for await (const { NamedQueryIds = [] } of sdk.paginateListNamedQueries({ client, pageSize }, { WorkGroup })) {
      if (NamedQueryIds.length === 0) continue;
      const { NamedQueries = [] } = await client.send(new sdk.BatchGetNamedQueryCommand({ NamedQueryIds }));
      queries.push(...NamedQueries.map(({ Name = "", QueryString = "" }) => ({ name: Name, sql: QueryString })));
    }
    return queries.sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  async function query(sql: string, values: readonly string[] = []): Promise<Answer> {
    const request = {
      ...{ QueryString: sql, WorkGroup, QueryExecutionContext: { Database } },
      // Athena refuses an empty list.
      ...(values.length === 0 ? {} : { ExecutionParameters: values.map(executionParameter) }),
    };
    const { QueryExecutionId: id = "" } = await client.send(new sdk.StartQueryExecutionCommand(request));
    const keep = host.onStop(() => client.send(new sdk.StopQueryExecutionCommand({ QueryExecutionId: id })));
    try {
      const { Status, StatementType } = await ended(id);
      if (Status?.State !== "SUCCEEDED") throw new Error(reasonOf(Status));
      return await results(id, StatementType === "DML");
    } finally {
      keep();
    }
  }

  return {
    title: `stack ${stackName}`,
    engine: "Athena",
    query,
    namedQuery: async (name) => savedQuery(await deployedQueries(), name),
    exportTo: async (format, files, onName) => {
      if (format !== "csv") {
        throw wrongUse(`export: ${format} is not supported with --stack; export csv, or UNLOAD with Athena itself`);
      }
      for (const [name, file] of files) {
        onName(name);
        const csv = toCsv(await query(`SELECT * FROM ${quoted(name)}`));
        await writeExport(file, (unfinished) => writeFile(unfinished, csv));
      }
    },
    close: () => undefined,
  };
}

function reasonOf(status: QueryExecution["Status"]): string {
  const { State = "FAILED", StateChangeReason, AthenaError } = status ?? {};
  const [line = ""] = (StateChangeReason ?? AthenaError?.ErrorMessage ?? "").split("\n");
  return line === "" ? `the query ended as ${State}` : line;
}

/** An answer's columns, with the type names that Athena and the local lake share. */
function columnsOf(infos: readonly ColumnInfo[]): Answer["columns"] {
  return infos.map(({ Name = "", Type = "varchar" }) => ({ name: Name, type: Type === "float" ? "real" : Type }));
}

/** A row's values. Athena sends every value as text, and omits it for NULL. */
function valuesOf({ Data = [] }: Row, columns: Answer["columns"]): unknown[] {
  return columns.map(({ type }, i) => valueAs(Data[i]?.VarCharValue, type));
}

/** The value as the local lake returns it: big integers exact; decimals, dates and nested values as Athena prints them. */
function valueAs(text: string | undefined, type: string): unknown {
  if (text === undefined) return null;
  if (type === "bigint") return BigInt(text);
  if (type === "boolean") return text === "true";
  return ["tinyint", "smallint", "integer", "real", "double"].includes(type) ? Number(text) : text;
}

/** Whether a row is the header that Athena puts before a SELECT's rows. */
function isHeader({ Data = [] }: Row, columns: Answer["columns"]): boolean {
  return columns.every(({ name }, i) => Data[i]?.VarCharValue === name);
}
