import { randomUUID } from "node:crypto";
import { type Answer, mergeIn, openAthena } from "../athena";
import { readBy, readCalls, readWorkgroups, resultCalls, type Workgroup } from "../athena/access";
import { isIceberg } from "../athena/tables";
import { AwsError, type Call, type Operations, pageOf } from "../awsJson";
import { loadCatalog, type Table } from "../glue/catalog";
import type { Iam, Principal } from "../iam";
import { ofType, type Registered } from "../resources";

interface Execution {
  readonly id: string;
  readonly workgroup: Workgroup;
  readonly sql: string;
  readonly values: readonly string[];
  readonly end: Promise<void>;
  state: "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED";
  answer?: Answer;
  reason?: string;
  /** Whether the query was reported as running. It is, once, before its end is reported. */
  wasSeen: boolean;
}

/** A statement that writes an Iceberg table. */
export interface WritingStatement {
  readonly sql: string;
  /** Resolves when it has ended, even if it failed. */
  readonly end: Promise<void>;
}

const mostRows = 1000;
const isUtility = (sql: string) => /^\s*(explain|show|describe)\b/i.test(sql);

/** Athena's operations for the local lake. Each query uses the current catalog. `written` gets the statements that write. */
export function athenaFront(
  stateDir: string,
  resources: readonly Registered[],
  iam: Iam,
  written: WritingStatement[],
): Operations {
  const executions = new Map<string, Execution>();
  const workgroups = readWorkgroups(resources);
  const namedQueries = ofType(resources, "aws:athena/namedQuery:NamedQuery").map(({ outputs }) => outputs);

  function authorize({ principal }: Call<never>, action: string, workgroup: string | undefined): Workgroup {
    const found = workgroups.get(workgroup ?? "");
    if (found === undefined) throw new AwsError("InvalidRequestException", `WorkGroup ${workgroup} is not found.`);
    iam.authorize(principal, `athena:${action}`, found.arn);
    return found;
  }

  function executionOf({ principal, input }: Call<{ QueryExecutionId: string }>, action: string): Execution {
    const { QueryExecutionId: id } = input;
    const execution = executions.get(id);
    if (execution === undefined) throw new AwsError("InvalidRequestException", `QueryExecution ${id} was not found`);
    iam.authorize(principal, `athena:${action}`, execution.workgroup.arn);
    return execution;
  }

  function describeQuery({ id, name, database, query }: (typeof namedQueries)[number]) {
    return { NamedQueryId: id, Name: name, Database: database, QueryString: query };
  }

  /** The Iceberg table that a statement writes; undefined if it only reads. */
  function writtenBy(sql: string, database: string): Table | undefined {
    const [, name = ""] = /^(?:delete from|merge into) (\w+) /.exec(sql) ?? [];
    const table = loadCatalog(stateDir).databases[database]?.[name];
    return table !== undefined && isIceberg(table) ? table : undefined;
  }

  async function answerOf({ sql, values }: Pick<Execution, "sql" | "values">, database: string): Promise<Answer> {
    const table = writtenBy(sql, database);
    if (table !== undefined) {
      await mergeIn({ stateDir, database }, table, sql);
      return { columns: [], rows: [] };
    }
    const athena = await openAthena({ stateDir, database });
    try {
      return await athena.query(sql, values);
    } finally {
      athena.close();
    }
  }

  async function runQuery(execution: Omit<Execution, "end">, database: string, principal: Principal): Promise<void> {
    const { id, workgroup, sql } = execution;
    try {
      const tables = loadCatalog(stateDir).databases[database] ?? {};
      const calls = [...readCalls(database, readBy(sql, tables)), ...resultCalls(workgroup, id, "s3:PutObject")];
      for (const call of calls) iam.authorize(principal, ...call);
      execution.answer = await answerOf(execution, database);
      execution.state = "SUCCEEDED";
    } catch (error) {
      execution.reason = (error as Error).message;
      execution.state = "FAILED";
    }
  }

  return {
    StartQueryExecution: async (
      call: Call<{
        QueryString: string;
        WorkGroup: string;
        QueryExecutionContext: { Database: string };
        ExecutionParameters?: string[];
      }>,
    ) => {
      const workgroup = authorize(call as Call<never>, "StartQueryExecution", call.input.WorkGroup);
      const QueryExecutionId = randomUUID();
      const values = textParameters(call.input.ExecutionParameters);
      const state = "RUNNING" as const;
      const execution = { id: QueryExecutionId, workgroup, sql: call.input.QueryString, values, state, wasSeen: false };
      const { Database } = call.input.QueryExecutionContext;
      const end = runQuery(execution, Database, call.principal);
      if (writtenBy(execution.sql, Database) !== undefined) written.push({ sql: execution.sql, end });
      executions.set(QueryExecutionId, Object.assign(execution, { end }));
      return { QueryExecutionId };
    },
    GetQueryExecution: async (call: Call<{ QueryExecutionId: string }>) => {
      const execution = executionOf(call, "GetQueryExecution");
      const { sql, end, wasSeen } = execution;
      execution.wasSeen = true;
      if (wasSeen) await end;
      const State = wasSeen ? execution.state : "RUNNING";
      const Status = { State, ...(wasSeen && execution.reason ? { StateChangeReason: execution.reason } : {}) };
      return { QueryExecution: { ...call.input, Status, StatementType: isUtility(sql) ? "UTILITY" : "DML" } };
    },
    GetQueryResults: async (call: Call<{ QueryExecutionId: string; MaxResults?: number; NextToken?: string }>) => {
      const { id, workgroup, sql, state, answer } = executionOf(call, "GetQueryResults");
      for (const needed of resultCalls(workgroup, id, "s3:GetObject")) iam.authorize(call.principal, ...needed);
      if (answer === undefined) {
        throw new AwsError("InvalidRequestException", `Query did not finish successfully. Final query state: ${state}`);
      }
      const header = isUtility(sql) ? [] : [answer.columns.map(({ name }) => name)];
      const size = Math.min(call.input.MaxResults ?? mostRows, mostRows);
      const { items, nextToken } = pageOf([...header, ...answer.rows], call.input.NextToken, size);
      const ColumnInfo = answer.columns.map(({ name, type }) => ({ Name: name, Type: typeName(type) }));
      return { ResultSet: { Rows: items.map(rowOf), ResultSetMetadata: { ColumnInfo } }, NextToken: nextToken };
    },
    ListNamedQueries: async (call: Call<{ WorkGroup: string; NextToken?: string }>) => {
      authorize(call as Call<never>, "ListNamedQueries", call.input.WorkGroup);
      const ids = namedQueries.filter(({ workgroup }) => workgroup === call.input.WorkGroup).map(({ id }) => id);
      const { items, nextToken } = pageOf(ids, call.input.NextToken, 4);
      return { NamedQueryIds: items, NextToken: nextToken };
    },
    GetNamedQuery: async (call: Call<{ NamedQueryId: string }>) => {
      const found = namedQueries.find(({ id }) => id === call.input.NamedQueryId);
      if (found === undefined) {
        throw new AwsError("InvalidRequestException", `Named query ${call.input.NamedQueryId} was not found`);
      }
      authorize(call as Call<never>, "GetNamedQuery", String(found.workgroup));
      return { NamedQuery: describeQuery(found) };
    },
    BatchGetNamedQuery: async (call: Call<{ NamedQueryIds: string[] }>) => {
      const found = namedQueries.filter(({ id }) => call.input.NamedQueryIds.includes(String(id)));
      authorize(call as Call<never>, "BatchGetNamedQuery", String(found[0]?.workgroup));
      return { NamedQueries: found.map(describeQuery) };
    },
  };
}

