import type { StartQueryExecutionInput } from "@aws-sdk/client-athena";
import { AwsError, type Call, type Operations, pageOf } from "../awsJson";
import type { Iam } from "../iam";
import { ofType, type Registered } from "../resources";
import { type Queries, type QueryExecution, resultCalls } from "./executions";

const mostRows = 1000;
/** Short, so that lists have several pages. */
const namesAPage = 4;
const isUtility = (sql: string) => /^\s*(explain|show|describe)\b/i.test(sql);

export function athenaOperations(queries: Queries, resources: readonly Registered[], iam: Iam): Operations {
  const namedQueries = ofType(resources, "aws:athena/namedQuery:NamedQuery").map(({ outputs }) => outputs);
  /** Queries that were reported as running. Each is, once, before its end is reported. */
  const seen = new Set<QueryExecution>();

  function authorize({ principal }: Call<never>, action: string, workgroup: unknown): void {
    const arn = queries.workgroups.get(String(workgroup))?.arn;
    if (arn === undefined) throw new AwsError("InvalidRequestException", `WorkGroup ${workgroup} is not found.`);
    iam.authorize(principal, `athena:${action}`, arn);
  }

  function queryOf(call: Call<{ QueryExecutionId: string }>, action: string): QueryExecution {
    const { QueryExecutionId: id } = call.input;
    const query = queries.executions.find((one) => one.id === id);
    if (query === undefined) throw new AwsError("InvalidRequestException", `QueryExecution ${id} was not found`);
    authorize(call as Call<never>, action, query.workgroup.name);
    return query;
  }

  return {
    StartQueryExecution: async ({ input, principal }: Call<StartQueryExecutionInput>) => {
      return { QueryExecutionId: queries.start(input, principal).query.id };
    },
    GetQueryExecution: async (call: Call<{ QueryExecutionId: string }>) => {
      const query = queryOf(call, "GetQueryExecution");
      const isFirst = !seen.has(query);
      seen.add(query);
      if (!isFirst) await query.end;
      const Status = isFirst ? { State: "RUNNING" } : { State: stateOf(query), StateChangeReason: query.error };
      return { QueryExecution: { ...call.input, Status, StatementType: isUtility(query.sql) ? "UTILITY" : "DML" } };
    },
    GetQueryResults: async (call: Call<{ QueryExecutionId: string; MaxResults?: number; NextToken?: string }>) => {
      const query = queryOf(call, "GetQueryResults");
      const { id, workgroup, sql, answer } = query;
      for (const needed of resultCalls(workgroup, id, "s3:GetObject")) iam.authorize(call.principal, ...needed);
      if (answer === undefined) {
        const reason = `Query did not finish successfully. Final query state: ${stateOf(query)}`;
        throw new AwsError("InvalidRequestException", reason);
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
      const { items, nextToken } = pageOf(ids, call.input.NextToken, namesAPage);
      return { NamedQueryIds: items, NextToken: nextToken };
    },
    GetNamedQuery: async (call: Call<{ NamedQueryId: string }>) => {
      const found = namedQueries.find(({ id }) => id === call.input.NamedQueryId);
      if (found === undefined) {
        throw new AwsError("InvalidRequestException", `Named query ${call.input.NamedQueryId} was not found`);
      }
      authorize(call as Call<never>, "GetNamedQuery", found.workgroup);
      return { NamedQuery: describeNamed(found) };
    },
    BatchGetNamedQuery: async (call: Call<{ NamedQueryIds: string[] }>) => {
      const found = namedQueries.filter(({ id }) => call.input.NamedQueryIds.includes(String(id)));
      authorize(call as Call<never>, "BatchGetNamedQuery", found[0]?.workgroup);
      return { NamedQueries: found.map(describeNamed) };
    },
  };
}

function stateOf({ answer, error }: QueryExecution): "RUNNING" | "SUCCEEDED" | "FAILED" {
  if (error !== undefined) return "FAILED";
  return answer === undefined ? "RUNNING" : "SUCCEEDED";
}

function describeNamed({ id, name, database, query }: Record<string, unknown>) {
  return { NamedQueryId: id, Name: name, Database: database, QueryString: query };
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
