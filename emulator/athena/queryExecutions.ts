// Athena's StartQueryExecution as schedules call it: a MERGE into an Iceberg table.
import { randomUUID } from "node:crypto";
import { AwsError } from "../awsJson";
import { localPartition } from "../awsOutputs";
import { type Catalog, parseLocation, type Table } from "../glue/catalog";
import { glueArn } from "../glue/crawlContext";
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
interface QueryExecutions {
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

/** The program's workgroups, and the catalog in which their queries' names resolve. */
export function createQueryExecutions(options: {
  resources: readonly Registered[];
  stateDir: string;
  iam: Iam;
  catalog: Catalog;
}): QueryExecutions {
  const { resources, stateDir, iam, catalog } = options;
  const workgroups = new Map(
    ofType(resources, "aws:athena/workgroup:Workgroup").map(({ inputs, outputs }) => {
      const results = inputs.configuration?.resultConfiguration?.outputLocation ?? "";
      return [outputs.name, { ...outputs, results }];
    }),
  );
  const tokens = new Set<string>();
  return {
    start: async (input, principal) => {
      const { QueryString: sql = "", WorkGroup, ClientRequestToken: token = "", ...more } = input as StartInput;
      const workgroup = workgroups.get(WorkGroup ?? "");
      if (workgroup === undefined) throw new AwsError("ValidationException", `WorkGroup ${WorkGroup} is not found.`);
      iam.authorize(principal, "athena:StartQueryExecution", workgroup.arn);
      if (token.length < 32 || token.length > 128) {
        throw new AwsError("ValidationException", "ClientRequestToken: 32 to 128 characters");
      }
      if (tokens.has(token)) return undefined;
      tokens.add(token);
      const ended = { id: randomUUID(), workgroup: workgroup.name };
      try {
        const database = more.QueryExecutionContext?.Database ?? "";
        const tables = catalog.databases[database] ?? {};
        const target = targetOf(sql, tables);
        const result = `${workgroup.results}${ended.id}`;
        for (const call of callsOf({ database, reads: readBy(sql, tables), target, result })) {
          iam.authorize(principal, ...call);
        }
        await mergeIn({ stateDir, database }, target, sql);
        return ended;
      } catch (error) {
        return { ...ended, error: (error as Error).message.split("\n")[0] ?? "" };
      }
    },
  };
}

function targetOf(sql: string, tables: Readonly<Record<string, Table>>): Table {
  const [, name = ""] = /^merge into ([a-z0-9_]+)\b/i.exec(sql) ?? [];
  const table = tables[name.toLowerCase()];
  if (name === "") throw new Error("of the statements of schedules, the local run models only MERGE");
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

type Call = [action: string, resource: string, context?: Record<string, string>];

/** The calls that Athena makes with the permissions of the query's caller. */
function callsOf(query: { database: string; reads: readonly Table[]; target: Table; result: string }): Call[] {
  const { database, target } = query;
  const tableArn = ({ name }: Table) => glueArn(`table/${database}/${name}`);
  const bucketArn = (bucket: string) => `arn:${localPartition}:s3:::${bucket}`;
  const reads = query.reads.flatMap((table): Call[] => {
    if (table.location === undefined || isIceberg(table)) return [["glue:GetTable", tableArn(table)]];
    const { bucket, prefix } = parseLocation(table.location);
    return [
      ["glue:GetTable", tableArn(table)],
      ["glue:GetPartitions", tableArn(table)],
      ["s3:GetBucketLocation", bucketArn(bucket)],
      ["s3:ListBucket", bucketArn(bucket), { "s3:prefix": prefix }],
      ["s3:GetObject", `${bucketArn(bucket)}/${prefix}any.csv`],
    ];
  });
  const { bucket, key } = icebergObject(target);
  const result = parseLocation(query.result);
  return [
    ["glue:GetDatabase", glueArn(`database/${database}`)],
    ...reads,
    ["glue:UpdateTable", tableArn(target)],
    ["s3:GetObject", `${bucketArn(bucket)}/${key}`],
    ["s3:PutObject", `${bucketArn(bucket)}/${key}`],
    ["s3:GetBucketLocation", bucketArn(result.bucket)],
    ["s3:PutObject", `${bucketArn(result.bucket)}/${result.prefix.slice(0, -1)}`],
  ];
}
