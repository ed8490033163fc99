// Athena's queries, which schedules start with a call, and functions and commands over HTTP.
import { randomUUID } from "node:crypto";
import { AwsError } from "../awsJson";
import { bucketArn, localArn } from "../awsOutputs";
import { type Catalog, parseLocation, type Table } from "../glue/catalog";
import type { Principal } from "../iam";
import type { ServiceOptions } from "../options";
import { ofType, type Registered } from "../resources";
import { icebergObject } from "./iceberg";
import { type Answer, mergeIn, openAthena } from "./index";
import { decodeView, isIceberg } from "./tables";

export interface QueryExecution {
  readonly id: string;
  readonly workgroup: Workgroup;
  readonly sql: string;
  /** Resolves when the query has ended, even if it failed. */
  readonly end: Promise<void>;
  /** Set when it has succeeded; empty for a statement that writes. */
  answer?: Answer;
  error?: string;
}

export interface StartInput {
  QueryString?: string;
  WorkGroup?: string;
  /** The SDK generates it, a schedule must contain it. */
  ClientRequestToken?: string;
  QueryExecutionContext?: { Database?: string };
  ExecutionParameters?: string[];
}

export type Queries = ReturnType<typeof createQueries>;

/** The queries of a run. @param catalog in which the queries' names resolve; stored in `stateDir` */
export function createQueries(
  { stateDir, iam }: Pick<ServiceOptions, "stateDir" | "iam">,
  workgroups: ReadonlyMap<string, Workgroup>,
  catalog: Catalog,
) {
  const executions: QueryExecution[] = [];
  const byToken = new Map<string, QueryExecution>();

  async function run(query: Omit<QueryExecution, "end">, database: string, values: string[], principal: Principal) {
    const { id, workgroup, sql } = query;
    try {
      const tables = catalog.databases[database] ?? {};
      const target = writtenBy(sql, tables);
      const calls = [
        ...readCalls(database, readBy(sql, tables)),
        ...(target === undefined ? [] : writeCalls(database, target)),
        ...resultCalls(workgroup, id, "s3:PutObject"),
      ];
      for (const call of calls) iam.authorize(principal, ...call);
      if (target === undefined) query.answer = await answerOf(sql, database, values);
      else await mergeIn({ stateDir, database }, target, sql);
      query.answer ??= { columns: [], rows: [] };
    } catch (error) {
      query.error = (error as Error).message.split("\n")[0] ?? "";
    }
  }

  async function answerOf(sql: string, database: string, values: readonly string[]): Promise<Answer> {
    const athena = await openAthena({ stateDir, database });
    try {
      return await athena.query(sql, values);
    } finally {
      athena.close();
    }
  }

  return {
    executions: executions as readonly QueryExecution[],
    /**
     * Starts a query, unless an earlier call had the same token. A failed query has an `error`: in AWS, the call has been
     * answered long before.
     * @throws AccessDenied if `principal` may not start it; AwsError
     */
    start: (input: StartInput, principal: Principal): { query: QueryExecution; isNew: boolean } => {
      const { QueryString: sql = "", WorkGroup, ClientRequestToken: token = "", ExecutionParameters } = input;
      const workgroup = workgroups.get(WorkGroup ?? "");
      if (workgroup === undefined)
        throw new AwsError("InvalidRequestException", `WorkGroup ${WorkGroup} is not found.`);
      iam.authorize(principal, "athena:StartQueryExecution", workgroup.arn);
      if (token.length < 32 || token.length > 128) {
        throw new AwsError("InvalidRequestException", "ClientRequestToken: 32 to 128 characters");
      }
      const values = textParameters(ExecutionParameters);
      const known = byToken.get(token);
      if (known !== undefined) return { query: known, isNew: false };
      const started = { id: randomUUID(), workgroup, sql };
      const end = run(started, input.QueryExecutionContext?.Database ?? "", values, principal);
      const query: QueryExecution = Object.assign(started, { end });
      byToken.set(token, query);
      executions.push(query);
      return { query, isNew: true };
    },
  };
}

