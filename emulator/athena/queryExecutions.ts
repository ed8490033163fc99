// Athena's StartQueryExecution as schedules call it: a MERGE into an Iceberg table.
import { randomUUID } from "node:crypto";
import { type Catalog, parseLocation, type Table } from "../glue/catalog";
import type { Iam, Principal } from "../iam";
import { ofType, type Registered } from "../resources";
import { icebergObject } from "./iceberg";
import { mergeIn } from "./index";
import { isIceberg } from "./tables";
import { decodeView } from "./views";

/** A query that has ended. */
export interface QueryExecution {
  id: string;
  workgroup: string;
  /** Why it failed, one line. */
  error?: string;
}

/** The queries that schedules start. */
export interface QueryExecutions {
  /**
   * Runs `athena:StartQueryExecution` and the query to its end. A failed query is a result with an `error`: in AWS, the call
   * has been answered long before.
   * @returns undefined if an earlier call had the same token, so that no new query is started
   * @throws AccessDenied if `principal` may not start it; ValidationException
   */
  start(input: unknown, principal: Principal): Promise<QueryExecution | undefined>;
}

interface StartInput {
  QueryString?: string;
  WorkGroup?: string;
  ClientRequestToken?: string;
  QueryExecutionContext?: { Database?: string };
}

interface Workgroup {
  name: string;
  arn: string;
  /** `s3://bucket/folder/` */
  results: string;
}

/** The program's workgroups, and the catalog in which their queries' names resolve. */
export function createQueryExecutions(options: {
  resources: readonly Registered[];
  stateDir: string;
  bucketsRoot: string;
  iam: Iam;
  catalog: Catalog;
}): QueryExecutions {
  const { resources, stateDir, bucketsRoot, iam, catalog } = options;
  const workgroups = readWorkgroups(resources);
  const tokens = new Set<string>();
  return {
    start: async (input, principal) => {
      const { QueryString: sql = "", WorkGroup, ClientRequestToken: token = "", ...more } = input as StartInput;
      const workgroup = workgroups.get(WorkGroup ?? "");
      if (workgroup === undefined) throw invalid(`WorkGroup ${WorkGroup} is not found.`);
      iam.authorize(principal, "athena:StartQueryExecution", workgroup.arn);
      if (token.length < 32 || token.length > 128) throw invalid("ClientRequestToken: 32 to 128 characters");
      if (tokens.has(token)) return undefined;
      tokens.add(token);
      const ended = { id: randomUUID(), workgroup: workgroup.name };
      try {
        const database = more.QueryExecutionContext?.Database ?? "";
        const target = targetOf(sql, catalog.databases[database] ?? {});
        authorizeRead(iam, principal, workgroup, database, readBy(sql, catalog.databases[database] ?? {}));
        authorizeWrite(iam, principal, workgroup, database, target);
        authorizeResult(iam, principal, workgroup, ended.id);
        await mergeIn({ stateDir, bucketsRoot, database }, target, sql);
        return ended;
      } catch (error) {
        return { ...ended, error: (error as Error).message.split("\n")[0] ?? "" };
      }
    },
  };
}

function readWorkgroups(resources: readonly Registered[]): Map<string, Workgroup> {
  const declared = ofType(resources, "aws:athena/workgroup:Workgroup").map(({ inputs, outputs: { name, arn } }) => {
    const results = inputs.configuration?.resultConfiguration?.outputLocation ?? "";
    return { name, arn, results };
  });
  return new Map(declared.map((workgroup) => [workgroup.name, workgroup]));
}

function invalid(message: string): Error {
  return Object.assign(new Error(message), { code: "ValidationException" });
}

function targetOf(sql: string, tables: Readonly<Record<string, Table>>): Table {
  const [, name = ""] = /^merge into ([a-z0-9_]+)\b/i.exec(sql) ?? [];
  const table = tables[name.toLowerCase()];
  if (name === "") throw new Error("of the statements of schedules, MERGE alone is modelled by the local run");
  if (table === undefined) throw new Error(`TABLE_NOT_FOUND: Table ${name} does not exist`);
  if (!isIceberg(table)) throw new Error(`NOT_SUPPORTED: Modifying Hive table rows is not supported: ${name}`);
  return table;
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

/** The Glue ARN of a database or of something in it. */
function glueArn({ arn }: Workgroup, what: string): string {
  const [, partition, , region, account] = arn.split(":");
  return `arn:${partition}:glue:${region}:${account}:${what}`;
}

function authorizeRead(
  iam: Iam,
  principal: Principal,
  workgroup: Workgroup,
  database: string,
  tables: readonly Table[],
): void {
  const ask = (action: string, resource: string, context?: Record<string, string>) =>
    iam.authorize(principal, action, resource, context);
  ask("glue:GetDatabase", glueArn(workgroup, `database/${database}`));
  for (const table of tables) {
    const tableArn = glueArn(workgroup, `table/${database}/${table.name}`);
    ask("glue:GetTable", tableArn);
    if (table.location === undefined || isIceberg(table)) continue;
    ask("glue:GetPartitions", tableArn);
    const { bucket, prefix } = parseLocation(table.location);
    ask("s3:GetBucketLocation", bucketArn(workgroup, bucket));
    ask("s3:ListBucket", bucketArn(workgroup, bucket), { "s3:prefix": prefix });
    ask("s3:GetObject", `${bucketArn(workgroup, bucket)}/${prefix}any.csv`);
  }
}

function bucketArn({ arn }: Workgroup, bucket: string): string {
  return `arn:${arn.split(":")[1]}:s3:::${bucket}`;
}

function authorizeWrite(iam: Iam, principal: Principal, workgroup: Workgroup, database: string, table: Table): void {
  const { bucket, key } = icebergObject(table);
  const object = `${bucketArn(workgroup, bucket)}/${key}`;
  iam.authorize(principal, "glue:UpdateTable", glueArn(workgroup, `table/${database}/${table.name}`));
  for (const action of ["s3:GetObject", "s3:PutObject"]) iam.authorize(principal, action, object);
}

function authorizeResult(iam: Iam, principal: Principal, workgroup: Workgroup, id: string): void {
  const { bucket, prefix } = parseLocation(workgroup.results);
  iam.authorize(principal, "s3:GetBucketLocation", bucketArn(workgroup, bucket));
  iam.authorize(principal, "s3:PutObject", `${bucketArn(workgroup, bucket)}/${prefix}${id}`);
}