/**
 * The values of execution parameters, which are SQL literals.
 * @throws as Athena for an empty list, an empty text or more than 1,024 characters; for literals of other types, which are
 *   not modelled
 */
function textParameters(parameters: readonly string[] | undefined): string[] {
  if (parameters === undefined) return [];
  const isWrong = parameters.length === 0 || parameters.some(({ length }) => length < 1 || length > 1024);
  if (isWrong) throw new AwsError("InvalidRequestException", "executionParameters: 1 or more of 1 to 1024 characters");
  return parameters.map((parameter) => {
    const [, text] = /^'((?:[^']|'')*)'$/.exec(parameter) ?? [];
    if (text !== undefined) return text.replaceAll("''", "'");
    throw new AwsError("InvalidRequestException", `the local Athena takes only text as parameters; got ${parameter}`);
  });
}

/** Athena's results give types without the part in parentheses. */
function typeName(type: string): string {
  const [name = ""] = type.split("(");
  return name === "real" ? "float" : name;
}

/** Values as Athena sends them: as text, and left out for NULL. */
function rowOf(values: readonly unknown[]) {
  return { Data: values.map((value) => (value === null ? {} : { VarCharValue: textOf(value) })) };
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => (item === null ? "null" : textOf(item))).join(", ")}]`;
  return String(value);
}