/** The table that a MERGE or DELETE writes; undefined for any other statement. */
function writtenBy(sql: string, tables: Readonly<Record<string, Table>>): Table | undefined {
  const [, name] = /^(?:merge into|delete from) ([a-z0-9_]+)\b/i.exec(sql) ?? [];
  if (name === undefined) return undefined;
  const table = tables[name.toLowerCase()];
  if (table === undefined) throw new Error(`TABLE_NOT_FOUND: Table ${name} does not exist`);
  if (!isIceberg(table)) throw new Error(`NOT_SUPPORTED: Modifying Hive table rows is not supported: ${name}`);
  return table;
}

function writeCalls(database: string, table: Table): NeededCall[] {
  const { bucket, key } = icebergObject(table);
  return [
    ["glue:UpdateTable", localArn("glue", `table/${database}/${table.name}`)],
    ["s3:GetObject", `${bucketArn(bucket)}/${key}`],
    ["s3:PutObject", `${bucketArn(bucket)}/${key}`],
  ];
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

// The calls that Athena makes with the permissions of a query's caller.

/** A call as `authorize` takes it. */
type NeededCall = [action: string, resource: string, context?: Record<string, string>];

export interface Workgroup {
  readonly name: string;
  readonly arn: string;
  /** `s3://bucket/folder/` */
  readonly results: string;
}

export function readWorkgroups(resources: readonly Registered[]): Map<string, Workgroup> {
  const declared = ofType(resources, "aws:athena/workgroup:Workgroup").map(({ inputs, outputs: { name, arn } }) => {
    const results = inputs.configuration?.resultConfiguration?.outputLocation ?? "";
    return { name, arn, results };
  });
  return new Map(declared.map((workgroup) => [workgroup.name, workgroup]));
}

/** The tables and views in a statement, and those that its views read in turn. */
function readBy(sql: string, tables: Readonly<Record<string, Table>>): Table[] {
  const found = new Set<Table>();
  const look = (text: string): void => {
    for (const word of new Set(text.match(/[a-z0-9_]+/gi))) {
      const table = tables[word.toLowerCase()];
      if (table === undefined || found.has(table)) continue;
      found.add(table);
      if (table.tableType === "VIRTUAL_VIEW") look(decodeView(table).originalSql);
    }
  };
  look(sql);
  return [...found];
}

/** What reading tables and views takes. Glue asks for each call on the catalog and the database, too. */
function readCalls(database: string, tables: readonly Table[]): NeededCall[] {
  const glueCalls = (name: string, ...whats: string[]): NeededCall[] =>
    ["catalog", `database/${database}`, ...whats].map((what) => [`glue:${name}`, localArn("glue", what)]);
  return [
    ["athena:GetDataCatalog", localArn("athena", "datacatalog/AwsDataCatalog")],
    ["glue:GetDatabase", localArn("glue", "database/default")],
    ...glueCalls("GetDatabase"),
    ...tables.flatMap((table): NeededCall[] => {
      const what = `table/${database}/${table.name}`;
      if (table.location === undefined || isIceberg(table)) return glueCalls("GetTable", what);
      const { bucket, prefix } = parseLocation(table.location);
      return [
        ...glueCalls("GetTable", what),
        ...glueCalls("GetPartitions", what),
        ["s3:GetBucketLocation", bucketArn(bucket)],
        ["s3:ListBucket", bucketArn(bucket), { "s3:prefix": prefix }],
        ["s3:GetObject", `${bucketArn(bucket)}/${prefix}any.csv`],
      ];
    }),
  ];
}

/** What writing or reading a query's result takes. */
export function resultCalls(
  { results }: Workgroup,
  queryId: string,
  action: "s3:PutObject" | "s3:GetObject",
): NeededCall[] {
  const { bucket, prefix } = parseLocation(results);
  return [
    ["s3:GetBucketLocation", bucketArn(bucket)],
    [action, `${bucketArn(bucket)}/${prefix}${queryId}`],
  ];
}
